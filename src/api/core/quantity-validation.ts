// Rules of amounts (`500m`, `1Gi`) and of the names of what is measured.
import { objectOf, type Json, type StatusCause } from '../../base/mod.ts';
import { compareQuantities, parseQuantity } from '../../expr/mod.ts';
import { invalid } from '../causes.ts';

const UNIT_NANOS = 1_000_000_000n;

export function isPositive(amount: Json | undefined): boolean {
  return compareAmounts(amount, '0') > 0;
}

/** Below zero when `a` is less. What is no amount counts as zero: the types were checked before. */
export function compareAmounts(a: Json | undefined, b: Json | undefined): number {
  const [left, right] = [a, b].map((amount) => parseQuantity(typeof amount === 'string' || typeof amount === 'number' ? amount : '0'));
  return left?.ok === true && right?.ok === true ? compareQuantities(left.value, right.value) : 0;
}

export function isWhole(amount: Json | undefined): boolean {
  const quantity = parseQuantity(typeof amount === 'string' || typeof amount === 'number' ? amount : '0');
  return quantity.ok && quantity.value.nanos % UNIT_NANOS === 0n;
}

/** Amounts by name: each name one that `nameCauses` takes, none below zero. */
export function amountCauses(amounts: Json | undefined, path: string, nameCauses: (name: string, path: string) => readonly StatusCause[]): readonly StatusCause[] {
  return Object.entries(objectOf(amounts)).flatMap(([name, amount]) => [
    ...nameCauses(name, `${path}[${name}]`),
    ...(compareAmounts(amount, '0') < 0 ? [invalid(`${path}[${name}]`, amount, 'must be greater than or equal to 0')] : []),
  ]);
}
