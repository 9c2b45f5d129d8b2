// Taints of a node and what a Pod tolerates; pure. After component-helpers/scheduling/corev1 of Kubernetes.
import type { Json } from '../base/mod.ts';
import { textAt } from '../api/mod.ts';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** Effects that keep a Pod away. */
const KEEPING_AWAY: readonly string[] = ['NoSchedule', 'NoExecute'];

/** The first one with one of these effects that keeps the Pod away. */
export function untoleratedTaint(taints: readonly Json[], tolerations: readonly Json[], effects = KEEPING_AWAY): Taint | undefined {
  return taints
    .map((taint) => ({ key: textAt(taint, '', 'key'), value: textAt(taint, '', 'value'), effect: textAt(taint, '', 'effect') }))
    .find((taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)));
}

export function tolerates(toleration: Json, taint: Taint): boolean {
  const effect = textAt(toleration, '', 'effect');
  if (effect !== '' && effect !== taint.effect) return false;
  const key = textAt(toleration, '', 'key');
  const isForAny = textAt(toleration, 'Equal', 'operator') === 'Exists';
  if (key === '') return isForAny;
  return key === taint.key && (isForAny || textAt(toleration, '', 'value') === taint.value);
}
