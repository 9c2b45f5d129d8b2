// controllers: the reconcilers of the object API, one folder per group and kind. They see objects only through the verb
// interface, so they run unchanged against our own server or a real one. Controllers of different groups never import
// each other: they meet in objects.
import { PODS } from '../api/mod.ts';
import type { ResourceType } from '../base/mod.ts';
import type { Controller, ControllerPorts } from './controller.ts';
import { createOwnedPods } from './owned-pods.ts';
import { createDaemonSetController } from './apps/daemon-set/controller.ts';
import { createDeploymentController } from './apps/deployment/controller.ts';
import { createReplicaSetController, createReplicationControllerController } from './apps/replica-set/controller.ts';
import { createStatefulSetController } from './apps/stateful-set/controller.ts';
import { createAutoscalerController } from './autoscaling/horizontal-pod-autoscaler/controller.ts';
import { createCronJobController } from './batch/cron-job/controller.ts';
import { createJobController } from './batch/job/controller.ts';
import { createAbsentNodeController } from './core/absent-node/controller.ts';
import { createApiServiceController } from './core/api-service/controller.ts';
import { createNodeCordonController } from './core/node-cordon/controller.ts';
import { createClaimProtectionController } from './core/claim-protection/controller.ts';
import { createEndpointsController } from './core/endpoints/controller.ts';
import { createEventExpiryController } from './core/event-expiry/controller.ts';
import { createGarbageCollector, type CollectedType } from './core/garbage-collection/controller.ts';
import { createNamespaceController } from './core/namespace/controller.ts';
import { createPersistentVolumeController } from './core/persistent-volumes/controller.ts';
import { createStandardClassController } from './core/persistent-volumes/standard-class.ts';
import { createPodRetentionController } from './core/pod-retention/controller.ts';
import { DEFAULT_RETENTION } from './core/pod-retention/plan.ts';
import { createPodSchedulingController } from './core/pod-scheduling/controller.ts';
import type { Leniency } from './core/pod-scheduling/scaling.ts';
import { createDisruptionBudgetController } from './policy/disruption-budget/controller.ts';
import { createTokenSecretsController } from './core/token-secrets/controller.ts';
import { createTaintEvictionController } from './core/taint-eviction/controller.ts';
import { createClusterRoleAggregationController } from './rbac/cluster-role-aggregation/controller.ts';
import { createDefaultRolesController } from './rbac/default-roles/controller.ts';
import { createPipelineRunnerController } from './rbac/pipeline-runner/controller.ts';
import { createSystemPriorityClassesController } from './scheduling/system-priority-classes/controller.ts';

export interface ControllersOptions {
  readonly namespacedTypes: () => readonly ResourceType[];
  /** All resources whose objects may own others or be owned, at this moment; one version of each. */
  readonly collectedTypes: () => readonly CollectedType[];
  readonly rootCertificates: string;
  /** Where the steps of pipelines run. */
  readonly pipelineNamespace: string;
  /** Where Pods find the API among the addresses of Services; without it the Service `kubernetes` is somebody else's. */
  readonly apiServiceAddress?: string;
  /** What the scheduler does where the machine is smaller than what Pods ask for. */
  readonly leniency: Leniency;
}

/** All controllers, not started. */
export function createControllers(ports: ControllerPorts, options: ControllersOptions): readonly Controller[] {
  const pods = createOwnedPods(ports.informers.of(PODS), ports.clock);
  return [
    createNamespaceController(ports, options),
    createGarbageCollector(ports, options.collectedTypes),
    createDefaultRolesController(ports),
    createSystemPriorityClassesController(ports),
    createClusterRoleAggregationController(ports),
    createPipelineRunnerController(ports, options.pipelineNamespace),
    createPodSchedulingController(ports, options.leniency),
    createAbsentNodeController(ports),
    createTaintEvictionController(ports),
    createTokenSecretsController(ports),
    createEndpointsController(ports),
    createClaimProtectionController(ports),
    createNodeCordonController(ports),
    createDisruptionBudgetController(ports, options.collectedTypes),
    createAutoscalerController(ports, options.collectedTypes),
    createStandardClassController(ports),
    createPersistentVolumeController(ports),
    ...(options.apiServiceAddress === undefined ? [] : [createApiServiceController(ports, options.apiServiceAddress)]),
    createJobController(ports, pods),
    createCronJobController(ports),
    createReplicaSetController(ports, pods),
    createReplicationControllerController(ports, pods),
    createDeploymentController(ports, pods),
    createStatefulSetController(ports, pods),
    createDaemonSetController(ports, pods),
    createPodRetentionController(ports, DEFAULT_RETENTION),
    createEventExpiryController(ports),
  ];
}

export type { Controller, ControllerPorts } from './controller.ts';
export type { CollectedType } from './core/garbage-collection/controller.ts';
