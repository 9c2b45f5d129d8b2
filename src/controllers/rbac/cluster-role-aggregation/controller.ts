// ClusterRoles that are the sum of others get their rules.
import { CLUSTER_ROLES } from '../../../api/mod.ts';
import { Failure } from '../../../base/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { planAggregation } from './plan.ts';

export function createClusterRoleAggregationController(ports: ControllerPorts): Controller {
  const { api, informers } = ports;
  const roles = informers.of(CLUSTER_ROLES);
  return createController(ports, {
    name: 'cluster-role-aggregation',
    concurrency: 1,
    reconcile: async (name) => {
      const role = roles.get(undefined, name);
      const rules = role === undefined ? undefined : planAggregation(role, roles.list());
      if (rules === undefined) return DONE;
      const outcome = await api.patch({ type: CLUSTER_ROLES, name }, 'merge', { rules });
      if (outcome.ok || outcome.status.reason === 'NotFound') return DONE;
      throw new Failure(outcome.status.reason, outcome.status.message);
    },
    follow(queue) {
      // Any of them may be a part of any other.
      roles.onChange(() => {
        for (const role of roles.list()) if (role['aggregationRule'] !== undefined) queue.add(role.metadata.name);
      });
    },
  });
}
