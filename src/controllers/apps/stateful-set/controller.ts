// The StatefulSet controller: Pods with a name and claims of their own, one after the other.
import { Failure, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { CLAIMS, CONTROLLER_REVISIONS, numberAt, PODS, STATEFUL_SETS, textAt } from '../../../api/mod.ts';
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
import { createPod, deletePod, patchOwned, writeStatus, type OwnedWritePorts, type PodWords } from '../../owned-writes.ts';
import { createStampReading, type StampReading } from '../../stamp-reading.ts';
import { cutHistory, keepHistory, type History } from '../controller-revisions/history.ts';
import { REVISION_LABEL } from '../controller-revisions/plan.ts';
import { isClaimName, memberOfClaim, ordinalOf } from './member.ts';
import { planStatefulSet, type StatefulSetPlan } from './plan.ts';

interface Ports extends OwnedWritePorts {
  readonly sets: FreshView;
  readonly revisions: OwnedObjects;
  readonly claims: Informer;
  readonly pauses: FailurePauses;
  readonly read: StampReading;
}

/** Of one member. */
const PAUSE_LIMITS = { freeCount: 2, maxMs: 60_000 };

export function createStatefulSetController(ports: ControllerPorts, owned: OwnedPods): Controller {
  const informer = ports.informers.of(STATEFUL_SETS);
  const claims = ports.informers.of(CLAIMS);
  const sets = createFreshView(informer);
  const revisions = createOwnedObjects(ports.informers.of(CONTROLLER_REVISIONS), ports.clock);
  const pauses = new FailurePauses(ports.clock);
  const read = createStampReading(ports.clock);
  return createController(ports, {
    name: 'stateful-set',
    concurrency: 4,
    reconcile: eachOf(sets, (set) => reconcile({ ...ports, owned, sets, revisions, claims, pauses, read }, set)),
    follow(queue) {
      informer.onChange(({ object }) => queue.add(keyOf(object)));
      owned.follow('StatefulSet', {
        owned: (key) => queue.add(key),
        loose(pod) {
          for (const set of informer.list(pod.metadata.namespace)) if (isSelected(set, pod) && ordinalOf(set, pod) !== undefined) queue.add(keyOf(set));
        },
      });
      // A member waits until the claim of the one before it is gone.
      claims.onChange(({ kind, object: { metadata } }) => {
        if (kind !== 'delete') return;
        for (const set of informer.list(metadata.namespace)) if (isClaimName(set, metadata.name)) queue.add(keyOf(set));
      });
    },
  });
}

async function reconcile(ports: Ports, set: KubeObject): Promise<ReconcileResult> {
  const claimant: Claimant = { owner: set, apiVersion: 'apps/v1', kind: 'StatefulSet' };
  const pods = await claimOwned(ports, PODS, claimant, (pod) => ordinalOf(set, pod) !== undefined);
  if (set.metadata.deletionTimestamp !== undefined) return DONE;
  const ofRevisions = { ...ports, owned: ports.revisions };
  const history = await keepHistory(ofRevisions, claimant);
  if (history === undefined) {
    await publish(ports, set, { ...set.status, collisionCount: numberAt(set, 'status', 'collisionCount') + 1 });
    return { kind: 'after', delayMs: 1 };
  }
  const current = currentOf(set, history);
  const claim = (name: string) => ports.claims.get(set.metadata.namespace, name);
  const pauseMs = ({ metadata: { name, uid = '' } }: KubeObject) => ports.pauses.leftMs(`${set.metadata.uid} ${name}`, [uid], PAUSE_LIMITS);
  const plan = planStatefulSet({ set, pods, current, update: history.newest, claim, pauseMs, read: ports.read }, ports.clock.now());
  const result = await act(ports, set, plan);
  const inUse = [current, history.newest].map(({ metadata }) => metadata.name);
  await cutHistory(ofRevisions, set, history.revisions, new Set([...inUse, ...pods.map(({ metadata }) => metadata.labels?.[REVISION_LABEL] ?? '')]));
  return result;
}

function currentOf(set: KubeObject, { revisions, newest }: History): KubeObject {
  const name = textAt(set, '', 'status', 'currentRevision');
  return revisions.find(({ metadata }) => metadata.name === name) ?? newest;
}

async function act(ports: Ports, set: KubeObject, plan: StatefulSetPlan): Promise<ReconcileResult> {
  // Counts of before this reconcile: whoever waits for a rollout must not see the end of the last one.
  if (plan.status !== undefined) await publish(ports, set, plan.status);
  for (const { claim, ownerReferences } of plan.claimOwners) await patchClaim(ports, claim, { ownerReferences });
  for (const { pod, labels } of plan.labels) await patchOwned(ports, PODS, pod, { labels });
  await inGrowingBatches(plan.deletions, (pod) => deletePod(ports, set, pod, wordsOf(set)));
  await inGrowingBatches(plan.claims, (claim) => createClaim(ports, set, claim));
  await inGrowingBatches(plan.creations, (pod) => createPod(ports, set, pod, wordsOf(set)));
  return plan.wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, plan.wakeAtMs - ports.clock.now()) };
}

function wordsOf({ metadata }: KubeObject): PodWords {
  const inSet = (name: string) => `Pod ${name} in StatefulSet ${metadata.name}`;
  return {
    created: (name) => `Create ${inSet(name)} successful`,
    refused: (name, message) => `Create ${inSet(name)} failed error: ${message}`,
    deleted: (name) => `Delete ${inSet(name)} successful`,
  };
}

async function publish(ports: Ports, set: KubeObject, status: JsonObject): Promise<void> {
  const written = await writeStatus(ports, STATEFUL_SETS, set, status);
  if (written !== undefined) ports.sets.remember(written);
}

async function createClaim({ api, events }: Ports, set: KubeObject, claim: KubeObject): Promise<void> {
  const { namespace, name } = claim.metadata;
  const outcome = await api.create(CLAIMS, namespace, claim);
  const told = `Create Claim ${name} Pod ${memberOfClaim(set, name)} in StatefulSet ${set.metadata.name}`;
  if (outcome.ok) events.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `${told} success` });
  if (outcome.ok || outcome.status.reason === 'AlreadyExists') return;
  events.record(set, { type: 'Warning', reason: 'FailedCreate', message: `${told} failed error: ${outcome.status.message}` });
  throw new Failure(outcome.status.reason, outcome.status.message);
}

async function patchClaim({ api }: Ports, { metadata }: KubeObject, change: object): Promise<void> {
  const { namespace, name, uid = '', resourceVersion = '' } = metadata;
  const outcome = await api.patch({ type: CLAIMS, namespace, name }, 'merge', { metadata: { uid, resourceVersion, ...change } as JsonObject });
  // Changed meanwhile: once more.
  if (outcome.ok || outcome.status.reason === 'NotFound') return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
