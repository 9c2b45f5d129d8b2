// What a namespace needs next; pure.
import { textsOf, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { isTold, remainingConditions, type RemainingObjects } from './conditions.ts';

export interface NamespaceFacts {
  readonly namespace: KubeObject;
  readonly hasDefaultServiceAccount: boolean;
  readonly rootCertificates: 'absent' | 'other' | 'current';
  /** Objects still inside, by resource name; only looked at while terminating. */
  readonly remaining: ReadonlyMap<string, RemainingObjects>;
  /** What could not be listed now or deleted the last time. */
  readonly failures: readonly string[];
}

export type NamespaceAction =
  | { readonly kind: 'create-default-service-account' }
  | { readonly kind: 'create-root-certificates' }
  | { readonly kind: 'correct-root-certificates' }
  | { readonly kind: 'delete-content'; readonly resources: readonly string[] }
  | { readonly kind: 'tell-what-remains'; readonly conditions: readonly JsonObject[] }
  | { readonly kind: 'look-again'; readonly delayMs: number }
  | { readonly kind: 'finalize' };

/** Graceful Pods take time to end; their removal wakes nobody for other resources, so look again by period. */
const LOOK_AGAIN_MS_MIN = 200;
/** One that is held for days is looked at less and less often: each look lists everything that may be inside. */
const LOOK_AGAIN_MS_MAX = 10_000;
const LOOK_AGAIN_PART = 0.1;
/** Most namespaces are empty before anybody asks what they wait for. */
const SLOW_AFTER_MS = 1_000;
const FINALIZER = 'kubernetes';

export function planNamespace(facts: NamespaceFacts, nowMs: number): readonly NamespaceAction[] {
  if (facts.namespace.metadata.deletionTimestamp === undefined) {
    const actions: NamespaceAction[] = [];
    if (!facts.hasDefaultServiceAccount) actions.push({ kind: 'create-default-service-account' });
    if (facts.rootCertificates === 'absent') actions.push({ kind: 'create-root-certificates' });
    if (facts.rootCertificates === 'other') actions.push({ kind: 'correct-root-certificates' });
    return actions;
  }
  if (facts.remaining.size > 0 || facts.failures.length > 0) {
    const conditions = remainingConditions(facts.namespace, facts.remaining, facts.failures, nowMs);
    const ageMs = nowMs - Date.parse(facts.namespace.metadata.deletionTimestamp);
    return [
      ...(ageMs >= SLOW_AFTER_MS && !isTold(facts.namespace, conditions) ? [{ kind: 'tell-what-remains', conditions } as const] : []),
      { kind: 'delete-content', resources: [...facts.remaining.keys()] },
      { kind: 'look-again', delayMs: Math.min(Math.max(ageMs * LOOK_AGAIN_PART, LOOK_AGAIN_MS_MIN), LOOK_AGAIN_MS_MAX) },
    ];
  }
  return finalizersOf(facts.namespace).includes(FINALIZER) ? [{ kind: 'finalize' }] : [];
}

/** `spec.finalizers` of a Namespace, which is not the same as its metadata.finalizers. */
export function finalizersOf(namespace: KubeObject): readonly string[] {
  return textsOf(namespace.spec?.['finalizers']);
}

export function withoutOwnFinalizer(namespace: KubeObject): KubeObject {
  const finalizers = finalizersOf(namespace).filter((item) => item !== FINALIZER);
  return { ...namespace, spec: { ...namespace.spec, finalizers } };
}
