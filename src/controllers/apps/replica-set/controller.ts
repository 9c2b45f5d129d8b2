// The ReplicaSet controller: so many Pods of one template, always.
import { describeError, type KubeObject } from '../../../base/mod.ts';
import { numberAt, PODS, REPLICA_SETS } from '../../../api/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { claimOwned, isSelected } from '../../claim-owned.ts';
import { keyOf, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE, eachOf } from '../../create-controller.ts';
import { FailurePauses } from '../../failure-pauses.ts';
import { inGrowingBatches } from '../../growing-batches.ts';
import type { OwnedPods } from '../../owned-pods.ts';
import { createPod, deletePod, writeStatus, type OwnedWritePorts } from '../../owned-writes.ts';
import { phaseOf } from '../../pod-state.ts';
import { podFromTemplate } from '../../pod-template.ts';
import { createStampReading, type StampReading } from '../../stamp-reading.ts';
import { planReplicaSet } from './plan.ts';

interface Ports extends OwnedWritePorts {
  readonly pauses: FailurePauses;
  readonly read: StampReading;
}

/** Failures beyond one for each replica that are made up for at once. */
const FREE_FAILURE_COUNT = 2;
const PAUSE_MS_MAX = 60_000;

export function createReplicaSetController(ports: ControllerPorts, owned: OwnedPods): Controller {
  const sets = ports.informers.of(REPLICA_SETS);
  const pauses = new FailurePauses(ports.clock);
  const read = createStampReading(ports.clock);
  return createController(ports, {
    name: 'replica-set',
    concurrency: 8,
    reconcile: eachOf(sets, (set) => reconcile({ ...ports, owned, pauses, read }, set)),
    follow(queue) {
      sets.onChange(({ object }) => queue.add(keyOf(object)));
      owned.follow('ReplicaSet', {
        owned: (key) => queue.add(key),
        loose(pod) {
          for (const set of sets.list(pod.metadata.namespace)) if (isSelected(set, pod)) queue.add(keyOf(set));
        },
      });
    },
  });
}

async function reconcile(ports: Ports, set: KubeObject): Promise<ReconcileResult> {
  const pods = await claimOwned(ports, PODS, { owner: set, apiVersion: 'apps/v1', kind: 'ReplicaSet' });
  const failedUids = pods.filter((pod) => phaseOf(pod) === 'Failed').map(({ metadata }) => metadata.uid ?? '');
  const limits = { freeCount: numberAt(set, 'spec', 'replicas') + FREE_FAILURE_COUNT, maxMs: PAUSE_MS_MAX };
  const facts = { set, pods, pauseMs: ports.pauses.leftMs(set.metadata.uid ?? '', failedUids, limits), read: ports.read };
  const plan = planReplicaSet(facts, ports.clock.now());
  await inGrowingBatches(plan.surplus, (pod) => deletePod(ports, set, pod));
  let failure: Error | undefined;
  try {
    const pod = podFromTemplate(set, 'apps/v1', 'ReplicaSet');
    const alike = { ...pod, metadata: { ...pod.metadata, generateName: `${set.metadata.name}-` } };
    await inGrowingBatches(Array.from({ length: plan.missing }, () => alike), (one) => createPod(ports, set, one));
  } catch (error) {
    failure = error instanceof Error ? error : new Error(describeError(error));
  }
  const { status, wakeAtMs } = failure === undefined ? plan : planReplicaSet(facts, ports.clock.now(), describeError(failure));
  if (status !== undefined) await writeStatus(ports, REPLICA_SETS, set, status);
  if (failure !== undefined) throw failure;
  return wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, wakeAtMs - ports.clock.now()) };
}
