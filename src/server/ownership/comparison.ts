// What differs between two states of an object, field by field (sigs.k8s.io/structured-merge-diff typed.Compare). Pure.
import { jsonEquals, type Json, type JsonObject } from '../../base/mod.ts';
import type { KindSchema } from '../../api/mod.ts';
import { EMPTY, isEmpty, nodeOf, union, type FieldTree } from './field-tree.ts';
import { fieldTypeOf, memberNames, memberOf, memberTypeOf, type FieldType } from './field-types.ts';

export interface Comparison {
  readonly added: FieldTree;
  readonly modified: FieldTree;
  readonly removed: FieldTree;
}

export function compareFields(schema: KindSchema | undefined, before: JsonObject, after: JsonObject): Comparison {
  return { added: only(schema, after, before), removed: only(schema, before, after), modified: modified(schema, before, after) };
}

/** All fields of an object that did not exist before. */
export function newFields(schema: KindSchema | undefined, object: JsonObject): Comparison {
  return { added: only(schema, object, {}), modified: EMPTY, removed: EMPTY };
}

/** What the new state has that the old one had not, or had otherwise. */
export function changedFields({ added, modified: changed }: Comparison): FieldTree {
  return union(changed, added);
}

/** Fields below `value` that `other` lacks. */
function only(schema: KindSchema | undefined, value: Json, other: Json | undefined): FieldTree {
  if (value === other) return EMPTY;
  const type = fieldTypeOf(schema, value);
  const children: Record<string, FieldTree> = {};
  if (type.kind === 'leaf') return EMPTY;
  if (type.kind === 'object') {
    for (const name of memberNames(type.schema, value as JsonObject)) {
      const member = memberOf(type.schema, value as JsonObject, name);
      if (member === undefined) continue;
      const node = onlyNode(memberTypeOf(type.schema, name), member, isPlainObject(other) ? memberOf(type.schema, other, name) : undefined);
      if (node !== undefined) children[`f:${name}`] = node;
    }
    return children;
  }
  const others = Array.isArray(other) && other.length > 0 ? itemsByElement(type, other) : NO_ITEMS;
  for (const item of value as readonly Json[]) {
    const element = type.elementOf(item);
    const node = onlyNode(type.items, item, others.get(element));
    if (node !== undefined) children[element] = node;
  }
  return children;
}

function onlyNode(schema: KindSchema | undefined, value: Json, other: Json | undefined): FieldTree | undefined {
  if (value === other) return undefined;
  if (typeof value !== 'object') return other === undefined ? EMPTY : undefined;
  return nodeOf(other === undefined, only(schema, value, other));
}

function isPlainObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Leaves that both have with different values. */
function modified(schema: KindSchema | undefined, before: Json, after: Json): FieldTree {
  if (before === after) return EMPTY;
  const type = fieldTypeOf(schema, after);
  const children: Record<string, FieldTree> = {};
  if (type.kind === 'leaf') return EMPTY;
  if (type.kind === 'object') {
    if (!isPlainObject(before)) return EMPTY;
    for (const name of Object.keys(after as JsonObject)) {
      const memberBefore = memberOf(type.schema, before, name);
      const memberAfter = (after as JsonObject)[name];
      if (memberBefore === undefined || memberAfter === undefined) continue;
      const node = modifiedNode(memberTypeOf(type.schema, name), memberBefore, memberAfter);
      if (node !== undefined) children[`f:${name}`] = node;
    }
    return children;
  }
  const old = itemsByElement(type, before);
  for (const item of after as readonly Json[]) {
    const element = type.elementOf(item);
    const was = old.get(element);
    const node = was === undefined ? undefined : modifiedNode(type.items, was, item);
    if (node !== undefined) children[element] = node;
  }
  return children;
}

function modifiedNode(schema: KindSchema | undefined, before: Json, after: Json): FieldTree | undefined {
  if (before === after) return undefined;
  const [was, is] = [fieldTypeOf(schema, before), fieldTypeOf(schema, after)];
  if (was.kind === 'leaf' || is.kind === 'leaf' || was.kind !== is.kind) {
    // Null stands for a list or an object that is empty in Go's types.
    const isNowFilled = before === null && is.kind !== 'leaf';
    return isNowFilled || jsonEquals(before, after) ? undefined : EMPTY;
  }
  const children = modified(schema, before, after);
  return isEmpty(children) ? undefined : children;
}

const NO_ITEMS: ReadonlyMap<string, Json> = new Map();

function itemsByElement(type: Extract<FieldType, { kind: 'list' }>, list: Json | undefined): ReadonlyMap<string, Json> {
  if (!Array.isArray(list)) return NO_ITEMS;
  return new Map(list.map((item: Json) => [type.elementOf(item), item]));
}
