// What a schema does not know, below one of its nodes.
import { isJsonObject, type Json } from '../../base/mod.ts';
import { normaliseQuantity } from '../../expr/mod.ts';
import type { KindSchema } from '../kind.ts';
import { withoutLineBreaks } from './base64.ts';
import { memberSchema, resolveSchema } from './definitions.ts';
import { isZero, omittedZeroes } from './omitted-zeroes.ts';
import { setOwn } from './own-member.ts';
import { normaliseTime } from './time.ts';
import { isRefusedNull, zeroOf } from './zero.ts';

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
 * A value as its schema knows it: unknown members and nulls dropped (in maps and lists a null is the zero value), zeroes that Go leaves out dropped,
 * quantities and times in their canonical text, base64 without line breaks, numbers where quantities belong made text. Values of a wrong type
 * stay (`checkTypes` names them).
 */
export function pruneKnown(schema: KindSchema, value: Json): Json {
  const resolved = resolveSchema(schema);
  if (Array.isArray(value)) return resolved.items === undefined ? value : pruneItems(resolved.items, value);
  if (!isJsonObject(value)) return pruneScalar(resolved, value);
  const pruned: Record<string, Json> = {};
  const omitted = omittedZeroes(resolved);
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const known = memberSchema(resolved, name);
    const kept = known !== undefined && isRefusedNull(known, member) ? nullAs(resolved, name, known) : member;
    if (known === undefined || kept === undefined) continue;
    const canonical = pruneKnown(known, kept);
    if (!omitted.has(name) || !isZero(canonical)) setOwn(pruned, name, canonical);
  }
  return pruned;
}

function pruneItems(schema: KindSchema, items: readonly Json[]): readonly Json[] {
  return items.map((item) => pruneKnown(schema, isRefusedNull(schema, item) ? (zeroOf(schema) ?? item) : item));
}

/** Null leaves out a member that the type declares. Under a key that the user chose it is the zero value, as Go decodes `KEY:` without a text. */
function nullAs(parent: KindSchema, name: string, schema: KindSchema): Json | undefined {
  const isDeclared = parent.properties !== undefined && Object.hasOwn(parent.properties, name);
  return isDeclared ? undefined : zeroOf(schema);
}

function pruneScalar(schema: KindSchema, value: Json): Json {
  if (schema.format === 'quantity' && (typeof value === 'string' || typeof value === 'number')) return normaliseQuantity(value) ?? value;
  if (typeof value !== 'string') return value;
  if (schema.format === 'byte') return withoutLineBreaks(value);
  if (schema.format === 'date-time') return normaliseTime(value, 'seconds') ?? value;
  if (schema.format === 'micro-time') return normaliseTime(value, 'microseconds') ?? value;
  return value;
}
