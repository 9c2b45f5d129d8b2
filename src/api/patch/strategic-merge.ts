// Strategic merge patch (k8s.io/apimachinery util/strategicpatch): JSON merge patch that knows from the schema which lists
// merge by a key, with directives: `$patch: replace|delete`, `$retainKeys`, `$deleteFromPrimitiveList/x`,
// `$setElementOrder/x`.
import { Failure, isJsonObject, jsonEquals, type Json, type JsonObject } from '../../base/mod.ts';
import type { KindSchema } from '../kind.ts';
import { memberSchema, resolveSchema } from '../schema/definitions.ts';
import { depthComplaint } from '../schema/depth.ts';
import { setOwn } from '../schema/own-member.ts';
import { orderList } from './element-order.ts';

export type StrategicMergeOutcome = { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly message: string };

const PATCH = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';

/** `schema` is that of `original` (`objectSchema(kind)`). A patch that contradicts itself or lacks a merge key is refused (400). */
export function strategicMergePatch(schema: KindSchema, original: JsonObject, patch: JsonObject): StrategicMergeOutcome {
  const tooDeep = depthComplaint(patch);
  if (tooDeep !== undefined) return { ok: false, message: tooDeep };
  try {
    return { ok: true, value: mergeObject(schema, original, patch) };
  } catch (error) {
    if (error instanceof Failure && error.reason === 'BadPatch') return { ok: false, message: error.message };
    throw error;
  }
}

function mergeObject(schema: KindSchema, original: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch[PATCH];
  if (directive === 'replace') return clean({ ...patch, [PATCH]: undefined }) as JsonObject;
  if (directive === 'delete') return {};
  if (directive !== undefined) throw badPatch(`unknown directive ${PATCH}: ${JSON.stringify(directive)}`);
  const resolved = resolveSchema(schema);
  const merged = retainKeys(original, patch);
  for (const name of patchedMembers(patch)) {
    const value = mergeMember(memberSchema(resolved, name), own(merged, name), patch, name);
    if (value === undefined) delete merged[name];
    else setOwn(merged, name, value);
  }
  return merged;
}

/** The members that a patch speaks of, under their own name or in a directive. */
function patchedMembers(patch: JsonObject): Iterable<string> {
  const all = Object.keys(patch);
  if (!all.some((name) => name.startsWith('$'))) return all;
  const names = all.filter((name) => name !== PATCH && name !== RETAIN_KEYS);
  return new Set(names.map((name) => listOf(name, DELETE_FROM_LIST) ?? listOf(name, SET_ORDER) ?? name));
}

