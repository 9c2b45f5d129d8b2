// What a kind does not know of an object: named for `fieldValidation`, dropped before it is stored.
import type { Json, JsonObject, KubeObject } from '../base/mod.ts';
import type { KindDefinition } from './kind.ts';
import { objectSchema } from './schema/definitions.ts';
import { collectUnknown, pruneKnown } from './schema/unknown-fields.ts';
import { pruneStructural } from './structural/prune.ts';

/** Paths such as `spec.containers[0].foo`, in document order. */
export function findUnknownFields(kind: Pick<KindDefinition, 'schema' | 'custom'>, object: unknown): readonly string[] {
  const paths: string[] = [];
  if (kind.custom !== undefined) pruneStructural(kind.schema, object as JsonObject, paths);
  else collectUnknown(objectSchema(kind), object, '', paths);
  return paths;
}

/**
 * The object as its schema knows it: unknown members and nulls dropped, quantities and times in their canonical text, numbers
 * where quantities belong made text. Values of a wrong type stay (`checkTypes` names them).
 */
export function pruneUnknown(kind: Pick<KindDefinition, 'schema' | 'custom'>, object: KubeObject): KubeObject {
  if (kind.custom !== undefined) return pruneStructural(kind.schema, object as unknown as JsonObject) as unknown as KubeObject;
  return pruneKnown(objectSchema(kind), object as unknown as Json) as unknown as KubeObject;
}
