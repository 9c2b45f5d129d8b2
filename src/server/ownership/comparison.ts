// What differs between two states of an object, field by field (sigs.k8s.io/structured-merge-diff typed.Compare). Pure.
import { jsonEquals, type Json, type JsonObject } from '../../base/mod.ts';
import type { KindSchema } from '../../api/mod.ts';
import { EMPTY, SELF, union, type FieldTree } from './field-tree.ts';
import { fieldTypeOf, memberNames, memberOf, memberTypeOf, type FieldType } from './field-types.ts';

export interface Comparison {
  readonly added: FieldTree;
  readonly modified: FieldTree;
  readonly removed: FieldTree;
}

export function compareFields(schema: KindSchema | undefined, before: JsonObject, after: JsonObject): Comparison {
  const { added = EMPTY, modified = EMPTY, removed = EMPTY } = compare(schema, before, after);
  return { added, modified, removed };
}

/** All fields of an object that did not exist before. */
export function newFields(schema: KindSchema | undefined, object: JsonObject): Comparison {
  return { added: only(schema, object, {}) ?? EMPTY, modified: EMPTY, removed: EMPTY };
}

/** What the new state has that the old one had not, or had otherwise. */
export function changedFields({ added, modified }: Comparison): FieldTree {
  return union(modified, added);
}

/** Sets that hold nothing are undefined: to look whether a large one is empty takes as long as to make it. */
type Difference = { -readonly [Part in keyof Comparison]?: FieldTree | undefined };

const SAME: Difference = {};

/** Below two values that are both there. */
function compare(schema: KindSchema | undefined, before: Json, after: Json): Difference {
  if (before === after) return SAME;
  const [was, is] = [fieldTypeOf(schema, before), fieldTypeOf(schema, after)];
  if (was.kind === 'object' && is.kind === 'object') return compareMembers(is.schema, before as JsonObject, after as JsonObject);
  if (was.kind === 'list' && is.kind === 'list') return compareItems(is, before as readonly Json[], after as readonly Json[]);
  return { added: only(schema, after, before), removed: only(schema, before, after) };
}

function compareMembers(schema: KindSchema | undefined, before: JsonObject, after: JsonObject): Difference {
  const difference: Difference = {};
  for (const name of memberNames(schema, after)) {
    const [was, is] = [memberOf(schema, before, name), memberOf(schema, after, name)];
    if (was === is || is === undefined) continue;
    const found = compareNodes(memberTypeOf(schema, name), was, is);
    // A member that only Go's types have is not changed.
    put(difference, `f:${name}`, Object.hasOwn(after, name) ? found : { ...found, modified: undefined });
  }
  for (const name of memberNames(schema, before)) {
    const was = memberOf(schema, before, name);
    if (was === undefined || memberOf(schema, after, name) !== undefined) continue;
    put(difference, `f:${name}`, { removed: onlyNode(memberTypeOf(schema, name), was, undefined) });
  }
  return difference;
}

function compareItems(type: ListType, before: readonly Json[], after: readonly Json[]): Difference {
  const difference: Difference = {};
  const old = itemsByElement(type, before);
  const left = new Map(old);
  for (const item of after) {
    const element = type.elementOf(item);
    left.delete(element);
    put(difference, element, compareNodes(type.items, old.get(element), item));
  }
  for (const [element, item] of left) put(difference, element, { removed: onlyNode(type.items, item, undefined) });
  return difference;
}

function compareNodes(schema: KindSchema | undefined, was: Json | undefined, is: Json): Difference {
  if (was === undefined) return { added: onlyNode(schema, is, undefined) };
  if (was === is) return SAME;
  const kinds = [fieldTypeOf(schema, was).kind, fieldTypeOf(schema, is).kind];
  if (kinds[0] === kinds[1] && kinds[0] !== 'leaf') return compare(schema, was, is);
  // Null stands for a list or an object that is empty in Go's types.
  const isNowFilled = was === null && kinds[1] !== 'leaf';
  const modified = isNowFilled || jsonEquals(was, is) ? undefined : EMPTY;
  return { added: onlyNode(schema, is, was), removed: onlyNode(schema, was, is), modified };
}

function put(into: Difference, element: string, { added, modified, removed }: Difference): void {
  if (added !== undefined) ((into.added ??= {}) as Record<string, FieldTree>)[element] = added;
  if (modified !== undefined) ((into.modified ??= {}) as Record<string, FieldTree>)[element] = modified;
  if (removed !== undefined) ((into.removed ??= {}) as Record<string, FieldTree>)[element] = removed;
}

/** Fields below `value` that `other` lacks. */
function only(schema: KindSchema | undefined, value: Json, other: Json | undefined): FieldTree | undefined {
  if (value === other) return undefined;
  const type = fieldTypeOf(schema, value);
  if (type.kind === 'leaf') return undefined;
  let children: Record<string, FieldTree> | undefined;
  if (type.kind === 'object') {
    for (const name of memberNames(type.schema, value as JsonObject)) {
      const member = memberOf(type.schema, value as JsonObject, name);
      if (member === undefined) continue;
      const node = onlyNode(memberTypeOf(type.schema, name), member, isPlainObject(other) ? memberOf(type.schema, other, name) : undefined);
      if (node !== undefined) (children ??= {})[`f:${name}`] = node;
    }
    return children;
  }
  const others = Array.isArray(other) && other.length > 0 ? itemsByElement(type, other) : NO_ITEMS;
  for (const item of value as readonly Json[]) {
    const element = type.elementOf(item);
    const node = onlyNode(type.items, item, others.get(element));
    if (node !== undefined) (children ??= {})[element] = node;
  }
  return children;
}

function onlyNode(schema: KindSchema | undefined, value: Json, other: Json | undefined): FieldTree | undefined {
  if (value === other) return undefined;
  if (typeof value !== 'object') return other === undefined ? EMPTY : undefined;
  const children = only(schema, value, other);
  if (other !== undefined) return children;
  return children === undefined ? EMPTY : { [SELF]: EMPTY, ...children };
}

function isPlainObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type ListType = Extract<FieldType, { kind: 'list' }>;

const NO_ITEMS: ReadonlyMap<string, Json> = new Map();

function itemsByElement(type: ListType, list: Json | undefined): ReadonlyMap<string, Json> {
  if (!Array.isArray(list)) return NO_ITEMS;
  return new Map(list.map((item: Json) => [type.elementOf(item), item]));
}
