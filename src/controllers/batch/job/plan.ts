// What happens next to a Job; pure. After pkg/controller/job of Kubernetes.
import { jsonEquals, toRfc3339, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, isConditionTrue, itemsAt, textAt } from '../../../api/mod.ts';
import type { EventText } from '../../../client/mod.ts';
import { conditionOf, isActive, isReady, isTerminating } from '../../pod-state.ts';
import { asWritten, type StampReading } from '../../stamp-reading.ts';
import { deadlineOf, endingOf, type EndingReason, type JobTime } from './ending.ts';
import { isTracked, type PodOrder } from './job-pod.ts';
import { keptForTheirCount } from './kept-failures.ts';
import { planPods, type PodsPlan } from './plan-pods.ts';
import { tallyOf, tallyStatus, type Tally } from './tally.ts';

export interface JobFacts {
  readonly job: KubeObject;
  /** Those that the Job controls. */
  readonly pods: readonly KubeObject[];
  /** How stamps compare with the time of the plan. */
  readonly read?: StampReading;
  /** Pods were refused a moment ago: what the Job says without them. */
  readonly isRefused?: boolean;
}

export interface JobPlan {
  readonly orders: readonly PodOrder[];
  /** `isCounted`: its end counts, so its finalizer stays until then. */
  readonly deletions: readonly { readonly pod: KubeObject; readonly isCounted: boolean }[];
  /** As it will be when orders and deletions are done; undefined when it stays. To be written before any finalizer goes. */
  readonly status?: JsonObject;
  /** Pods that lose their finalizer, afterwards. */
  readonly releases: readonly KubeObject[];
  readonly events: readonly EventText[];
  /** The Job has outlived its end by long enough. */
  readonly isExpired: boolean;
  readonly wakeAtMs?: number;
}

const OWN_NAME = 'kubernetes.io/job-controller';
const NOTHING: JobPlan = { orders: [], deletions: [], releases: [], events: [], isExpired: false };

export function planJob({ job, pods, read = asWritten, isRefused = false }: JobFacts, nowMs: number): JobPlan {
  if (!isManagedHere(job)) return job.metadata.deletionTimestamp === undefined && isFinished(job) ? planFinished(job, { nowMs, read }) : NOTHING;
  if (job.metadata.deletionTimestamp !== undefined) return { ...NOTHING, releases: pods.filter(isTracked) };
  if (isFinished(job)) return { ...planFinished(job, { nowMs, read }), releases: pods.filter(isTracked) };
  const started = withStart(job, nowMs);
  const before = tallyOf(started, pods, 'none');
  const time = { nowMs, read };
  const ending = endingOf(started, pods, before, time);
  if (ending !== undefined) return planEnding(job, started, pods, ending, nowMs);
  const changes = planPods(started, pods, before, time);
  return planRunning(job, started, pods, before, isRefused ? { ...changes, orders: [] } : changes, time);
}

/** Of one that somebody else takes care of only the time to live after its end is kept. */
export function isManagedHere(job: KubeObject): boolean {
  return textAt(job, OWN_NAME, 'spec', 'managedBy') === OWN_NAME;
}

export function isFinished(job: KubeObject): boolean {
  return isConditionTrue(job, 'Complete') || isConditionTrue(job, 'Failed');
}

function planFinished(job: KubeObject, { nowMs, read }: JobTime): JobPlan {
  const ttlSeconds = fieldOf(job, 'spec', 'ttlSecondsAfterFinished');
  if (typeof ttlSeconds !== 'number') return NOTHING;
  const end = conditionOf(job, isConditionTrue(job, 'Complete') ? 'Complete' : 'Failed');
  const atMs = read(job.metadata.uid ?? '', Date.parse(textAt(end, '', 'lastTransitionTime'))) + ttlSeconds * 1000;
  return nowMs >= atMs ? { ...NOTHING, isExpired: true } : { ...NOTHING, wakeAtMs: atMs };
}

/** The time of a Job runs from when it is first seen, and anew when it is resumed; a suspended one has none. */
function withStart(job: KubeObject, nowMs: number): KubeObject {
  const isSuspended = fieldOf(job, 'spec', 'suspend') === true;
  const isResumed = !isSuspended && isConditionTrue(job, 'Suspended');
  if (isSuspended) {
    const { startTime: _startTime, ...status } = job.status ?? {};
    return { ...job, status };
  }
  if (textAt(job, '', 'status', 'startTime') !== '' && !isResumed) return job;
  return { ...job, status: { ...job.status, startTime: toRfc3339(nowMs) } };
}

