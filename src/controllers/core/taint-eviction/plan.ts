// When a Pod has to leave a node for its taints with NoExecute; pure. After pkg/controller/tainteviction of Kubernetes.
import { isJsonObject, type Json, type KubeObject } from '../../../base/mod.ts';
import { itemsAt, textAt } from '../../../api/mod.ts';
import { tolerates } from '../../taints.ts';

/** Moment of the clock of `seenMs`, when the taints were first seen; undefined for a Pod that may stay. */
export function evictionAtMs(pod: KubeObject, taints: readonly Json[], seenMs: number): number | undefined {
  const repelling = taints.filter((taint) => textAt(taint, '', 'effect') === 'NoExecute');
  if (repelling.length === 0) return undefined;
  const tolerations = itemsAt(pod.spec, 'tolerations');
  const moments = repelling.map((taint) => leavesAtMs(taint, tolerations, seenMs));
  const soonest = Math.min(...moments);
  return soonest === Number.POSITIVE_INFINITY ? undefined : soonest;
}

/** The shortest of the tolerations that fit counts; without one it leaves at once. */
function leavesAtMs(taint: Json, tolerations: readonly Json[], seenMs: number): number {
  const fitting = tolerations.filter((toleration) => tolerates(toleration, { key: textAt(taint, '', 'key'), value: textAt(taint, '', 'value'), effect: 'NoExecute' }));
  if (fitting.length === 0) return 0;
  const seconds = fitting.map((toleration) => (isJsonObject(toleration) && typeof toleration['tolerationSeconds'] === 'number' ? Math.max(0, toleration['tolerationSeconds']) : Number.POSITIVE_INFINITY));
  return seenMs + Math.min(...seconds) * 1000;
}
