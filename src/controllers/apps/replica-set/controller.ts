// The ReplicaSet controller: so many Pods of one template, always.
import { describeError, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, matchesLabels } from '../../../api/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { keyOf, PODS, REPLICA_SETS, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { controllerOf, createOwnedObjects } from '../../owned-objects.ts';
import { createPod, deletePod, patchOwned, writeStatus, type OwnedWritePorts } from '../../owned-writes.ts';
import { controllerReference, podFromTemplate } from '../../pod-template.ts';
import { planReplicaSet } from './plan.ts';

const DONE: ReconcileResult = { kind: 'done' };

export function createReplicaSetController(ports: ControllerPorts): Controller {
  const sets = ports.informers.of(REPLICA_SETS);
  const pods = ports.informers.of(PODS);
  const owned = createOwnedObjects(pods, ports.clock);
  const queue = createKeyedQueue({
    name: 'replica-set',
    clock: ports.clock,
    log: ports.log,
    concurrency: 8,
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const set = sets.get(namespace, name);
      return set === undefined ? DONE : reconcile({ ...ports, owned }, set);
    },
  });
  return {
    name: 'replica-set-controller',
    start() {
      sets.onChange(({ object }) => queue.add(keyOf(object)));
      pods.onChange(({ object, previous }) => {
        for (const pod of [object, previous]) {
          const controller = pod === undefined ? undefined : controllerOf(pod);
          if (controller?.kind === 'ReplicaSet') queue.add(`${object.metadata.namespace ?? ''}/${controller.name}`);
        }
        if (controllerOf(object) !== undefined) return;
        for (const set of sets.list(object.metadata.namespace)) if (isSelected(set, object)) queue.add(keyOf(set));
      });
      queue.start();
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}

function isSelected(set: KubeObject, pod: KubeObject): boolean {
  return matchesLabels(fieldOf(set, 'spec', 'selector'), pod.metadata.labels ?? {});
}

async function reconcile(ports: OwnedWritePorts, set: KubeObject): Promise<ReconcileResult> {
  const pods = await claimPods(ports, set);
  const plan = planReplicaSet(set, pods, ports.clock.now());
  for (const pod of plan.surplus) await deletePod(ports, set, pod);
  let failure: Error | undefined;
  try {
    const pod = podFromTemplate(set, 'apps/v1', 'ReplicaSet');
    for (let made = 0; made < plan.missing; made++) await createPod(ports, set, { ...pod, metadata: { ...pod.metadata, generateName: `${set.metadata.name}-` } });
  } catch (error) {
    failure = error instanceof Error ? error : new Error(describeError(error));
  }
  const { status, wakeAtMs } = failure === undefined ? plan : planReplicaSet(set, pods, ports.clock.now(), describeError(failure));
  if (status !== undefined) await writeStatus(ports, REPLICA_SETS, set, status);
  if (failure !== undefined) throw failure;
  return wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, wakeAtMs - ports.clock.now()) };
}

/** Its own Pods; loose ones that fit are taken over, own ones that no longer fit are let go. */
async function claimPods(ports: OwnedWritePorts, set: KubeObject): Promise<readonly KubeObject[]> {
  const { namespace = '', name, uid, deletionTimestamp } = set.metadata;
  const own = ports.owned.controlledBy('ReplicaSet', namespace, name).filter((pod) => controllerOf(pod)?.uid === uid);
  if (deletionTimestamp !== undefined) return own;
  const claimed: KubeObject[] = own.filter((pod) => isSelected(set, pod));
  for (const pod of own.filter((one) => !isSelected(set, one))) {
    await patchOwned(ports, PODS, pod, { ownerReferences: (pod.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid) });
  }
  for (const pod of ports.owned.uncontrolled(namespace)) {
    if (pod.metadata.deletionTimestamp !== undefined || !isSelected(set, pod)) continue;
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerReference(set, 'apps/v1', 'ReplicaSet')];
    const adopted = await patchOwned(ports, PODS, pod, { ownerReferences });
    if (adopted !== undefined) claimed.push(adopted);
  }
  return claimed;
}
