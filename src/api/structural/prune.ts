// Pruning (k8s.io/apiextensions-apiserver pkg/apiserver/schema/pruning): what a structural schema does not know is dropped from
// a custom resource and, on request, named. Embedded resources keep apiVersion, kind and the known part of metadata. Pure.
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import type { KindSchema } from '../kind.ts';
import { OBJECT_META } from '../schema/definitions.ts';
import { setOwn } from '../schema/own-member.ts';
import { collectUnknown, pruneKnown } from '../schema/unknown-fields.ts';

const META_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** A whole custom resource without unknown fields; their paths are added to `unknown`, sorted. */
export function pruneStructural(schema: KindSchema, object: JsonObject, unknown?: string[]): JsonObject {
  const paths: string[] = [];
  const pruned = pruneValue(schema, object, '', { isResource: true, paths });
  unknown?.push(...paths.toSorted());
  return pruned as JsonObject;
}

interface PruneContext {
  /** The value is a whole resource: the root, or one that is embedded. */
  readonly isResource: boolean;
  readonly paths: string[];
}

function pruneValue(schema: KindSchema | undefined, value: Json, path: string, { isResource, paths }: PruneContext): Json {
  const within = (child: KindSchema | undefined) => ({ isResource: child?.['x-kubernetes-embedded-resource'] === true, paths });
  if (Array.isArray(value)) {
    const items = schema?.items;
    if (items === undefined && isFree(schema)) return value;
    return value.map((item: Json, index) => pruneValue(items, item, `${path}[${index}]`, within(items)));
  }
  if (!isJsonObject(value)) return value;
  const pruned: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const memberPath = path === '' ? name : `${path}.${name}`;
    if (isResource && META_FIELDS.has(name)) setOwn(pruned, name, name === 'metadata' ? pruneMetadata(member, memberPath, paths) : member);
    else {
      const known = childSchema(schema, name);
      if (known === 'anything') setOwn(pruned, name, member);
      else if (known === undefined) paths.push(memberPath);
      else setOwn(pruned, name, pruneValue(known, member, memberPath, within(known)));
    }
  }
  return pruned;
}

/** The schema of a member; `anything` where unknown fields are kept; undefined when it is unknown. */
export function childSchema(schema: KindSchema | undefined, name: string): KindSchema | 'anything' | undefined {
  if (schema === undefined) return undefined;
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  if (typeof additionalProperties === 'object') return additionalProperties;
  return additionalProperties === true || isFree(schema) ? 'anything' : undefined;
}

function isFree(schema: KindSchema | undefined): boolean {
  return schema?.['x-kubernetes-preserve-unknown-fields'] === true;
}

function pruneMetadata(metadata: Json, path: string, paths: string[]): Json {
  if (!isJsonObject(metadata)) return metadata;
  collectUnknown(OBJECT_META, metadata, path, paths);
  return pruneKnown(OBJECT_META, metadata);
}
