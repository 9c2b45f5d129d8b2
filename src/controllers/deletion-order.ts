// Which of several Pods go first when there are too many; pure. Upstream's order.
import type { KubeObject } from '../base/mod.ts';
import { numberAt, textAt } from '../api/mod.ts';
import { containerStatusesOf, isReady, phaseOf, readySinceMs } from './pod-state.ts';

/** Those that have done least first: without a node, pending, not ready, cheap to delete, ready for less long, often restarted, young. */
export function leastUseful(pods: readonly KubeObject[], costOf: (pod: KubeObject) => number = () => 0): readonly KubeObject[] {
  const ranks: readonly ((pod: KubeObject) => number)[] = [
    (pod) => (textAt(pod, '', 'spec', 'nodeName') === '' ? 0 : 1),
    (pod) => (phaseOf(pod) === 'Pending' ? 0 : 1),
    (pod) => (isReady(pod) ? 1 : 0),
    costOf,
    (pod) => (isReady(pod) ? -readySinceMs(pod) : 0),
    (pod) => -restartsOf(pod),
    (pod) => -Date.parse(pod.metadata.creationTimestamp ?? '1970-01-01T00:00:00Z'),
  ];
  return pods.toSorted((a, b) => ranks.map((rank) => rank(a) - rank(b)).find((difference) => difference !== 0) ?? 0);
}

function restartsOf(pod: KubeObject): number {
  return Math.max(0, ...containerStatusesOf(pod).map((status) => numberAt(status, 'restartCount')));
}
