// The roles and bindings that every Kubernetes has. Single-user mode needs them, too: they are what ServiceAccounts may do.
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES } from '../../../api/mod.ts';
import roles from './default-roles.json' with { type: 'json' };
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createDefaultObjectsController } from '../../default-objects.ts';

/** As tools/generate-default-roles.ts writes it. */
interface DefaultRole {
  readonly kind: 'ClusterRole' | 'ClusterRoleBinding';
  readonly name: string;
  readonly labels: JsonObject;
  readonly rules?: readonly JsonObject[];
}

const AUTO_UPDATE = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };

/** As metrics-server brings it along: whoever may look at Pods may look at what they use. */
const METRICS_READER: DefaultRole = {
  kind: 'ClusterRole',
  name: 'system:aggregated-metrics-reader',
  labels: Object.fromEntries(['view', 'edit', 'admin'].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true'])),
  rules: [{ apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list'] }],
};

export function createDefaultRolesController(ports: ControllerPorts): Controller {
  const defaults = [...(roles as unknown as readonly DefaultRole[]), METRICS_READER];
  return createDefaultObjectsController(
    ports,
    'default-roles',
    defaults.map((role) => ({ type: role.kind === 'ClusterRole' ? CLUSTER_ROLES : CLUSTER_ROLE_BINDINGS, object: objectOf(role) })),
  );
}

function objectOf({ kind, name, labels, ...parts }: DefaultRole): KubeObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name, labels: labels as Readonly<Record<string, string>>, annotations: AUTO_UPDATE }, ...parts };
}
