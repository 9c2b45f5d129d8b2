// What a Deployment says of itself: counts, and the conditions that `kubectl rollout status` and `wait` read; pure.
import { jsonEquals, toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, numberAt, textAt } from '../../../api/mod.ts';
import { conditionOf } from '../../pod-state.ts';
import type { StampReading } from '../../stamp-reading.ts';
import { replicasOf, sumOf, type Bounds } from './rolling.ts';

interface StatusFacts {
  readonly deployment: KubeObject;
  readonly sets: readonly KubeObject[];
  readonly newSet: KubeObject | undefined;
  /** Made in this reconcile. */
  readonly created: KubeObject | undefined;
  readonly bounds: Bounds;
  readonly isPaused: boolean;
  readonly read: StampReading;
}

interface Told {
  readonly status: JsonObject;
  readonly isComplete: boolean;
  /** When the rollout will have taken too long. */
  readonly wakeAtMs?: number;
}

interface Saying {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** The API's word for no deadline. */
const NO_DEADLINE_SECONDS = 2 ** 31 - 1;
const OWN_CONDITIONS = ['Available', 'Progressing', 'ReplicaFailure'];

export function deploymentStatus(facts: StatusFacts, nowMs: number): Told {
  const { deployment, sets, newSet, bounds } = facts;
  const of = (count: string) => sumOf(sets, (set) => numberAt(set, 'status', count));
  const counts = {
    replicas: of('replicas'),
    updatedReplicas: numberAt(newSet, 'status', 'replicas'),
    readyReplicas: of('readyReplicas'),
    availableReplicas: of('availableReplicas'),
    unavailableReplicas: Math.max(0, sumOf(sets, replicasOf) - of('availableReplicas')),
  };
  const isComplete = newSet !== undefined && counts.updatedReplicas === bounds.replicas && counts.replicas === bounds.replicas && counts.availableReplicas === bounds.replicas;
  const progress = progressOf(facts, counts, isComplete, nowMs);
  const isAvailable = counts.availableReplicas >= bounds.replicas - bounds.unavailableMax;
  const available: Saying = isAvailable
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : { status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' };
  const told: readonly JsonObject[] = [
    conditionOfNow(deployment, 'Available', available, false, nowMs),
    ...(hasDeadline(deployment) ? progressConditions(deployment, progress, nowMs) : []),
    ...presentConditions(sets, 'ReplicaFailure').slice(0, 1),
  ];
  // In upstream's order: what changed goes to the end. What others say of it stays.
  const before = itemsAt(deployment, 'status', 'conditions');
  const stays = before.filter((condition) => !OWN_CONDITIONS.includes(textAt(condition, '', 'type')) || told.some((one) => jsonEquals(one, condition)));
  const conditions = [...stays, ...told.filter((one) => !stays.some((condition) => jsonEquals(one, condition)))];
  const terminating = sets.map((set) => fieldOf(set, 'status', 'terminatingReplicas'));
  const collisionCount = fieldOf(deployment, 'status', 'collisionCount');
  const status = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(terminating.every((count) => typeof count === 'number') ? { terminatingReplicas: terminating.reduce((sum, count) => sum + count, 0) } : {}),
    conditions,
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
  const dueMs = deadlineMs(deployment, facts.read);
  return { status, isComplete, ...(isComplete || facts.isPaused || dueMs === undefined || dueMs <= nowMs ? {} : { wakeAtMs: dueMs }) };
}

/** Of a Deployment whose new ReplicaSet was refused; undefined when it says so already. */
export function refusedStatus(deployment: KubeObject, message: string, nowMs: number): JsonObject | undefined {
  if (!hasDeadline(deployment)) return undefined;
  const before = conditionOf(deployment, 'Progressing');
  const condition = conditionOfNow(deployment, 'Progressing', { status: 'False', reason: 'ReplicaSetCreateError', message }, false, nowMs);
  if (condition === before) return undefined;
  const others = itemsAt(deployment, 'status', 'conditions').filter((one) => fieldOf(one, 'type') !== 'Progressing');
  return { ...deployment.status, conditions: [...others, condition] };
}

function progressConditions(deployment: KubeObject, { saying, hasMoved }: Progress, nowMs: number): readonly JsonObject[] {
  return saying === undefined ? presentConditions([deployment], 'Progressing') : [conditionOfNow(deployment, 'Progressing', saying, hasMoved, nowMs)];
}

function presentConditions(objects: readonly KubeObject[], type: string): readonly JsonObject[] {
  return objects.map((object) => conditionOf(object, type)).filter((condition) => condition !== undefined);
}

interface Progress {
  /** Nothing to say: it stays as it was. */
  readonly saying?: Saying;
  /** Sets the deadline anew. */
  readonly hasMoved: boolean;
}

function progressOf({ deployment, newSet, created, isPaused, read }: StatusFacts, counts: Readonly<Record<string, number>>, isComplete: boolean, nowMs: number): Progress {
  const before = conditionOf(deployment, 'Progressing');
  const reason = textAt(before, '', 'reason');
  if (isPaused) return { saying: { status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }, hasMoved: reason !== 'DeploymentPaused' };
  if (reason === 'DeploymentPaused') return { saying: { status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' }, hasMoved: true };
  if (created !== undefined) return { saying: { status: 'True', reason: 'NewReplicaSetCreated', message: `Created new replica set "${created.metadata.name}"` }, hasMoved: true };
  if (newSet === undefined) return { hasMoved: false };
  const set = `ReplicaSet "${newSet.metadata.name}"`;
  const isAtNewSet = textAt(before, '', 'message').includes(`"${newSet.metadata.name}"`);
  if (isComplete) return { saying: { status: 'True', reason: 'NewReplicaSetAvailable', message: `${set} has successfully progressed.` }, hasMoved: reason !== 'NewReplicaSetAvailable' || !isAtNewSet };
  // A finished rollout that only lost or gained Pods is not a rollout.
  if (reason === 'NewReplicaSetAvailable' && isAtNewSet) return { hasMoved: false };
  if (!isAtNewSet && before !== undefined && reason !== 'DeploymentResumed') {
    return { saying: { status: 'True', reason: 'FoundNewReplicaSet', message: `Found new replica set "${newSet.metadata.name}"` }, hasMoved: true };
  }
  const was = (count: string) => numberAt(deployment, 'status', count);
  const is = (count: string) => counts[count] ?? 0;
  const hasFewerOld = was('replicas') - was('updatedReplicas') > is('replicas') - is('updatedReplicas');
  const hasMoved = hasFewerOld || ['updatedReplicas', 'readyReplicas', 'availableReplicas'].some((count) => is(count) > was(count));
  if (hasMoved || before === undefined) return { saying: { status: 'True', reason: 'ReplicaSetUpdated', message: `${set} is progressing.` }, hasMoved: true };
  const dueMs = deadlineMs(deployment, read);
  if (dueMs === undefined || dueMs > nowMs) return { hasMoved: false };
  return { saying: { status: 'False', reason: 'ProgressDeadlineExceeded', message: `${set} has timed out progressing.` }, hasMoved: false };
}

/** Of one that may take as long as it likes no progress is told, as upstream. */
function hasDeadline(deployment: KubeObject): boolean {
  const limitSeconds = fieldOf(deployment, 'spec', 'progressDeadlineSeconds');
  return typeof limitSeconds === 'number' && limitSeconds < NO_DEADLINE_SECONDS;
}

function deadlineMs(deployment: KubeObject, read: StampReading): number | undefined {
  const sinceMs = Date.parse(textAt(conditionOf(deployment, 'Progressing'), '', 'lastUpdateTime'));
  if (!hasDeadline(deployment) || Number.isNaN(sinceMs)) return undefined;
  return read(deployment.metadata.uid ?? '', sinceMs) + numberAt(deployment, 'spec', 'progressDeadlineSeconds') * 1000;
}

function conditionOfNow(deployment: KubeObject, type: string, { status, reason, message }: Saying, hasMoved: boolean, nowMs: number): JsonObject {
  const before = conditionOf(deployment, type);
  if (before !== undefined && !hasMoved && before['status'] === status && before['reason'] === reason) return before;
  const now = toRfc3339(nowMs);
  return { type, status, reason, message, lastUpdateTime: now, lastTransitionTime: before?.['status'] === status ? (before['lastTransitionTime'] ?? now) : now };
}
