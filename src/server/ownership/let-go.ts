// A manager that applies a field no longer lets it go: the field leaves the object unless somebody else owns it. Pure.
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import type { KindSchema } from '../../api/mod.ts';
import { isMember, type FieldTree } from './field-tree.ts';
import { fieldTypeOf, isDeclared, memberTypeOf } from './field-types.ts';

/** `before` is what the manager owned, `owned` what anybody owns now. */
export function withoutLostFields(schema: KindSchema | undefined, object: JsonObject, before: FieldTree, owned: FieldTree): JsonObject {
  return (strip(schema, object, before, owned) ?? {}) as JsonObject;
}

/** Undefined when nothing is left of it. */
function strip(schema: KindSchema | undefined, value: Json, before: FieldTree, owned: FieldTree): Json | undefined {
  const type = fieldTypeOf(schema, value);
  if (type.kind === 'leaf') return value;
  if (type.kind === 'list') {
    const items = value as readonly Json[];
    const kept = items.flatMap((item) => {
      const element = type.elementOf(item);
      const left = stripNode(type.items, item, before[element], owned[element], false);
      return left === undefined ? [] : [left];
    });
    return kept.length === 0 && items.length > 0 ? undefined : kept;
  }
  const kept: [string, Json][] = [];
  const entries = Object.entries(value as JsonObject);
  for (const [name, member] of entries) {
    if (member === undefined) continue;
    const element = `f:${name}`;
    const left = stripNode(memberTypeOf(type.schema, name), member, before[element], owned[element], isDeclared(type.schema, name));
    if (left !== undefined) kept.push([name, left]);
  }
  return kept.length === 0 && entries.length > 0 ? undefined : Object.fromEntries(kept);
}

function stripNode(
  schema: KindSchema | undefined,
  value: Json,
  before: FieldTree | undefined,
  owned: FieldTree | undefined,
  isNamed: boolean,
): Json | undefined {
  if (before === undefined) return value;
  // What a type declares goes with the last of its members, whoever set the others by default.
  if (owned === undefined && (isNamed || isMember(before))) return undefined;
  if (!isJsonObject(value) && !Array.isArray(value)) return value;
  return strip(schema, value, before, owned ?? {});
}
