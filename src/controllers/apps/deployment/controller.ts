// The Deployment controller: one ReplicaSet for each template, and the way from one to the next.
import { Failure, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { DEPLOYMENTS, hasEnded, numberAt, REPLICA_SETS } from '../../../api/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { claimOwned } from '../../claim-owned.ts';
import { keyOf, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE, eachOf } from '../../create-controller.ts';
import { createFreshView, type FreshView } from '../../fresh-view.ts';
import { controllerOf, createOwnedObjects } from '../../owned-objects.ts';
import type { OwnedPods } from '../../owned-pods.ts';
import { patchOwned, writeStatus, type OwnedWritePorts } from '../../owned-writes.ts';
import { createStampReading, type StampReading } from '../../stamp-reading.ts';
import { refusedStatus } from './deployment-status.ts';
import { planDeployment, type DeploymentPlan, type SetChange } from './plan.ts';
import { REVISION, findNewSet } from './revisions.ts';
import { replicasOf } from './rolling.ts';

interface Ports extends OwnedWritePorts {
  readonly deployments: FreshView;
  readonly pods: OwnedPods;
  readonly read: StampReading;
}

export function createDeploymentController(ports: ControllerPorts, pods: OwnedPods): Controller {
  const informer = ports.informers.of(DEPLOYMENTS);
  const sets = ports.informers.of(REPLICA_SETS);
  const deployments = createFreshView(informer);
  const owned = createOwnedObjects(sets, ports.clock);
  const read = createStampReading(ports.clock);
  return createController(ports, {
    name: 'deployment',
    concurrency: 4,
    reconcile: eachOf(deployments, (deployment) => reconcile({ ...ports, deployments, owned, pods, read }, deployment)),
    follow(queue) {
      const wakeOwnerOf = (set: KubeObject | undefined) => {
        const controller = set === undefined ? undefined : controllerOf(set);
        if (controller?.kind === 'Deployment') queue.add(`${set?.metadata.namespace ?? ''}/${controller.name}`);
      };
      informer.onChange(({ object }) => queue.add(keyOf(object)));
      sets.onChange(({ object, previous }) => {
        wakeOwnerOf(object);
        wakeOwnerOf(previous);
      });
      // Recreate waits until the last Pod has ended.
      pods.follow('ReplicaSet', {
        owned(setKey, { kind, object }) {
          const { namespace, name } = splitKey(setKey);
          if (kind === 'delete' || hasEnded(object)) wakeOwnerOf(sets.get(namespace, name));
        },
      });
    },
  });
}

async function reconcile(ports: Ports, deployment: KubeObject): Promise<ReconcileResult> {
  const { namespace = '' } = deployment.metadata;
  const sets = await claimOwned(ports, REPLICA_SETS, { owner: deployment, apiVersion: 'apps/v1', kind: 'Deployment' });
  const podCounts = new Map(sets.map((set) => [set.metadata.uid ?? '', ports.pods.controlledBy('ReplicaSet', namespace, set.metadata.name).filter((pod) => !hasEnded(pod)).length]));
  return act(ports, deployment, planDeployment({ deployment, sets, podCounts, read: ports.read }, ports.clock.now()));
}

async function act(ports: Ports, deployment: KubeObject, plan: DeploymentPlan): Promise<ReconcileResult> {
  if (plan.create !== undefined && !(await createSet(ports, deployment, plan.create))) return DONE;
  for (const change of plan.changes) await changeSet(ports, deployment, change);
  for (const set of plan.removals) {
    const { namespace, name, uid = '' } = set.metadata;
    await ports.api.delete({ type: REPLICA_SETS, namespace, name }, { preconditions: { uid }, propagationPolicy: 'Background' });
  }
  if (plan.status !== undefined || plan.revision !== undefined) {
    const written = await writeStatus(ports, DEPLOYMENTS, withRevision(deployment, plan.revision), plan.status ?? deployment.status ?? {});
    if (written === undefined) return DONE;
    ports.deployments.remember(written);
  }
  return plan.wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, plan.wakeAtMs - ports.clock.now()) };
}

/** Written with the status: a mark of the controller's is no new generation. */
function withRevision(deployment: KubeObject, revision: string | undefined): KubeObject {
  const { metadata } = deployment;
  return revision === undefined ? deployment : { ...deployment, metadata: { ...metadata, annotations: { ...metadata.annotations, [REVISION]: revision } } };
}

/** False when the name is taken by a set of another template: the next one gets another name. */
async function createSet(ports: Ports, deployment: KubeObject, set: KubeObject): Promise<boolean> {
  const { namespace = '', name } = set.metadata;
  const outcome = await ports.api.create(REPLICA_SETS, namespace, set);
  if (outcome.ok) {
    ports.owned.remember(outcome.value);
    if (replicasOf(set) > 0) recordScaling(ports, deployment, set, 0, replicasOf(set));
    return true;
  }
  if (outcome.status.reason !== 'AlreadyExists') {
    const message = `Failed to create new replica set "${name}": ${outcome.status.message}`;
    ports.events.record(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message });
    const status = refusedStatus(deployment, message, ports.clock.now());
    const written = status === undefined ? undefined : await writeStatus(ports, DEPLOYMENTS, deployment, status);
    if (written !== undefined) ports.deployments.remember(written);
    throw new Failure(outcome.status.reason, outcome.status.message);
  }
  const existing = await ports.api.get({ type: REPLICA_SETS, namespace, name });
  const isOwn = existing.ok && controllerOf(existing.value)?.uid === deployment.metadata.uid && findNewSet(deployment, [existing.value]) !== undefined;
  if (isOwn) {
    ports.owned.remember(existing.value);
    return false;
  }
  const status = { ...deployment.status, collisionCount: numberAt(deployment, 'status', 'collisionCount') + 1 };
  await writeStatus(ports, DEPLOYMENTS, deployment, status);
  return false;
}

async function changeSet(ports: Ports, deployment: KubeObject, { set, replicas, minReadySeconds, annotations }: SetChange): Promise<void> {
  const spec: JsonObject = { ...(replicas === replicasOf(set) ? {} : { replicas }), ...(minReadySeconds === undefined ? {} : { minReadySeconds }) };
  const written = await patchOwned(ports, REPLICA_SETS, set, { annotations }, { spec });
  if (written !== undefined && replicas !== replicasOf(set)) recordScaling(ports, deployment, set, replicasOf(set), replicas);
}

function recordScaling(ports: Ports, deployment: KubeObject, set: KubeObject, from: number, to: number): void {
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`;
  ports.events.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
}
