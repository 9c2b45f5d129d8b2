// Failed Pods that a Job with a limit for each index still needs: how often the index failed stands on its last Pod alone, until the next
// one carries the count on. Without its finalizer a Pod that somebody deletes would take the count along; pure.
import type { KubeObject } from '../../../base/mod.ts';
import { isActive } from '../../pod-state.ts';
import { completionsOf, indexOf } from './job-pod.ts';
import { failuresAfter, hasFailed, hasLimitPerIndex, type Tally } from './tally.ts';

export function keptForTheirCount(job: KubeObject, pods: readonly KubeObject[], { succeededIndexes, failedIndexes }: Tally): ReadonlySet<KubeObject> {
  if (!hasLimitPerIndex(job)) return new Set();
  const replaced = new Set(pods.filter(isActive).map(indexOf));
  const isOpen = (index: number) => index < (completionsOf(job) ?? 0) && !replaced.has(index) && !succeededIndexes.has(index) && failedIndexes?.has(index) !== true;
  const byIndex = Map.groupBy(pods.filter((pod) => hasFailed(job, pod) && isOpen(indexOf(pod))), indexOf);
  return new Set([...byIndex.values()].map((failed) => mostFailed(job, failed)));
}

/** The one that counts the most failures of its index. */
export function mostFailed(job: KubeObject, [first, ...others]: readonly KubeObject[]): KubeObject {
  return others.reduce((most, pod) => (failureCount(job, pod) > failureCount(job, most) ? pod : most), first!);
}

function failureCount(job: KubeObject, pod: KubeObject): number {
  const { counted, ignored } = failuresAfter(job, pod);
  return counted + ignored;
}
