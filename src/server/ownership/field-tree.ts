// Sets of fields in the notation of metadata.managedFields (FieldsV1): `f:name` for a member, `k:{…}` for an item of a keyed
// list, `v:…` for an item of a set. A node without children is in the set, one with children only when it has `.`. Pure.
import type { Json } from '../../base/mod.ts';

export interface FieldTree {
  readonly [element: string]: FieldTree;
}

export const EMPTY: FieldTree = Object.freeze({});
/** Stands in a node with children that is in the set itself. */
export const SELF = '.';

export function isEmpty(set: FieldTree): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether the node itself is in the set. */
export function isMember(node: FieldTree): boolean {
  return node[SELF] !== undefined || isEmpty(node);
}

export function union(a: FieldTree, b: FieldTree): FieldTree {
  if (isEmpty(a) || a === b) return b;
  if (isEmpty(b)) return a;
  const both: Record<string, FieldTree> = { ...a };
  for (const [element, node] of Object.entries(b)) {
    const other = both[element];
    both[element] = other === undefined ? node : element === SELF ? EMPTY : unionOfNodes(other, node);
  }
  return both;
}

function unionOfNodes(a: FieldTree, b: FieldTree): FieldTree {
  if (isEmpty(a)) return isEmpty(b) ? EMPTY : { ...b, [SELF]: EMPTY };
  return isEmpty(b) ? { ...a, [SELF]: EMPTY } : union(a, b);
}

/** The fields of `a` that are not in `b`; `a` itself when that is all of them. Takes as long as `b` is large. */
export function difference(a: FieldTree, b: FieldTree): FieldTree {
  let left: Record<string, FieldTree> | undefined;
  for (const [element, other] of Object.entries(b)) {
    const node = a[element];
    if (element === SELF || node === undefined) continue;
    const next = differenceOfNodes(node, other);
    if (next === node) continue;
    left ??= { ...a };
    if (next === undefined) delete left[element];
    else left[element] = next;
  }
  return left ?? a;
}

/** Undefined when nothing is left. */
function differenceOfNodes(node: FieldTree, other: FieldTree): FieldTree | undefined {
  const isIn = isMember(node);
  const isTaken = isIn && isMember(other);
  const left = difference(node, other);
  if (left === node && !isTaken) return node;
  const { [SELF]: _self, ...children } = left;
  return nodeOf(isIn && !isTaken, children);
}

/** The fields of `a` that are in `b`. */
export function intersection(a: FieldTree, b: FieldTree): FieldTree {
  const shared: Record<string, FieldTree> = {};
  for (const [element, node] of Object.entries(a)) {
    const other = b[element];
    if (element === SELF || other === undefined) continue;
    const next = nodeOf(isMember(node) && isMember(other), isEmpty(node) ? EMPTY : intersection(node, other));
    if (next !== undefined) shared[element] = next;
  }
  return shared;
}

/** Undefined when nothing is in it. */
export function nodeOf(isIn: boolean, children: FieldTree): FieldTree | undefined {
  if (isEmpty(children)) return isIn ? EMPTY : undefined;
  return isIn ? { [SELF]: EMPTY, ...children } : children;
}

/** Without a whole branch. */
export function withoutBranch(set: FieldTree, element: string): FieldTree {
  if (set[element] === undefined) return set;
  const { [element]: _gone, ...rest } = set;
  return rest;
}

/** Every field as upstream writes its path: `.spec.containers[name="main"].image`, sorted by it. */
export function pathsOf(set: FieldTree): readonly string[] {
  const paths: string[] = [];
  collectPaths(set, '', paths);
  return paths;
}

function collectPaths(set: FieldTree, path: string, paths: string[]): void {
  for (const [element, node] of Object.entries(set)) {
    if (element === SELF) continue;
    const here = path + textOf(element);
    if (isMember(node)) paths.push(here);
    collectPaths(node, here, paths);
  }
}

function textOf(element: string): string {
  const rest = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return `.${rest}`;
    case 'v:':
      return `[=${rest}]`;
    case 'k:': {
      const keys = JSON.parse(rest) as Record<string, Json>;
      const parts = Object.entries(keys).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      return `[${parts.join(',')}]`;
    }
    default:
      return `[${rest}]`;
  }
}
