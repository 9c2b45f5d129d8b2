// The ReplicaSet controller: so many Pods of one template, always.
import { describeError, type KubeObject } from '../../../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { claimOwned, isSelected } from '../../claim-owned.ts';
import { keyOf, PODS, REPLICA_SETS, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { inGrowingBatches } from '../../growing-batches.ts';
import type { OwnedPods } from '../../owned-pods.ts';
import { createPod, deletePod, writeStatus, type OwnedWritePorts } from '../../owned-writes.ts';
import { podFromTemplate } from '../../pod-template.ts';
import { planReplicaSet } from './plan.ts';

const DONE: ReconcileResult = { kind: 'done' };

export function createReplicaSetController(ports: ControllerPorts, owned: OwnedPods): Controller {
  const sets = ports.informers.of(REPLICA_SETS);
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
      owned.follow('ReplicaSet', {
        owned: (key) => queue.add(key),
        loose(pod) {
          for (const set of sets.list(pod.metadata.namespace)) if (isSelected(set, pod)) queue.add(keyOf(set));
        },
      });
      queue.start();
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}

async function reconcile(ports: OwnedWritePorts, set: KubeObject): Promise<ReconcileResult> {
  const pods = await claimOwned(ports, PODS, { owner: set, apiVersion: 'apps/v1', kind: 'ReplicaSet' });
  const plan = planReplicaSet(set, pods, ports.clock.now());
  await inGrowingBatches(plan.surplus, (pod) => deletePod(ports, set, pod));
  let failure: Error | undefined;
  try {
    const pod = podFromTemplate(set, 'apps/v1', 'ReplicaSet');
    const alike = { ...pod, metadata: { ...pod.metadata, generateName: `${set.metadata.name}-` } };
    await inGrowingBatches(Array.from({ length: plan.missing }, () => alike), (one) => createPod(ports, set, one));
  } catch (error) {
    failure = error instanceof Error ? error : new Error(describeError(error));
  }
  const { status, wakeAtMs } = failure === undefined ? plan : planReplicaSet(set, pods, ports.clock.now(), describeError(failure));
  if (status !== undefined) await writeStatus(ports, REPLICA_SETS, set, status);
  if (failure !== undefined) throw failure;
  return wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, wakeAtMs - ports.clock.now()) };
}
