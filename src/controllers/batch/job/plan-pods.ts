// Which Pods of a running Job to make and which to delete; pure.
import type { KubeObject } from '../../../base/mod.ts';
import { fieldOf, textAt } from '../../../api/mod.ts';
import { leastUseful } from '../../deletion-order.ts';
import { endedAtMs, isActive, isTerminating, phaseOf } from '../../pod-state.ts';
import type { JobTime } from './ending.ts';
import { completionsOf, indexOf, isIndexed, isTracked, parallelismOf, type PodOrder } from './job-pod.ts';
import { mostFailed } from './kept-failures.ts';
import { failuresAfter, hasFailed, hasLimitPerIndex, onlyReplacesEnded, succeededCount, type Tally } from './tally.ts';

export interface PodsPlan {
  readonly orders: readonly PodOrder[];
  /** These go without being counted. */
  readonly surplus: readonly KubeObject[];
  /** When the next Pod may be made that a failure holds back. */
  readonly wakeAtMs?: number;
}

/** A failed Pod is replaced after this time, doubled with each further failure up to the maximum (upstream's constants). */
const RETRY_DELAY_MS_MIN = 10_000;
const RETRY_DELAY_MS_MAX = 600_000;
const DOUBLING_COUNT_MAX = 10;
/** Pods made in one reconcile; the changes they cause bring the next. */
const ORDERS_COUNT_MAX = 100;

export function planPods(job: KubeObject, pods: readonly KubeObject[], tally: Tally, time: JobTime): PodsPlan {
  const active = pods.filter(isActive);
  if (fieldOf(job, 'spec', 'suspend') === true) return { orders: [], surplus: active };
  return isIndexed(job) ? planIndexed(job, pods, tally, time) : planAlike(job, pods, active, tally, time);
}

function planAlike(job: KubeObject, pods: readonly KubeObject[], active: readonly KubeObject[], tally: Tally, time: JobTime): PodsPlan {
  const succeeded = succeededCount(tally);
  const completions = completionsOf(job);
  // Without completions the first success says that the work is done: what still runs may finish.
  const isClosing = completions === undefined && succeeded > 0;
  const wanted = isClosing ? active.length : Math.min(parallelismOf(job), completions === undefined ? Number.POSITIVE_INFINITY : Math.max(0, completions - succeeded));
  if (active.length > wanted) return { orders: [], surplus: leastUseful(active).slice(0, active.length - wanted) };
  const missing = wanted - active.length - leavingCount(job, pods);
  if (missing <= 0) return { orders: [], surplus: [] };
  const atMs = retryAtMs(job, pods, time);
  if (atMs > time.nowMs) return { orders: [], surplus: [], wakeAtMs: atMs };
  return { orders: Array.from({ length: Math.min(missing, ORDERS_COUNT_MAX) }, () => ({})), surplus: [] };
}

function planIndexed(job: KubeObject, pods: readonly KubeObject[], tally: Tally, time: JobTime): PodsPlan {
  const completions = completionsOf(job) ?? 0;
  const isOver = (index: number) => !(index < completions) || tally.succeededIndexes.has(index) || tally.failedIndexes?.has(index) === true;
  const byIndex = new Map<number, KubeObject>();
  const surplus: KubeObject[] = [];
  for (const pod of leastUseful(pods.filter(isActive)).toReversed()) {
    const index = indexOf(pod);
    if (isOver(index) || byIndex.has(index)) surplus.push(pod);
    else byIndex.set(index, pod);
  }
  const parallelism = parallelismOf(job);
  if (byIndex.size > parallelism) return { orders: [], surplus: [...surplus, ...leastUseful([...byIndex.values()]).slice(0, byIndex.size - parallelism)] };
  const leaving = onlyReplacesEnded(job) ? new Set(pods.filter(isTerminating).map(indexOf)) : new Set<number>();
  let missing = Math.min(parallelism - byIndex.size - leavingCount(job, pods), ORDERS_COUNT_MAX);
  const ofAllMs = hasLimitPerIndex(job) ? 0 : retryAtMs(job, pods, time);
  const failedByIndex = hasLimitPerIndex(job) ? Map.groupBy(pods.filter((pod) => isTracked(pod) && hasFailed(job, pod)), indexOf) : new Map<number, KubeObject[]>();
  const orders: PodOrder[] = [];
  let wakeAtMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < completions && missing > 0; index++) {
    if (isOver(index) || byIndex.has(index) || leaving.has(index)) continue;
    const { order, atMs } = hasLimitPerIndex(job) ? retryOfIndex(job, index, failedByIndex.get(index) ?? [], time) : { order: { index }, atMs: ofAllMs };
    if (atMs > time.nowMs) {
      wakeAtMs = Math.min(wakeAtMs, atMs);
      continue;
    }
    orders.push(order);
    missing--;
  }
  return { orders, surplus, ...(wakeAtMs === Number.POSITIVE_INFINITY ? {} : { wakeAtMs }) };
}

/** Pods on their way out whose place stays taken until they have ended. */
function leavingCount(job: KubeObject, pods: readonly KubeObject[]): number {
  return onlyReplacesEnded(job) ? pods.filter((pod) => isTerminating(pod) && !hasFailed(job, pod)).length : 0;
}

function retryOfIndex(job: KubeObject, index: number, failed: readonly KubeObject[], time: JobTime): { readonly order: PodOrder; readonly atMs: number } {
  if (failed.length === 0) return { order: { index, failures: { counted: 0, ignored: 0 } }, atMs: 0 };
  const last = mostFailed(job, failed);
  const failures = failuresAfter(job, last);
  return { order: { index, failures }, atMs: readEnd(last, time) + retryDelayMs(sumOf(failures)) };
}

function sumOf({ counted, ignored }: { readonly counted: number; readonly ignored: number }): number {
  return counted + ignored;
}

/** Failures since the last success hold back every new Pod. Those that go since the Job was suspended did not fail. */
function retryAtMs(job: KubeObject, pods: readonly KubeObject[], time: JobTime): number {
  const lastSuccessMs = Math.max(0, ...pods.filter((pod) => phaseOf(pod) === 'Succeeded').map(endedAtMs));
  const startMs = Date.parse(textAt(job, '', 'status', 'startTime'));
  const hasGivenWay = (pod: KubeObject) => isTerminating(pod) && !isTracked(pod) && endedAtMs(pod) <= startMs;
  const failures = pods.filter((pod) => hasFailed(job, pod) && !hasGivenWay(pod) && endedAtMs(pod) > lastSuccessMs).map((pod) => readEnd(pod, time));
  return failures.length === 0 ? 0 : Math.max(...failures) + retryDelayMs(failures.length);
}

function readEnd(pod: KubeObject, { read }: JobTime): number {
  return read(pod.metadata.uid ?? '', endedAtMs(pod));
}

function retryDelayMs(failureCount: number): number {
  return Math.min(RETRY_DELAY_MS_MIN * 2 ** Math.min(failureCount - 1, DOUBLING_COUNT_MAX), RETRY_DELAY_MS_MAX);
}
