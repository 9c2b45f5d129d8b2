// How many Pods of a Job have ended, and how; pure. A Pod is counted once, though the controller may die at any moment: its uid
// stands in `status.uncountedTerminatedPods` before its finalizer goes, and joins the count when the finalizer is gone.
import { textsOf, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, hasEnded, numberAt, textAt } from '../../../api/mod.ts';
import { phaseOf } from '../../pod-state.ts';
import { judgeFailure } from './failure-policy.ts';
import { formatIndexes, parseIndexes } from './index-set.ts';
import { completionsOf, failuresOf, indexOf, isIndexed, isTracked } from './job-pod.ts';

export interface Tally {
  readonly counted: { readonly succeeded: number; readonly failed: number };
  /** uids that are known but whose finalizers may still be there. */
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  readonly succeededIndexes: ReadonlySet<number>;
  /** Only with `backoffLimitPerIndex`. */
  readonly failedIndexes: ReadonlySet<number> | undefined;
  /** Pods that are settled: once the tally is written, they need no finalizer. */
  readonly settled: readonly KubeObject[];
}

/** How the Job is about to end, as far as the counting of the remaining Pods depends on it. */
export type Ending = 'none' | 'success' | 'failure';

export function tallyOf(job: KubeObject, pods: readonly KubeObject[], ending: Ending): Tally {
  const tracked = pods.filter(isTracked);
  const held = new Set(tracked.map(({ metadata }) => metadata.uid));
  const before = { succeeded: uncountedOf(job, 'succeeded'), failed: uncountedOf(job, 'failed') };
  const released = (uids: readonly string[]) => uids.filter((uid) => !held.has(uid)).length;
  const waiting = (uids: readonly string[]) => uids.filter((uid) => held.has(uid));
  const known = new Set([...before.succeeded, ...before.failed]);
  // Of an indexed Job that was made smaller, what is beyond its end says nothing.
  const succeededIndexes = parseIndexes(textAt(job, '', 'status', 'completedIndexes'), completionsOf(job));
  const failedIndexes = hasLimitPerIndex(job) ? parseIndexes(textAt(job, '', 'status', 'failedIndexes'), completionsOf(job)) : undefined;
  const fresh = { succeeded: [] as string[], failed: [] as string[] };
  const settled: KubeObject[] = [];
  for (const pod of tracked) {
    const fate = fateOf(job, pod, ending);
    if (fate === 'open') continue;
    settled.push(pod);
    const uid = pod.metadata.uid ?? '';
    if (known.has(uid) || fate === 'ignored') continue;
    const index = indexOf(pod);
    if (isIndexed(job) && !(index < (completionsOf(job) ?? 0))) continue;
    if (fate === 'failed') {
      fresh.failed.push(uid);
    } else if (isIndexed(job)) {
      succeededIndexes.add(index);
    } else {
      fresh.succeeded.push(uid);
    }
  }
  // Pods that go because the Job ends say nothing about their index.
  const isJudged = (pod: KubeObject) => ending !== 'failure' || pod.metadata.deletionTimestamp === undefined;
  if (failedIndexes !== undefined) for (const pod of pods) if (isJudged(pod) && endsItsIndex(job, pod)) failedIndexes.add(indexOf(pod));
  for (const index of succeededIndexes) failedIndexes?.delete(index);
  return {
    counted: {
      succeeded: isIndexed(job) ? succeededIndexes.size : numberAt(job, 'status', 'succeeded') + released(before.succeeded),
      failed: numberAt(job, 'status', 'failed') + released(before.failed),
    },
    uncounted: { succeeded: [...waiting(before.succeeded), ...fresh.succeeded], failed: [...waiting(before.failed), ...fresh.failed] },
    succeededIndexes,
    failedIndexes,
    settled,
  };
}

export function succeededCount({ counted, uncounted }: Tally): number {
  return counted.succeeded + uncounted.succeeded.length;
}

export function failedCount({ counted, uncounted }: Tally): number {
  return counted.failed + uncounted.failed.length;
}

export function tallyStatus(job: KubeObject, tally: Tally): JsonObject {
  const { succeeded, failed } = tally.uncounted;
  return {
    ...(tally.counted.succeeded === 0 ? {} : { succeeded: tally.counted.succeeded }),
    ...(tally.counted.failed === 0 ? {} : { failed: tally.counted.failed }),
    ...(isIndexed(job) && tally.succeededIndexes.size > 0 ? { completedIndexes: formatIndexes(tally.succeededIndexes) } : {}),
    ...(tally.failedIndexes === undefined ? {} : { failedIndexes: formatIndexes(tally.failedIndexes) }),
    uncountedTerminatedPods: { ...(succeeded.length === 0 ? {} : { succeeded }), ...(failed.length === 0 ? {} : { failed }) },
  };
}

export function hasLimitPerIndex(job: KubeObject): boolean {
  return typeof fieldOf(job, 'spec', 'backoffLimitPerIndex') === 'number';
}

export function onlyReplacesEnded(job: KubeObject): boolean {
  return fieldOf(job, 'spec', 'podReplacementPolicy') === 'Failed';
}

/** Failed, or deleted before it could end. A Pod that no node ever took does not end by itself. */
export function hasFailed(job: KubeObject, pod: KubeObject): boolean {
  if (phaseOf(pod) === 'Failed') return true;
  if (hasEnded(pod) || pod.metadata.deletionTimestamp === undefined) return false;
  return !onlyReplacesEnded(job) || textAt(pod, '', 'spec', 'nodeName') === '';
}

/** Of an ended Pod, the number of failures of its index, itself included. */
export function failuresAfter(job: KubeObject, pod: KubeObject): { readonly counted: number; readonly ignored: number } {
  const { counted, ignored } = failuresOf(pod);
  return judgeFailure(job, pod).action === 'Ignore' ? { counted, ignored: ignored + 1 } : { counted: counted + 1, ignored };
}

function uncountedOf(job: KubeObject, list: 'succeeded' | 'failed'): readonly string[] {
  return textsOf(fieldOf(job, 'status', 'uncountedTerminatedPods', list));
}

function fateOf(job: KubeObject, pod: KubeObject, ending: Ending): 'open' | 'succeeded' | 'failed' | 'ignored' {
  if (phaseOf(pod) === 'Succeeded') return 'succeeded';
  if (!hasFailed(job, pod) && ending !== 'failure') return ending === 'success' ? 'ignored' : 'open';
  return judgeFailure(job, pod).action === 'Ignore' ? 'ignored' : 'failed';
}

function endsItsIndex(job: KubeObject, pod: KubeObject): boolean {
  if (!isTracked(pod) || !hasFailed(job, pod) || !(indexOf(pod) < (completionsOf(job) ?? 0))) return false;
  const { action } = judgeFailure(job, pod);
  if (action === 'FailIndex') return true;
  return action !== 'Ignore' && failuresOf(pod).counted >= numberAt(job, 'spec', 'backoffLimitPerIndex');
}
