// Defaults of a structural schema (k8s.io/apiextensions-apiserver pkg/apiserver/schema/defaulting): missing members take
// the default of their property, and so does a null where null is not allowed; a null without a default goes. Pure.
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import type { KindSchema } from '../kind.ts';
import { setOwn } from '../schema/own-member.ts';
import { childSchema } from './prune.ts';

/** The object itself when there is nothing to fill in, so that reads of stored objects cost no copy. */
export function fillStructural(schema: KindSchema, object: JsonObject): JsonObject {
  return fillValue(schema, object) as JsonObject;
}

function fillValue(schema: KindSchema | undefined, value: Json): Json {
  if (Array.isArray(value)) return fillItems(schema?.items, value);
  return isJsonObject(value) ? fillMembers(schema, value) : value;
}

function fillItems(schema: KindSchema | undefined, items: readonly Json[]): readonly Json[] {
  if (schema === undefined) return items;
  let filled: Json[] | undefined;
  for (const [index, item] of items.entries()) {
    const next = fillValue(schema, isRefusedNull(schema, item) ? (schema.default ?? null) : item);
    if (next !== item) (filled ??= [...items])[index] = next;
  }
  return filled ?? items;
}

function fillMembers(schema: KindSchema | undefined, object: JsonObject): JsonObject {
  let filled: Record<string, Json> | undefined;
  const change = () => (filled ??= copyOf(object));
  for (const [name, member] of Object.entries(object)) {
    if (member === undefined) continue;
    const found = childSchema(schema, name);
    const known = found === 'anything' ? undefined : found;
    if (known !== undefined && isRefusedNull(known, member)) {
      if (known.default === undefined) delete change()[name];
      else setOwn(change(), name, fillValue(known, known.default));
      continue;
    }
    const next = fillValue(known, member);
    if (next !== member) setOwn(change(), name, next);
  }
  for (const [name, property] of Object.entries(schema?.properties ?? {})) {
    if (property.default !== undefined && object[name] === undefined) setOwn(change(), name, fillValue(property, property.default));
  }
  return filled ?? object;
}

function isRefusedNull(schema: KindSchema, value: Json): boolean {
  return value === null && schema.nullable !== true;
}

function copyOf(object: JsonObject): Record<string, Json> {
  const copy: Record<string, Json> = {};
  for (const [name, member] of Object.entries(object)) if (member !== undefined) setOwn(copy, name, member);
  return copy;
}