function listOf(name: string, prefix: string): string | undefined {
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

/** `$retainKeys` names the only members that stay; members of a union replace each other that way. */
function retainKeys(original: JsonObject, patch: JsonObject): Record<string, Json> {
  const kept = patch[RETAIN_KEYS];
  if (kept !== undefined && !Array.isArray(kept)) throw badPatch(`${RETAIN_KEYS} must be a list`);
  if (Array.isArray(kept)) {
    const stray = Object.keys(patch).find((name) => !name.startsWith('$') && patch[name] !== null && !kept.includes(name));
    if (stray !== undefined) throw badPatch(`${RETAIN_KEYS} does not name ${stray}, which the patch sets`);
  }
  const retained: Record<string, Json> = {};
  for (const name of Object.keys(original)) {
    const value = original[name];
    if (value !== undefined && (kept === undefined || kept.includes(name))) setOwn(retained, name, value);
  }
  return retained;
}

/** The member's new value; undefined removes it. */
function mergeMember(schema: KindSchema | undefined, original: Json | undefined, patch: JsonObject, name: string): Json | undefined {
  const value = own(patch, name);
  const removed = own(patch, DELETE_FROM_LIST + name);
  const order = own(patch, SET_ORDER + name);
  if (value === null) return undefined;
  const merged = value === undefined ? original : mergeValue(schema, original, value);
  if (removed === undefined && order === undefined) return merged;
  for (const list of [removed, order]) if (list !== undefined && !Array.isArray(list)) throw badPatch(`a directive of ${name} must be a list`);
  if (merged === undefined) return undefined;
  if (!Array.isArray(merged)) throw badPatch(`${name} is not a list`);
  const gone = new Set(Array.isArray(removed) ? removed.map((item) => JSON.stringify(item)) : []);
  const kept = merged.filter((item) => !gone.has(JSON.stringify(item)));
  if (!Array.isArray(order)) return kept;
  const key = mergeKeyOf(schema);
  requireOrdered(Array.isArray(value) ? value : [], order, key, name);
  return orderList(kept, order, Array.isArray(original) ? original : [], key);
}

const NO_STRATEGIES: readonly string[] = [];

function mergeValue(schema: KindSchema | undefined, original: Json | undefined, value: Json): Json | undefined {
  const strategies = schema?.['x-kubernetes-patch-strategy']?.split(',') ?? NO_STRATEGIES;
  if (isJsonObject(original) && isJsonObject(value) && !strategies.includes('replace')) return mergeObject(schema ?? {}, original, value);
  if (Array.isArray(original) && Array.isArray(value) && strategies.includes('merge')) return mergeList(schema!, original, value);
  if (directiveOf(value) === 'delete') return undefined;
  if (directiveOf(value) !== undefined) return mergeObject(schema ?? {}, {}, value as JsonObject);
  return clean(value);
}

function mergeList(schema: KindSchema, original: readonly Json[], patch: readonly Json[]): readonly Json[] {
  const key = mergeKeyOf(schema);
  if (!patch.some(isJsonObject)) {
    if (patch.length > 0 && original.some(isJsonObject)) throw badPatch('the items of a list must all be objects, or none');
    const union = [...new Map([...original, ...patch].map((item) => [JSON.stringify(item), item])).values()];
    return orderList(union, patch, original, undefined);
  }
  if (key === undefined) throw badPatch('a list of objects without merge key can not be merged');
  const directives = patch.map(directiveOf);
  const before = directives.includes('replace') ? [] : original;
  const ordinary = patch.filter((_, index) => directives[index] === undefined);
  const deleted = deletedValues(patch, key);
  const merged = before.filter((item) => !deleted.has(identityOf(item, key)));
  mergeItems(schema.items ?? {}, merged, ordinary, key);
  return orderList(merged, ordinary, before, key);
}

/** Identities of the items that directives delete. */
function deletedValues(patch: readonly Json[], key: string): ReadonlySet<string | undefined> {
  const deleted = new Set<string | undefined>();
  for (const item of patch) {
    const directive = directiveOf(item);
    if (directive === undefined || directive === 'replace') continue;
    if (directive !== 'delete') throw badPatch(`unknown directive ${PATCH}: ${JSON.stringify(directive)}`);
    deleted.add(JSON.stringify(mergeValueOf(item as JsonObject, key)));
  }
  return deleted;
}

/** Changes `list`. Looked up in a map: lists that are merged may have ten thousands of items on both sides. */
function mergeItems(schema: KindSchema, list: Json[], items: readonly Json[], key: string): void {
  const places = new Map<string | undefined, number>();
  for (const [place, item] of list.entries()) {
    const identity = identityOf(item, key);
    if (!places.has(identity)) places.set(identity, place);
  }
  for (const item of items) {
    if (!isJsonObject(item)) throw badPatch('the items of a list must all be objects, or none');
    const identity = JSON.stringify(mergeValueOf(item, key));
    const place = places.get(identity);
    if (place === undefined) places.set(identity, list.push(clean(item)) - 1);
    else list[place] = mergeObject(schema, list[place] as JsonObject, item);
  }
}

/** The text of an item's merge key; undefined when it has none, and so can't be meant. */
function identityOf(item: Json, key: string): string | undefined {
  const value = isJsonObject(item) ? item[key] : undefined;
  return value === undefined ? undefined : JSON.stringify(value);
}

function mergeValueOf(item: JsonObject, key: string): Json {
  const value = item[key];
  if (value === undefined) throw badPatch(`an item of the list lacks its merge key ${key}`);
  return value;
}

function directiveOf(item: Json): Json | undefined {
  return isJsonObject(item) ? item[PATCH] : undefined;
}

function mergeKeyOf(schema: KindSchema | undefined): string | undefined {
  return schema?.['x-kubernetes-patch-merge-key'];
}

/** The items that the patch sets must stand in the order list, in the same order. */
function requireOrdered(items: readonly Json[], order: readonly Json[], key: string | undefined, name: string): void {
  const identity = (item: Json) => (key !== undefined && isJsonObject(item) ? item[key] : item);
  let position = 0;
  for (const item of items) {
    if (directiveOf(item) !== undefined) continue;
    while (position < order.length && !jsonEquals(identity(order[position]!), identity(item))) position++;
    if (position++ >= order.length) throw badPatch(`the order of the patched items of ${name} does not match ${SET_ORDER}${name}`);
  }
}

/** A value that is new: directives and nulls have nothing to act on. */
function clean(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => directiveOf(item) === undefined).map(clean);
  if (!isJsonObject(value)) return value;
  const cleaned: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    const isDirective = name === PATCH || name === RETAIN_KEYS || name.startsWith(DELETE_FROM_LIST) || name.startsWith(SET_ORDER);
    if (isDirective || member === undefined || member === null || directiveOf(member) === 'delete') continue;
    setOwn(cleaned, name, clean(member));
  }
  return cleaned;
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function badPatch(message: string): Failure {
  return new Failure('BadPatch', message);
}