function planRunning(job: KubeObject, started: KubeObject, pods: readonly KubeObject[], tally: Tally, changes: PodsPlan, time: JobTime): JobPlan {
  const { orders, surplus, wakeAtMs = Number.POSITIVE_INFINITY } = changes;
  const kept = keptForTheirCount(started, pods, tally);
  const suspension = suspensionOf(started, time.nowMs);
  const status = statusOf(started, tally, pods, { made: orders.length, gone: surplus }, suspension === undefined ? [] : [suspension.condition]);
  const nextMs = Math.min(wakeAtMs, deadlineOf(started, time) ?? Number.POSITIVE_INFINITY);
  return {
    ...NOTHING,
    orders,
    deletions: surplus.map((pod) => ({ pod, isCounted: false })),
    ...(jsonEquals(status, job.status) ? {} : { status }),
    releases: tally.settled.filter((pod) => !kept.has(pod)),
    events: suspension === undefined ? [] : [suspension.event],
    ...(nextMs === Number.POSITIVE_INFINITY ? {} : { wakeAtMs: nextMs }),
  };
}

/** The Pods that are left go; the Job has ended when none is. */
function planEnding(job: KubeObject, started: KubeObject, pods: readonly KubeObject[], ending: EndingReason, nowMs: number): JobPlan {
  const tally = tallyOf(started, pods, ending.outcome);
  const active = pods.filter(isActive);
  const { succeeded, failed } = tally.uncounted;
  const isOver = active.length === 0 && !pods.some(isTerminating) && succeeded.length + failed.length === 0;
  const [announced, final] = ending.outcome === 'success' ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed'];
  const conditions = [announced, ...(isOver ? [final] : [])].map((type) => conditionNow(type, 'True', ending.reason, ending.message, nowMs));
  const status = {
    ...statusOf(started, tally, pods, { made: 0, gone: active }, conditions),
    ...(isOver && final === 'Complete' ? { completionTime: toRfc3339(nowMs) } : {}),
  };
  const event: EventText =
    final === 'Complete' ? { type: 'Normal', reason: 'Completed', message: 'Job completed' } : { type: 'Warning', reason: ending.reason, message: ending.message };
  return {
    ...NOTHING,
    deletions: active.map((pod) => ({ pod, isCounted: ending.outcome === 'failure' })),
    ...(jsonEquals(status, job.status) ? {} : { status }),
    releases: tally.settled,
    events: isOver ? [event] : [],
  };
}

function suspensionOf(job: KubeObject, nowMs: number): { readonly condition: JsonObject; readonly event: EventText } | undefined {
  const isWanted = fieldOf(job, 'spec', 'suspend') === true;
  const condition = conditionOf(job, 'Suspended');
  if (isWanted && condition?.['status'] !== 'True') {
    return { condition: conditionNow('Suspended', 'True', 'JobSuspended', 'Job suspended', nowMs), event: { type: 'Normal', reason: 'Suspended', message: 'Job suspended' } };
  }
  if (isWanted || condition?.['status'] !== 'True') return undefined;
  return { condition: conditionNow('Suspended', 'False', 'JobResumed', 'Job resumed', nowMs), event: { type: 'Normal', reason: 'Resumed', message: 'Job resumed' } };
}

function conditionNow(type: string | undefined, status: string, reason: string, message: string, nowMs: number): JsonObject {
  const now = toRfc3339(nowMs);
  return { type: type ?? '', status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

interface PodChanges {
  readonly made: number;
  readonly gone: readonly KubeObject[];
}

function statusOf(job: KubeObject, tally: Tally, pods: readonly KubeObject[], { made, gone }: PodChanges, changed: readonly JsonObject[]): JsonObject {
  const active = pods.filter((pod) => isActive(pod) && !gone.includes(pod));
  const count = active.length + made;
  const startTime = textAt(job, '', 'status', 'startTime');
  const conditions = mergeConditions(itemsAt(job, 'status', 'conditions'), changed);
  return {
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(startTime === '' ? {} : { startTime }),
    ...(count === 0 ? {} : { active: count }),
    ready: active.filter(isReady).length,
    terminating: pods.filter(isTerminating).length,
    ...tallyStatus(job, tally),
  };
}

/** One that says the same as before keeps its times. */
function mergeConditions(existing: readonly Json[], changed: readonly JsonObject[]): readonly Json[] {
  const isNew = (condition: JsonObject) => !existing.some((old) => fieldOf(old, 'type') === condition['type'] && fieldOf(old, 'status') === condition['status']);
  const fresh = changed.filter(isNew);
  return [...existing.filter((old) => !fresh.some((condition) => condition['type'] === fieldOf(old, 'type'))), ...fresh];
}
