// ClusterRoles that are the sum of others get their rules.
import { Failure } from '../../../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { CLUSTER_ROLES, type Controller, type ControllerPorts } from '../../controller.ts';
import { planAggregation } from './plan.ts';

export function createClusterRoleAggregationController({ api, informers, clock, log }: ControllerPorts): Controller {
  const roles = informers.of(CLUSTER_ROLES);
  const queue = createKeyedQueue({
    name: 'cluster-role-aggregation',
    clock,
    log,
    concurrency: 1,
    reconcile: async (name): Promise<ReconcileResult> => {
      const role = roles.get(undefined, name);
      const rules = role === undefined ? undefined : planAggregation(role, roles.list());
      if (rules === undefined) return { kind: 'done' };
      const outcome = await api.patch({ type: CLUSTER_ROLES, name }, 'merge', { rules });
      if (outcome.ok || outcome.status.reason === 'NotFound') return { kind: 'done' };
      throw new Failure(outcome.status.reason, outcome.status.message);
    },
  });
  return {
    name: 'cluster-role-aggregation-controller',
    start() {
      // Any of them may be a part of any other.
      roles.onChange(() => {
        for (const role of roles.list()) if (role['aggregationRule'] !== undefined) queue.add(role.metadata.name);
      });
      queue.start();
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}
