// The fields that an applied document claims: its leaves, the items of its lists, and what it leaves empty. Pure.
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import type { KindSchema } from '../../api/mod.ts';
import { EMPTY, isEmpty, nodeOf, type FieldTree } from './field-tree.ts';
import { fieldTypeOf, isDeclared, memberTypeOf } from './field-types.ts';

export function appliedFields(schema: KindSchema | undefined, document: JsonObject): FieldTree {
  return childrenOf(schema, document);
}

function childrenOf(schema: KindSchema | undefined, value: Json): FieldTree {
  const type = fieldTypeOf(schema, value);
  const children: Record<string, FieldTree> = {};
  switch (type.kind) {
    case 'leaf':
      return EMPTY;
    case 'object':
      for (const [name, member] of Object.entries(value as JsonObject)) {
        if (member === undefined) continue;
        const node = nodeFor(memberTypeOf(type.schema, name), member, !isDeclared(type.schema, name));
        if (node !== undefined) children[`f:${name}`] = node;
      }
      return children;
    default:
      for (const item of value as readonly Json[]) {
        children[type.elementOf(item)] = nodeOf(true, childrenOf(type.items, item)) ?? EMPTY;
      }
      return children;
  }
}

/** A leaf and an empty object are claimed themselves; a member whose name the user chose, too. */
function nodeFor(schema: KindSchema | undefined, value: Json, isChosen: boolean): FieldTree | undefined {
  const type = fieldTypeOf(schema, value);
  const children = childrenOf(schema, value);
  const isLeaf = type.kind === 'leaf' || (isJsonObject(value) && isEmpty(value as unknown as FieldTree));
  return nodeOf(isLeaf || isChosen, children);
}

/** The first item that stands twice in a list where each has its own owners, as upstream names it. */
export function findDuplicateItem(schema: KindSchema | undefined, value: Json, path = ''): { readonly path: string; readonly element: string } | undefined {
  const type = fieldTypeOf(schema, value);
  if (type.kind === 'object') {
    for (const [name, member] of Object.entries(value as JsonObject)) {
      const found = member === undefined ? undefined : findDuplicateItem(memberTypeOf(type.schema, name), member, `${path}.${name}`);
      if (found !== undefined) return found;
    }
  } else if (type.kind === 'list') {
    const seen = new Set<string>();
    for (const item of value as readonly Json[]) {
      const element = type.elementOf(item);
      if (seen.has(element)) return { path, element };
      seen.add(element);
      const found = findDuplicateItem(type.items, item, `${path}.${element}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
