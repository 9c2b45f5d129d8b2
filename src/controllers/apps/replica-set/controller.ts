// The controller of ReplicaSets, and of ReplicationControllers, which are the same with an older selector: so many Pods of one template, always.
import { describeError, jsonEquals, type JsonObject, type KubeObject, type ResourceType } from '../../../base/mod.ts';
import { asReplicaSet, numberAt, PODS, REPLICA_SETS, REPLICATION_CONTROLLERS } from '../../../api/mod.ts';
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

interface ReplicatedKind {
  readonly name: string;
  readonly type: ResourceType;
  readonly apiVersion: string;
  readonly kind: string;
  readonly asSet: (object: KubeObject) => KubeObject;
  /** What of the status of a ReplicaSet it has. */
  readonly ownStatus: (status: JsonObject) => JsonObject;
}

const REPLICA_SET: ReplicatedKind = { name: 'replica-set', type: REPLICA_SETS, apiVersion: 'apps/v1', kind: 'ReplicaSet', asSet: (set) => set, ownStatus: (status) => status };
const REPLICATION_CONTROLLER: ReplicatedKind = {
  name: 'replication-controller',
  type: REPLICATION_CONTROLLERS,
  apiVersion: 'v1',
  kind: 'ReplicationController',
  asSet: asReplicaSet,
  ownStatus: ({ terminatingReplicas: _terminating, ...status }) => status,
};

interface Ports extends OwnedWritePorts {
  readonly replicated: ReplicatedKind;
  readonly pauses: FailurePauses;
  readonly read: StampReading;
}

/** Failures beyond one for each replica that are made up for at once. */
const FREE_FAILURE_COUNT = 2;
const PAUSE_MS_MAX = 60_000;

export function createReplicaSetController(ports: ControllerPorts, owned: OwnedPods): Controller {
  return createReplicatedController(ports, owned, REPLICA_SET);
}

export function createReplicationControllerController(ports: ControllerPorts, owned: OwnedPods): Controller {
  return createReplicatedController(ports, owned, REPLICATION_CONTROLLER);
}

function createReplicatedController(ports: ControllerPorts, owned: OwnedPods, replicated: ReplicatedKind): Controller {
  const sets = ports.informers.of(replicated.type);
  const pauses = new FailurePauses(ports.clock);
  const read = createStampReading(ports.clock);
  return createController(ports, {
    name: replicated.name,
    concurrency: 8,
    reconcile: eachOf(sets, (set) => reconcile({ ...ports, owned, pauses, read, replicated }, set)),
    follow(queue) {
      sets.onChange(({ object }) => queue.add(keyOf(object)));
      owned.follow(replicated.kind, {
        owned: (key) => queue.add(key),
        loose(pod) {
          for (const set of sets.list(pod.metadata.namespace)) if (isSelected(replicated.asSet(set), pod)) queue.add(keyOf(set));
        },
      });
    },
  });
}

async function reconcile(ports: Ports, object: KubeObject): Promise<ReconcileResult> {
  const { type, apiVersion, kind, asSet, ownStatus } = ports.replicated;
  const set = asSet(object);
  const pods = await claimOwned(ports, PODS, { owner: set, apiVersion, kind });
  const failedUids = pods.filter((pod) => phaseOf(pod) === 'Failed').map(({ metadata }) => metadata.uid ?? '');
  const limits = { freeCount: numberAt(set, 'spec', 'replicas') + FREE_FAILURE_COUNT, maxMs: PAUSE_MS_MAX };
  const facts = { set, pods, pauseMs: ports.pauses.leftMs(set.metadata.uid ?? '', failedUids, limits), read: ports.read };
  const plan = planReplicaSet(facts, ports.clock.now());
  await inGrowingBatches(plan.surplus, (pod) => deletePod(ports, set, pod));
  let failure: Error | undefined;
  try {
    const pod = podFromTemplate(set, apiVersion, kind);
    const alike = { ...pod, metadata: { ...pod.metadata, generateName: `${set.metadata.name}-` } };
    await inGrowingBatches(Array.from({ length: plan.missing }, () => alike), (one) => createPod(ports, set, one));
  } catch (error) {
    failure = error instanceof Error ? error : new Error(describeError(error));
  }
  const { status, wakeAtMs } = failure === undefined ? plan : planReplicaSet(facts, ports.clock.now(), describeError(failure));
  if (status !== undefined && !jsonEquals(ownStatus(status), object.status)) await writeStatus(ports, type, object, ownStatus(status));
  if (failure !== undefined) throw failure;
  return wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, wakeAtMs - ports.clock.now()) };
}
