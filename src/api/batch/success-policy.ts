// successPolicy of an indexed Job: which indexes, or how many of them, are enough.
import type { Json, JsonObject, StatusCause } from '../../base/mod.ts';
import { invalid, required, tooMany } from '../causes.ts';
import { itemsAt, numberAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { nonNegativeCauses } from '../number-validation.ts';
import { countIndexes } from './indexes.ts';

const RULE_COUNT_MAX = 20;

export function successPolicyCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  if (spec['successPolicy'] === undefined) return [];
  const rules = itemsAt(spec, 'successPolicy', 'rules');
  return [
    ...(rules.length === 0 ? [required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified')] : []),
    ...(rules.length > RULE_COUNT_MAX ? [tooMany(`${path}.rules`, rules.length, RULE_COUNT_MAX)] : []),
    ...rules.flatMap((rule, index) => ruleCauses(rule, numberAt(spec, 'completions'), `${path}.rules[${index}]`)),
  ];
}

function ruleCauses(rule: Json, completions: number, path: string): readonly StatusCause[] {
  const [count, indexes] = [fieldOf(rule, 'succeededCount'), fieldOf(rule, 'succeededIndexes')];
  if (count === undefined && indexes === undefined) return [required(path, 'at least one of succeededCount or succeededIndexes must be specified')];
  const causes: StatusCause[] = [...nonNegativeCauses(rule, path, ['succeededCount'])];
  const total = typeof indexes === 'string' ? countIndexes(indexes, completions) : undefined;
  if (total !== undefined && !total.ok) causes.push(invalid(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${total.message}`));
  if (typeof count !== 'number') return causes;
  if (count > completions) causes.push(invalid(`${path}.succeededCount`, count, `must be less than or equal to ${completions} (the number of specified completions)`));
  if (total?.ok === true && count > total.value) {
    causes.push(invalid(`${path}.succeededCount`, count, `must be less than or equal to ${total.value} (the number of indexes in the specified succeededIndexes field)`));
  }
  return causes;
}
