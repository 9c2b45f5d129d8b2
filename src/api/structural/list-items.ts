// Lists of type set have every item once, lists of type map every combination of their keys
// (k8s.io/apiextensions-apiserver pkg/apiserver/schema/listtype). Pure.
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { goJsonStringify } from '../../expr/mod.ts';
import { duplicate, invalid } from '../causes.ts';
import type { KindSchema } from '../kind.ts';
import { childSchema } from './prune.ts';

export function listCauses(schema: KindSchema | undefined, value: Json, path: string): readonly StatusCause[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const inner = schema.items === undefined ? [] : items.flatMap((item, index) => listCauses(schema.items, item, `${path}[${index}]`));
    return [...ownCauses(schema, items, path), ...inner];
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const known = childSchema(schema, name);
    if (member === undefined || known === undefined || known === 'anything') return [];
    const isDeclared = schema.properties !== undefined && Object.hasOwn(schema.properties, name);
    return listCauses(known, member, isDeclared ? (path === '' ? name : `${path}.${name}`) : `${path}[${name}]`);
  });
}

function ownCauses(schema: KindSchema, items: readonly Json[], path: string): readonly StatusCause[] {
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return repeated(items.map(goJsonStringify)).map((index) => duplicate(`${path}[${index}]`, items[index]));
    case 'map': {
      const stray = items.findIndex((item) => item !== null && !isJsonObject(item));
      if (stray >= 0) return [invalid(`${path}[${stray}]`, items[stray], 'must be an object for an array of list-type map')];
      const keys = items.map((item) => keyMembers(item, schema['x-kubernetes-list-map-keys'] ?? []));
      return repeated(keys.map(goJsonStringify)).map((index) => duplicate(`${path}[${index}]`, keys[index]));
    }
    default:
      return [];
  }
}

/** Indices of the second appearances. */
function repeated(texts: readonly string[]): readonly number[] {
  const seen = new Map<string, number>();
  return texts.flatMap((text, index) => {
    const count = seen.get(text) ?? 0;
    seen.set(text, count + 1);
    return count === 1 ? [index] : [];
  });
}

/** What identifies an item of a keyed list, as text. */
export function listKeyOf(item: Json, keys: readonly string[]): string {
  return goJsonStringify(keyMembers(item, keys));
}

function keyMembers(item: Json, keys: readonly string[]): JsonObject {
  if (!isJsonObject(item)) return {};
  return Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]]));
}
