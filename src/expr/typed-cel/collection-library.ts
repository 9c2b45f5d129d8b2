// Functions on lists and maps: the standard ones, cel-go's sets, and Kubernetes' lists library. Optional values, too.
import { fail } from './arithmetic.ts';
import type { FunctionTable } from './functions.ts';
import { CelDuration, CelOptional, celEquals, CelUint, compareValues, kindOf, membersOf } from './values.ts';

export function declareCollections(table: FunctionTable): void {
  const has = (list: unknown[], item: unknown) => list.some((other) => celEquals(other, item));
  table
    .declare('size(list<A>): int', (list: unknown[]) => BigInt(list.length))
    .declare('list<A>.size(): int', (list: unknown[]) => BigInt(list.length))
    .declare('size(map<A, B>): int', (map: unknown) => BigInt(membersOf(map).size))
    .declare('map<A, B>.size(): int', (map: unknown) => BigInt(membersOf(map).size))
    .declare('list<A>.isSorted(): bool', (list: unknown[]) => list.every((item, index) => index === 0 || ordered(list[index - 1], item) <= 0), 'scan')
    .declare('list<A>.sum(): A', sum, 'scan')
    .declare('list<A>.min(): A', (list: unknown[]) => extreme(list, 'min', (order) => order < 0), 'scan')
    .declare('list<A>.max(): A', (list: unknown[]) => extreme(list, 'max', (order) => order > 0), 'scan')
    .declare('list<A>.indexOf(A): int', (list: unknown[], item: unknown) => BigInt(list.findIndex((other) => celEquals(other, item))), 'scan')
    .declare('list<A>.lastIndexOf(A): int', (list: unknown[], item: unknown) => BigInt(list.findLastIndex((other) => celEquals(other, item))), 'scan')
    .declare('list<A>.reverse(): list<A>', (list: unknown[]) => list.toReversed(), 'scan')
    .declare('list<A>.distinct(): list<A>', (list: unknown[]) => list.filter((item, index) => list.findIndex((other) => celEquals(other, item)) === index), 'search')
    .declare('list<A>.sort(): list<A>', (list: unknown[]) => list.toSorted(ordered), 'scan')
    .declare('list<A>.flatten(): list<dyn>', (list: unknown[]) => list.flat() as unknown[], 'scan')
    .declare('list<A>.slice(int, int): list<A>', (list: unknown[], from: bigint, to: bigint) => list.slice(Number(from), Number(to)), 'scan')
    .declare('contains(list<A>, list<A>): bool', (list: unknown[], part: unknown[]) => part.every((item) => has(list, item)), 'search')
    .declare('equivalent(list<A>, list<A>): bool', (a: unknown[], b: unknown[]) => a.every((item) => has(b, item)) && b.every((item) => has(a, item)), 'search')
    .declare('intersects(list<A>, list<A>): bool', (a: unknown[], b: unknown[]) => a.some((item) => has(b, item)), 'search');
}

export function declareOptionals(table: FunctionTable): void {
  table
    .declare('of(A): optional<A>', (value: unknown) => new CelOptional(value))
    .declare('none(): optional<A>', () => new CelOptional(undefined))
    .declare('ofNonZeroValue(A): optional<A>', (value: unknown) => new CelOptional(isZero(value) ? undefined : value))
    .declare('optional<A>.hasValue(): bool', (optional: CelOptional) => optional.value !== undefined)
    .declare('optional<A>.value(): A', (optional: CelOptional) => (optional.value === undefined ? fail('optional.none() dereference') : optional.value))
    .declare('optional<A>.or(optional<A>): optional<A>', (optional: CelOptional, other: CelOptional) => (optional.value === undefined ? other : optional))
    .declare('optional<A>.orValue(A): A', (optional: CelOptional, other: unknown) => (optional.value === undefined ? other : optional.value));
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  const kind = kindOf(value);
  if (kind === 'map' || kind === 'object') return membersOf(value).size === 0;
  return value === null || value === '' || value === false || value === 0 || value === 0n || (value instanceof CelUint && value.value === 0n);
}

function ordered(a: unknown, b: unknown): number {
  return compareValues(a, b) ?? fail('no such overload');
}

function sum(list: unknown[]): unknown {
  const [first, ...rest] = list;
  if (first === undefined) return 0n;
  return rest.reduce((total, item) => {
    if (typeof total === 'bigint' && typeof item === 'bigint') return total + item;
    if (typeof total === 'number' && typeof item === 'number') return total + item;
    if (total instanceof CelDuration && item instanceof CelDuration) return new CelDuration(total.nanos + item.nanos);
    if (total instanceof CelUint && item instanceof CelUint) return new CelUint(total.value + item.value);
    return fail('no such overload');
  }, first);
}

function extreme(list: unknown[], name: string, isBetter: (order: number) => boolean): unknown {
  if (list.length === 0) return fail(`${name} called on empty list`);
  return list.reduce((best, item) => (isBetter(ordered(item, best)) ? item : best));
}
