// How server-side apply sees a value of a schema: as one leaf, as an object whose members have their own owners, or as a list
// whose items have (k8s.io/kube-openapi pkg/schemaconv). Pure.
import { isJsonObject, oncePer, type Json, type JsonObject } from '../../base/mod.ts';
import { goJsonStringify } from '../../expr/mod.ts';
import { memberSchema, resolveSchema, zeroMembers, type KindSchema } from '../../api/mod.ts';

export type FieldType =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'object'; readonly schema: KindSchema | undefined }
  | { readonly kind: 'list'; readonly items: KindSchema | undefined; readonly elementOf: (item: Json) => string };

const LEAF: FieldType = { kind: 'leaf' };
const ANY_OBJECT: FieldType = { kind: 'object', schema: undefined };

/** Keys of lists that have a default in Kubernetes' own types; those of custom resources say it in their schema. */
const KEY_DEFAULTS: Readonly<Record<string, Json>> = { protocol: 'TCP' };

/** A value that fits its schema in no way is a leaf. */
export function fieldTypeOf(schema: KindSchema | undefined, value: Json): FieldType {
  if (typeof value !== 'object' || value === null) return LEAF;
  if (Array.isArray(value)) return schema === undefined ? LEAF : listType(schema);
  if (schema === undefined) return ANY_OBJECT;
  return objectType(schema);
}

const objectType = oncePer((schema: KindSchema): FieldType => {
  const resolved = resolveSchema(schema);
  const isAtomic = (schema['x-kubernetes-map-type'] ?? resolved['x-kubernetes-map-type']) === 'atomic';
  return isAtomic ? LEAF : { kind: 'object', schema: resolved };
});

const listType = oncePer((schema: KindSchema): FieldType => {
  const items = schema.items;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  const isMerged = schema['x-kubernetes-patch-strategy']?.split(',').includes('merge') === true;
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return { kind: 'list', items, elementOf: setElement };
    case 'map':
      return { kind: 'list', items, elementOf: keyedElement(items, keys) };
    case 'atomic':
      return LEAF;
    default:
      if (!isMerged) return LEAF;
      return { kind: 'list', items, elementOf: mergeKey === undefined ? setElement : keyedElement(items, [mergeKey]) };
  }
});

function setElement(item: Json): string {
  return `v:${goJsonStringify(item)}`;
}

function keyedElement(items: KindSchema | undefined, keys: readonly string[]): (item: Json) => string {
  const sorted = keys.toSorted();
  const properties = items === undefined ? undefined : resolveSchema(items).properties;
  const defaults = sorted.map((key) => properties?.[key]?.default ?? (items?.$ref === undefined ? undefined : KEY_DEFAULTS[key]));
  return (item) => {
    const object: JsonObject = isJsonObject(item) ? item : {};
    const parts: string[] = [];
    for (const [index, key] of sorted.entries()) {
      const value = object[key] ?? defaults[index];
      if (value !== undefined) parts.push(`${JSON.stringify(key)}:${goJsonStringify(value)}`);
    }
    return `k:{${parts.join(',')}}`;
  };
}

export function memberTypeOf(schema: KindSchema | undefined, name: string): KindSchema | undefined {
  if (schema === undefined) return undefined;
  const member = memberSchema(schema, name);
  // A node that constrains nothing: what lies below is deduced from the values.
  return member === undefined || isAnything(member) ? undefined : member;
}

function isAnything(schema: KindSchema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true && schema.properties === undefined && schema.type === undefined;
}

/** Whether the member is one that the type declares, not a key that the user chose. */
export function isDeclared(schema: KindSchema | undefined, name: string): boolean {
  return schema?.properties !== undefined && Object.hasOwn(schema.properties, name);
}

/** A value as Go's types hold it: members that are structs there are never absent. */
export function memberOf(schema: KindSchema | undefined, object: JsonObject, name: string): Json | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return value !== undefined || schema === undefined ? value : zeroMembers(schema)?.[name];
}

/** Names of the members, with those that Go's types always have. */
export function memberNames(schema: KindSchema | undefined, object: JsonObject): readonly string[] {
  const zero = schema === undefined ? undefined : zeroMembers(schema);
  if (zero === undefined) return Object.keys(object);
  const structs = Object.keys(zero).filter((name) => zero[name] !== null && object[name] === undefined);
  return structs.length === 0 ? Object.keys(object) : [...Object.keys(object), ...structs];
}
