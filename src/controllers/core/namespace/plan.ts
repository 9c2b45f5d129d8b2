// What a namespace needs next; pure.
import { isJsonObject, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { isTold, remainingConditions, type RemainingObjects } from './conditions.ts';

export interface NamespaceFacts {
  readonly namespace: KubeObject;
  readonly hasDefaultServiceAccount: boolean;
  readonly hasRootCertificates: boolean;
  /** Objects still inside, by resource name; only looked at while terminating. */
  readonly remaining: ReadonlyMap<string, RemainingObjects>;
}

export type NamespaceAction =
  | { readonly kind: 'create-default-service-account' }
  | { readonly kind: 'create-root-certificates' }
  | { readonly kind: 'delete-content'; readonly resources: readonly string[] }
  | { readonly kind: 'tell-what-remains'; readonly conditions: readonly JsonObject[] }
  | { readonly kind: 'look-again'; readonly delayMs: number }
  | { readonly kind: 'finalize' };

/** Graceful Pods take time to end; their removal wakes nobody for other resources, so look again by period. */
const TERMINATING_LOOK_AGAIN_MS = 200;
/** Most namespaces are empty before anybody asks what they wait for. */
const SLOW_AFTER_MS = 1_000;
const FINALIZER = 'kubernetes';

export function planNamespace(facts: NamespaceFacts, nowMs: number): readonly NamespaceAction[] {
  if (facts.namespace.metadata.deletionTimestamp === undefined) {
    const actions: NamespaceAction[] = [];
    if (!facts.hasDefaultServiceAccount) actions.push({ kind: 'create-default-service-account' });
    if (!facts.hasRootCertificates) actions.push({ kind: 'create-root-certificates' });
    return actions;
  }
  if (facts.remaining.size > 0) {
    const conditions = remainingConditions(facts.namespace, facts.remaining, nowMs);
    const isSlow = nowMs - Date.parse(facts.namespace.metadata.deletionTimestamp) >= SLOW_AFTER_MS;
    return [
      ...(isSlow && !isTold(facts.namespace, conditions) ? [{ kind: 'tell-what-remains', conditions } as const] : []),
      { kind: 'delete-content', resources: [...facts.remaining.keys()] },
      { kind: 'look-again', delayMs: TERMINATING_LOOK_AGAIN_MS },
    ];
  }
  return finalizersOf(facts.namespace).includes(FINALIZER) ? [{ kind: 'finalize' }] : [];
}

/** `spec.finalizers` of a Namespace, which is not the same as its metadata.finalizers. */
export function finalizersOf(namespace: KubeObject): readonly string[] {
  const finalizers = isJsonObject(namespace.spec) ? namespace.spec['finalizers'] : undefined;
  return Array.isArray(finalizers) ? finalizers.filter((item) => typeof item === 'string') : [];
}

export function withoutOwnFinalizer(namespace: KubeObject): KubeObject {
  const finalizers = finalizersOf(namespace).filter((item) => item !== FINALIZER);
  return { ...namespace, spec: { ...namespace.spec, finalizers } };
}
