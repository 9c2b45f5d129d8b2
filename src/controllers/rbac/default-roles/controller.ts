// The roles and bindings that every Kubernetes has. Made at the start when they are absent; what an administrator changed in
// them stays. Single-user mode needs them, too: they are what ServiceAccounts may do.
import roles from './default-roles.json' with { type: 'json' };
import { Failure, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, type Controller, type ControllerPorts } from '../../controller.ts';

/** As tools/generate-default-roles.ts writes it. */
interface DefaultRole {
  readonly kind: 'ClusterRole' | 'ClusterRoleBinding';
  readonly name: string;
  readonly labels: JsonObject;
}

const AUTO_UPDATE = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };
const KEY = 'all';

export function createDefaultRolesController({ api, clock, log }: ControllerPorts): Controller {
  const queue = createKeyedQueue({
    name: 'default-roles',
    clock,
    log,
    concurrency: 1,
    reconcile: async (): Promise<ReconcileResult> => {
      const defaults = roles as unknown as readonly DefaultRole[];
      await Promise.all(
        defaults.map(async (role) => {
          const outcome = await api.create(role.kind === 'ClusterRole' ? CLUSTER_ROLES : CLUSTER_ROLE_BINDINGS, undefined, objectOf(role));
          if (!outcome.ok && outcome.status.reason !== 'AlreadyExists') throw new Failure(outcome.status.reason, outcome.status.message);
        }),
      );
      return { kind: 'done' };
    },
  });
  return {
    name: 'default-roles-controller',
    start() {
      queue.start();
      queue.add(KEY);
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}

function objectOf({ kind, name, labels, ...parts }: DefaultRole): KubeObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name, labels: labels as Readonly<Record<string, string>>, annotations: AUTO_UPDATE }, ...parts };
}
