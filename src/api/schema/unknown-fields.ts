// What a schema does not know: named for `fieldValidation`, dropped before an object is stored.
import { isJsonObject, type Json, type KubeObject } from '../../base/mod.ts';
import { normaliseQuantity } from '../../expr/mod.ts';
import type { KindDefinition, KindSchema } from '../kind.ts';
import { memberSchema, objectSchema, resolveSchema } from './definitions.ts';
import { normaliseTime } from './time.ts';

/** Later ones are not named. */
const UNKNOWN_FIELD_COUNT_MAX = 100;

/** Paths such as `spec.containers[0].foo`, in document order. */
export function findUnknownFields(kind: Pick<KindDefinition, 'schema'>, object: unknown): readonly string[] {
  const paths: string[] = [];
  collectUnknown(objectSchema(kind), object, '', paths);
  return paths;
}

function collectUnknown(schema: KindSchema, value: unknown, path: string, paths: string[]): void {
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
 * The object as its schema knows it: unknown members and nulls dropped, quantities and times in their canonical text, numbers
 * where quantities belong made text. Values of a wrong type stay (`checkTypes` names them).
 */
export function pruneUnknown(kind: Pick<KindDefinition, 'schema'>, object: KubeObject): KubeObject {
  return prune(objectSchema(kind), object as unknown as Json) as unknown as KubeObject;
}

function prune(schema: KindSchema, value: Json): Json {
  const resolved = resolveSchema(schema);
  if (Array.isArray(value)) return resolved.items === undefined ? value : value.map((item) => prune(resolved.items!, item));
  if (!isJsonObject(value)) return pruneScalar(resolved, value);
  const pruned: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const known = memberSchema(resolved, name);
    if (known === undefined || (member === null && known.nullable !== true && known['x-kubernetes-preserve-unknown-fields'] !== true)) continue;
    setOwn(pruned, name, prune(known, member));
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

/** Plain assignment would change the prototype for the name `__proto__`. */
export function setOwn(target: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}
