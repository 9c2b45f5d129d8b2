// Rules of amounts (`500m`, `1Gi`) and of the names of what is measured.
import { isJsonObject, type Json, type StatusCause } from '../../base/mod.ts';
import { compareQuantities, isQualifiedName, parseQuantity } from '../../expr/mod.ts';
import { invalid } from '../causes.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';

export function isPositive(amount: Json | undefined): boolean {
  return compareAmounts(amount, '0') > 0;
}

/** Below zero when `a` is less. What is no amount counts as zero: the types were checked before. */
export function compareAmounts(a: Json | undefined, b: Json | undefined): number {
  const [left, right] = [a, b].map((amount) => parseQuantity(typeof amount === 'string' || typeof amount === 'number' ? amount : '0'));
  return left?.ok === true && right?.ok === true ? compareQuantities(left.value, right.value) : 0;
}

/** Amounts by name: each name qualified, none below zero. */
export function amountCauses(amounts: Json | undefined, path: string): readonly StatusCause[] {
  if (!isJsonObject(amounts)) return [];
  return Object.entries(amounts).flatMap(([name, amount]) => [
    ...(isQualifiedName(name) ? [] : [invalid(`${path}[${name}]`, name, QUALIFIED_NAME_SENTENCE)]),
    ...(compareAmounts(amount, '0') < 0 ? [invalid(`${path}[${name}]`, amount, 'must be greater than or equal to 0')] : []),
  ]);
}
