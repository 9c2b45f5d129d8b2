// The DaemonSet controller: one Pod on every node that its template fits.
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { CONTROLLER_REVISIONS, DAEMON_SETS, NODES, numberAt, PODS } from '../../../api/mod.ts';
import type { Informer } from '../../../client/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { claimOwned, isSelected, type Claimant } from '../../claim-owned.ts';
import { keyOf, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE, eachOf } from '../../create-controller.ts';
import { FailurePauses } from '../../failure-pauses.ts';
import { createFreshView, type FreshView } from '../../fresh-view.ts';
import { inGrowingBatches } from '../../growing-batches.ts';
import { createOwnedObjects, type OwnedObjects } from '../../owned-objects.ts';
import type { OwnedPods } from '../../owned-pods.ts';
import { createPod, deletePod, writeStatus, type OwnedWritePorts } from '../../owned-writes.ts';
import { phaseOf } from '../../pod-state.ts';
import { createStampReading, type StampReading } from '../../stamp-reading.ts';
import { cutHistory, keepHistory } from '../controller-revisions/history.ts';
import { hashOf, REVISION_LABEL } from '../controller-revisions/plan.ts';
import { nodeNameOf } from './daemon-pod.ts';
import { planDaemonSet } from './plan.ts';

interface Ports extends OwnedWritePorts {
  readonly sets: FreshView;
  readonly revisions: OwnedObjects;
  readonly nodes: Informer;
  readonly pauses: FailurePauses;
  readonly read: StampReading;
}

/** Of the daemon of one node; upstream's constants. */
const PAUSE_LIMITS = { freeCount: 0, maxMs: 900_000 };

export function createDaemonSetController(ports: ControllerPorts, owned: OwnedPods): Controller {
  const informer = ports.informers.of(DAEMON_SETS);
  const nodes = ports.informers.of(NODES);
  const sets = createFreshView(informer);
  const revisions = createOwnedObjects(ports.informers.of(CONTROLLER_REVISIONS), ports.clock);
  const pauses = new FailurePauses(ports.clock);
  const read = createStampReading(ports.clock);
  return createController(ports, {
    name: 'daemon-set',
    concurrency: 2,
    reconcile: eachOf(sets, (set) => reconcile({ ...ports, owned, sets, revisions, nodes, pauses, read }, set)),
    follow(queue) {
      informer.onChange(({ object }) => queue.add(keyOf(object)));
      nodes.onChange(() => {
        for (const set of informer.list()) queue.add(keyOf(set));
      });
      owned.follow('DaemonSet', {
        owned: (key) => queue.add(key),
        loose(pod) {
          for (const set of informer.list(pod.metadata.namespace)) if (isSelected(set, pod)) queue.add(keyOf(set));
        },
      });
    },
  });
}

async function reconcile(ports: Ports, set: KubeObject): Promise<ReconcileResult> {
  const claimant: Claimant = { owner: set, apiVersion: 'apps/v1', kind: 'DaemonSet' };
  const pods = await claimOwned(ports, PODS, claimant);
  if (set.metadata.deletionTimestamp !== undefined) return DONE;
  const ofRevisions = { ...ports, owned: ports.revisions };
  const history = await keepHistory(ofRevisions, claimant);
  if (history === undefined) {
    await publish(ports, set, { ...set.status, collisionCount: numberAt(set, 'status', 'collisionCount') + 1 });
    return { kind: 'after', delayMs: 1 };
  }
  const { newest, revisions } = history;
  const failedByNode = Map.groupBy(pods.filter((pod) => phaseOf(pod) === 'Failed'), nodeNameOf);
  const pauseMs = (pod: KubeObject) => {
    const failed = failedByNode.get(nodeNameOf(pod)) ?? [];
    return ports.pauses.leftMs(`${set.metadata.uid} ${nodeNameOf(pod)}`, failed.map(({ metadata }) => metadata.uid ?? ''), PAUSE_LIMITS);
  };
  const plan = planDaemonSet({ set, pods, nodes: ports.nodes.list(), newest, pauseMs, read: ports.read }, ports.clock.now());
  if (plan.status !== undefined) await publish(ports, set, plan.status);
  for (const pod of plan.deletions) tellEnding(ports, set, pod);
  await inGrowingBatches(plan.deletions, (pod) => deletePod(ports, set, pod));
  await inGrowingBatches(plan.creations, (pod) => createPod(ports, set, pod));
  const hashes = new Set(pods.map(({ metadata }) => metadata.labels?.[REVISION_LABEL]));
  const inUse = revisions.filter((revision) => revision === newest || hashes.has(hashOf(revision)));
  await cutHistory(ofRevisions, set, revisions, new Set(inUse.map(({ metadata }) => metadata.name)));
  return plan.wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, plan.wakeAtMs - ports.clock.now()) };
}

/** A daemon should not end: whoever looks at the set learns that it did. */
function tellEnding({ events }: Ports, set: KubeObject, pod: KubeObject): void {
  const phase = phaseOf(pod);
  const what = `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${nodeNameOf(pod)}`;
  if (phase === 'Failed') events.record(set, { type: 'Warning', reason: 'FailedDaemonPod', message: `Found failed ${what}, will try to kill it` });
  if (phase === 'Succeeded') events.record(set, { type: 'Normal', reason: 'SucceededDaemonPod', message: `Found succeeded ${what}, will try to delete it` });
}

async function publish(ports: Ports, set: KubeObject, status: JsonObject): Promise<void> {
  const written = await writeStatus(ports, DAEMON_SETS, set, status);
  if (written !== undefined) ports.sets.remember(written);
}
