// From client-side to server-side apply: what kubectl's annotation says was applied may be taken over without a conflict, and the
// annotation follows. Only for the manager `kubectl`, as upstream does it. Pure.
import { isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { goJsonStringify } from '../../expr/mod.ts';
import type { KindSchema } from '../../api/mod.ts';
import { appliedFields } from './applied-fields.ts';
import { changedFields, compareFields } from './comparison.ts';
import { difference, union, type FieldTree } from './field-tree.ts';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
const KUBECTL = 'kubectl';

/** The fields that stand as they were applied last; undefined when there is nothing to take over. */
export function lastAppliedFields(schema: KindSchema, current: KubeObject, manager: string, apiVersion: string): FieldTree | undefined {
  const text = manager === KUBECTL ? current.metadata.annotations?.[ANNOTATION] : undefined;
  const applied = text === undefined ? undefined : parse(text);
  if (applied === undefined || applied['apiVersion'] !== apiVersion) return undefined;
  const comparison = compareFields(schema, applied, current as unknown as JsonObject);
  return difference(appliedFields(schema, applied), union(changedFields(comparison), comparison.removed));
}

/** The object with the annotation brought up to date, when it has one. */
export function withLastApplied(object: KubeObject, document: JsonObject, manager: string): KubeObject {
  const annotations = object.metadata.annotations;
  if (manager !== KUBECTL || (annotations?.[ANNOTATION] ?? '') === '') return object;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [ANNOTATION]: `${goJsonStringify(withoutAnnotation(document))}\n` } } };
}

function withoutAnnotation(document: JsonObject): JsonObject {
  const metadata = document['metadata'];
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined;
  if (!isJsonObject(metadata) || !isJsonObject(annotations) || annotations[ANNOTATION] === undefined) return document;
  const { [ANNOTATION]: _gone, ...rest } = annotations;
  return { ...document, metadata: { ...metadata, annotations: rest } };
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined; // the user's own annotation
  }
}
