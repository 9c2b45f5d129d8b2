// Sets of fields in the notation of metadata.managedFields (FieldsV1): `f:name` for a member, `k:{…}` for an item of a keyed
// list, `v:…` for an item of a set, `.` for such an item itself; an empty object is a field owned as a whole. Pure.
import { isJsonObject, jsonEquals, type Json, type JsonObject } from '../../base/mod.ts';
import { memberSchema, resolveSchema, type KindSchema } from '../../api/mod.ts';

export type FieldSet = JsonObject;

const WHOLE: FieldSet = {};

/** The fields that a document of the schema names. */
export function fieldsOf(schema: KindSchema | undefined, value: Json): FieldSet {
  const resolved = schema === undefined ? undefined : resolveSchema(schema);
  if (Array.isArray(value)) return fieldsOfList(resolved, value as readonly Json[]);
  if (!isJsonObject(value)) return WHOLE;
  const entries = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null);
  return Object.fromEntries(entries.map(([name, member]) => [`f:${name}`, fieldsOf(resolved && memberSchema(resolved, name), member)]));
}

function fieldsOfList(schema: KindSchema | undefined, items: readonly Json[]): FieldSet {
  const keys = listKeys(schema);
  if (isSet(schema)) return Object.fromEntries(items.map((item) => [`v:${JSON.stringify(item)}`, WHOLE]));
  if (keys.length === 0 || !items.every((item) => isJsonObject(item) && keys.some((key) => item[key] !== undefined))) return WHOLE;
  return Object.fromEntries(items.map((item) => [itemName(keys, item as JsonObject), { '.': WHOLE, ...fieldsOf(schema?.items, item) }]));
}

/** Members that tell the items of a list apart; none: the list is one value. */
function listKeys(schema: KindSchema | undefined): readonly string[] {
  const mergeKey = schema?.['x-kubernetes-patch-merge-key'];
  return schema?.['x-kubernetes-list-map-keys'] ?? (mergeKey === undefined ? [] : [mergeKey]);
}

function isSet(schema: KindSchema | undefined): boolean {
  return schema?.['x-kubernetes-list-type'] === 'set';
}

function itemName(keys: readonly string[], item: JsonObject): string {
  const present = keys.filter((key) => item[key] !== undefined).toSorted();
  return `k:${JSON.stringify(Object.fromEntries(present.map((key) => [key, item[key]])))}`;
}

/** The fields of `before` that `after` has no longer. */
export function lostFields(before: FieldSet, after: FieldSet): FieldSet {
  const lost: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(before)) {
    const still = after[name];
    if (!isJsonObject(inner)) continue;
    if (!isJsonObject(still)) lost[name] = inner;
    else {
      const deeper = lostFields(inner, still);
      if (Object.keys(deeper).length > 0) lost[name] = deeper;
    }
  }
  return lost;
}

/** `value` without the fields of `lost` that none of `kept` holds. What becomes empty by it goes, too. */
export function withoutFields(value: Json, lost: FieldSet, kept: readonly FieldSet[]): Json | undefined {
  const within = (name: string) => kept.flatMap((set) => (isJsonObject(set[name]) ? [set[name]] : []));
  if (Array.isArray(value)) return withoutItems(value as readonly Json[], lost, within);
  if (!isJsonObject(value)) return value;
  const remaining: Record<string, Json | undefined> = { ...value };
  for (const [field, inner] of Object.entries(lost)) {
    const name = field.slice(2);
    const member = field.startsWith('f:') ? remaining[name] : undefined;
    if (member === undefined || !isJsonObject(inner)) continue;
    const holders = within(field);
    if (Object.keys(inner).length > 0) remaining[name] = withoutFields(member, inner, holders);
    else if (holders.length === 0) remaining[name] = undefined;
  }
  const entries = Object.entries(remaining).filter(([, member]) => member !== undefined);
  return entries.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(entries);
}

function withoutItems(items: readonly Json[], lost: FieldSet, within: (name: string) => readonly FieldSet[]): Json | undefined {
  const remaining = items.flatMap((item) => {
    const found = Object.entries(lost).find(([name]) => isNamed(name, item));
    if (found === undefined || !isJsonObject(found[1])) return [item];
    const [name, inner] = found;
    const holders = within(name);
    const isWhole = name.startsWith('v:') || Object.hasOwn(inner, '.');
    if (isWhole && holders.length === 0) return [];
    return [withoutFields(item, inner, holders) ?? item];
  });
  return remaining.length === 0 && items.length > 0 ? undefined : remaining;
}

function isNamed(name: string, item: Json): boolean {
  if (name.startsWith('v:')) return jsonEquals(JSON.parse(name.slice(2)), item);
  if (!name.startsWith('k:') || !isJsonObject(item)) return false;
  const keys = JSON.parse(name.slice(2)) as JsonObject;
  return Object.keys(keys).every((key) => jsonEquals(keys[key], item[key]));
}
