// All kinds that the API serves. A new kind is one file and one line here.
import { mutatingWebhookConfigurationKind, validatingWebhookConfigurationKind } from './admission/webhook-configuration.ts';
import { customResourceDefinitionKind } from './apiextensions/custom-resource-definition.ts';
import { controllerRevisionKind } from './apps/controller-revision.ts';
import { daemonSetKind } from './apps/daemon-set.ts';
import { deploymentKind } from './apps/deployment.ts';
import { replicaSetKind } from './apps/replica-set.ts';
import { replicationControllerKind } from './core/replication-controller.ts';
import { statefulSetKind } from './apps/stateful-set.ts';
import { horizontalPodAutoscalerV1Kind } from './autoscaling/horizontal-pod-autoscaler-v1.ts';
import { horizontalPodAutoscalerKind } from './autoscaling/horizontal-pod-autoscaler.ts';
import { cronJobKind } from './batch/cron-job.ts';
import { jobKind } from './batch/job.ts';
import { leaseKind } from './coordination/lease.ts';
import { configMapKind } from './core/config-map.ts';
import { endpointsKind } from './core/endpoints.ts';
import { eventKind } from './core/event.ts';
import { limitRangeKind } from './core/limit-range.ts';
import { namespaceKind } from './core/namespace.ts';
import { nodeKind } from './core/node.ts';
import { persistentVolumeClaimKind } from './core/persistent-volume-claim.ts';
import { persistentVolumeKind } from './core/persistent-volume.ts';
import { podKind } from './core/pod.ts';
import { resourceQuotaKind } from './core/resource-quota.ts';
import { secretKind } from './core/secret.ts';
import { serviceAccountKind } from './core/service-account.ts';
import { serviceKind, serviceKindIn } from './core/service.ts';
import { endpointSliceKind } from './discovery/endpoint-slice.ts';
import type { KindDefinition } from './kind.ts';
import { newEventKind } from './events/event.ts';
import { ingressClassKind, ingressKind } from './networking/ingress.ts';
import { networkPolicyKind } from './networking/network-policy.ts';
import { podDisruptionBudgetKind } from './policy/pod-disruption-budget.ts';
import { clusterRoleBindingKind, roleBindingKind } from './rbac/role-binding.ts';
import { clusterRoleKind, roleKind } from './rbac/role.ts';
import { priorityClassKind } from './scheduling/priority-class.ts';
import { storageClassKind } from './storage/storage-class.ts';

export const builtinKinds: readonly KindDefinition[] = [
  clusterRoleBindingKind,
  clusterRoleKind,
  configMapKind,
  controllerRevisionKind,
  cronJobKind,
  customResourceDefinitionKind,
  daemonSetKind,
  deploymentKind,
  endpointSliceKind,
  endpointsKind,
  eventKind,
  horizontalPodAutoscalerKind,
  horizontalPodAutoscalerV1Kind,
  ingressClassKind,
  ingressKind,
  jobKind,
  leaseKind,
  limitRangeKind,
  mutatingWebhookConfigurationKind,
  namespaceKind,
  networkPolicyKind,
  newEventKind,
  nodeKind,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podDisruptionBudgetKind,
  podKind,
  priorityClassKind,
  replicaSetKind,
  replicationControllerKind,
  resourceQuotaKind,
  roleBindingKind,
  roleKind,
  secretKind,
  serviceAccountKind,
  serviceKind,
  statefulSetKind,
  storageClassKind,
  validatingWebhookConfigurationKind,
];

/** `serviceRange`: addresses of Services, for example 10.96.0.0/16. */
export function builtinKindsWith({ serviceRange }: { readonly serviceRange: string }): readonly KindDefinition[] {
  return builtinKinds.map((kind) => (kind === serviceKind ? serviceKindIn(serviceRange) : kind));
}
