// The objects that a Pod names: fetched when a container starts, as they are then.
import { Failure, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import type { ObjectReference, ReferencedObjects } from './pod-env.ts';

export interface ReferenceReader {
  readonly api: ObjectApi;
  readonly pod: KubeObject;
  readonly signal: AbortSignal;
}

/** What exists of the objects; the others are missing. Throws Failure `StorageFailed`. */
export async function fetchReferences({ api, pod, signal }: ReferenceReader, references: readonly ObjectReference[]): Promise<ReferencedObjects> {
  const objects = new Map<string, KubeObject>();
  for (const { resource, name } of references) {
    const key = `${resource}/${name}`;
    if (objects.has(key)) continue;
    const type = { group: '', version: 'v1', resource };
    const outcome = await api.get({ type, namespace: pod.metadata.namespace, name }, { signal });
    if (outcome.ok) objects.set(key, outcome.value);
    else if (outcome.status.reason !== 'NotFound') throw new Failure('StorageFailed', outcome.status.message);
  }
  return objects;
}
