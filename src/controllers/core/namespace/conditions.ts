// What a namespace that is going away waits for, as conditions of its status; pure. Types, reasons and messages are those of
// pkg/controller/namespace/deletion of Kubernetes.
import { jsonEquals, objectsOf, toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';

export interface RemainingObjects {
  readonly count: number;
  /** Of all of them, each as often as it occurs. */
  readonly finalizers: readonly string[];
}

/** `failures`: sentences about what could not be listed or deleted. */
export function remainingConditions(namespace: KubeObject, remaining: ReadonlyMap<string, RemainingObjects>, failures: readonly string[], nowMs: number): readonly JsonObject[] {
  const resources = [...remaining].map(([resource, { count }]) => `${resource.includes('.') ? resource : `${resource}.`} has ${count} resource instances`).toSorted();
  const counts = new Map<string, number>();
  for (const finalizer of [...remaining.values()].flatMap(({ finalizers }) => finalizers)) counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  const finalizers = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).toSorted();
  const wanted = [
    condition('NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'),
    condition('NamespaceDeletionGroupVersionParsingFailure', false, 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    failures.length > 0
      ? condition('NamespaceDeletionContentFailure', true, 'ContentDeletionFailed', `Failed to delete all resource types, ${failures.length} remaining: ${failures.toSorted().join(', ')}`)
      : condition('NamespaceDeletionContentFailure', false, 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
    resources.length > 0
      ? condition('NamespaceContentRemaining', true, 'SomeResourcesRemain', `Some resources are remaining: ${resources.join(', ')}`)
      : condition('NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed'),
    finalizers.length > 0
      ? condition('NamespaceFinalizersRemaining', true, 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`)
      : condition('NamespaceFinalizersRemaining', false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'),
  ];
  const before = conditionsOf(namespace);
  return wanted.map((each) => {
    const old = before.find(({ type }) => type === each['type']);
    return { ...each, lastTransitionTime: (old?.['status'] === each['status'] ? old?.['lastTransitionTime'] : undefined) ?? toRfc3339(nowMs) };
  });
}

/** Whether the namespace says that already. */
export function isTold(namespace: KubeObject, conditions: readonly JsonObject[]): boolean {
  return jsonEquals(conditionsOf(namespace), conditions);
}

function condition(type: string, isTrue: boolean, reason: string, message: string): JsonObject {
  return { type, status: isTrue ? 'True' : 'False', reason, message };
}

function conditionsOf({ status }: KubeObject): readonly JsonObject[] {
  return objectsOf(status?.['conditions']);
}
