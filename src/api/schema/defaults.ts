// Defaults: those that a schema declares, then those that the kind computes.
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import type { KindDefinition, KindSchema } from '../kind.ts';
import { fillStructural } from '../structural/fill.ts';
import { memberSchema, objectSchema, resolveSchema } from './definitions.ts';
import { setOwn } from './own-member.ts';

/** Idempotent: a defaulted object is its own default. */
export function applyDefaults(kind: Pick<KindDefinition, 'schema' | 'setDefaults' | 'custom'>, object: KubeObject): KubeObject {
  if (kind.custom !== undefined) return fillStructural(kind.schema, object as unknown as JsonObject) as unknown as KubeObject;
  // Shared definitions declare no defaults, so a bare reference has nothing to fill in.
  const filled = kind.schema.$ref === undefined ? (fillIn(objectSchema(kind), object as unknown as Json) as unknown as KubeObject) : object;
  return kind.setDefaults?.(filled) ?? filled;
}

function fillIn(schema: KindSchema, value: Json): Json {
  const resolved = resolveSchema(schema);
  if (Array.isArray(value)) return resolved.items === undefined ? value : value.map((item) => fillIn(resolved.items!, item));
  if (!isJsonObject(value)) return value;
  const filled: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const known = memberSchema(resolved, name);
    setOwn(filled, name, known === undefined ? member : fillIn(known, member));
  }
  for (const [name, property] of Object.entries(resolved.properties ?? {})) {
    if (property.default !== undefined && !Object.hasOwn(filled, name)) filled[name] = fillIn(property, property.default);
  }
  return filled;
}
