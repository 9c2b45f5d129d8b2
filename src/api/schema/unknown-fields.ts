// What a schema does not know, below one of its nodes.
import { isJsonObject, type Json } from '../../base/mod.ts';
import { normaliseQuantity } from '../../expr/mod.ts';
import type { KindSchema } from '../kind.ts';
import { memberSchema, resolveSchema } from './definitions.ts';
import { setOwn } from './own-member.ts';
import { normaliseTime } from './time.ts';

/** Later ones are not named. */
const UNKNOWN_FIELD_COUNT_MAX = 100;

/** Adds the paths of what the schema does not know. */
export function collectUnknown(schema: KindSchema, value: unknown, path: string, paths: string[]): void {
  const resolved = resolveSchema(schema);
  if (Array.isArray(value)) {
    if (resolved.items === undefined) return;
    value.forEach((item, index) => collectUnknown(resolved.items!, item, `${path}[${index}]`, paths));
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (paths.length >= UNKNOWN_FIELD_COUNT_MAX) return;
      const memberPath = path === '' ? name : `${path}.${name}`;
      const known = memberSchema(resolved, name);
      if (known === undefined) paths.push(memberPath);
      else collectUnknown(known, member, memberPath, paths);
    }
  }
}

/**
 * A value as its schema knows it: unknown members and nulls dropped, quantities and times in their canonical text, numbers
 * where quantities belong made text. Values of a wrong type stay (`checkTypes` names them).
 */
export function pruneKnown(schema: KindSchema, value: Json): Json {
  const resolved = resolveSchema(schema);
  if (Array.isArray(value)) return resolved.items === undefined ? value : value.map((item) => pruneKnown(resolved.items!, item));
  if (!isJsonObject(value)) return pruneScalar(resolved, value);
  const pruned: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const known = memberSchema(resolved, name);
    if (known === undefined || (member === null && known.nullable !== true && known['x-kubernetes-preserve-unknown-fields'] !== true)) continue;
    setOwn(pruned, name, pruneKnown(known, member));
  }
  return pruned;
}

function pruneScalar(schema: KindSchema, value: Json): Json {
  if (schema.format === 'quantity' && (typeof value === 'string' || typeof value === 'number')) return normaliseQuantity(value) ?? value;
  if (typeof value !== 'string') return value;
  if (schema.format === 'date-time') return normaliseTime(value, 'seconds') ?? value;
  if (schema.format === 'micro-time') return normaliseTime(value, 'microseconds') ?? value;
  return value;
}
