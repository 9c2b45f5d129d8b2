// All kinds that the API serves. A new kind is one file and one line here.
import { customResourceDefinitionKind } from './apiextensions/custom-resource-definition.ts';
import { controllerRevisionKind } from './apps/controller-revision.ts';
import { daemonSetKind } from './apps/daemon-set.ts';
import { deploymentKind } from './apps/deployment.ts';
import { replicaSetKind } from './apps/replica-set.ts';
import { statefulSetKind } from './apps/stateful-set.ts';
import { cronJobKind } from './batch/cron-job.ts';
import { jobKind } from './batch/job.ts';
import { leaseKind } from './coordination/lease.ts';
import { configMapKind } from './core/config-map.ts';
import { eventKind } from './core/event.ts';
import { namespaceKind } from './core/namespace.ts';
import { nodeKind } from './core/node.ts';
import { persistentVolumeClaimKind } from './core/persistent-volume-claim.ts';
import { podKind } from './core/pod.ts';
import { secretKind } from './core/secret.ts';
import { serviceAccountKind } from './core/service-account.ts';
import type { KindDefinition } from './kind.ts';
import { clusterRoleKind, roleKind } from './rbac/role.ts';
import { clusterRoleBindingKind, roleBindingKind } from './rbac/role-binding.ts';

export const builtinKinds: readonly KindDefinition[] = [
  clusterRoleBindingKind,
  clusterRoleKind,
  configMapKind,
  customResourceDefinitionKind,
  controllerRevisionKind,
  cronJobKind,
  daemonSetKind,
  deploymentKind,
  eventKind,
  jobKind,
  leaseKind,
  namespaceKind,
  nodeKind,
  persistentVolumeClaimKind,
  podKind,
  replicaSetKind,
  roleBindingKind,
  roleKind,
  secretKind,
  serviceAccountKind,
  statefulSetKind,
];
