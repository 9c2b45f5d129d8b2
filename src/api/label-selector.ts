// Label selectors as objects hold them (matchLabels, matchExpressions): their rules, their text, and what they match.
import { isJsonObject, type Json, type StatusCause } from '../base/mod.ts';
import { isLabelValue, isQualifiedName, parseLabelSelector } from '../expr/mod.ts';
import { forbidden, invalid, required } from './causes.ts';
import { itemsAt, textAt } from './columns.ts';
import { fieldOf } from './kind.ts';
import { QUALIFIED_NAME_SENTENCE, labelCauses } from './metadata-validation.ts';

const OPERATORS_WITH_VALUES = ['In', 'NotIn'];
const OPERATORS_WITHOUT_VALUES = ['Exists', 'DoesNotExist'];

export function labelSelectorCauses(selector: Json | undefined, path: string): readonly StatusCause[] {
  return [
    ...labelCauses(labelsOf(fieldOf(selector, 'matchLabels')), `${path}.matchLabels`),
    ...itemsAt(selector, 'matchExpressions').flatMap((expression, index) => expressionCauses(expression, `${path}.matchExpressions[${index}]`)),
  ];
}

function expressionCauses(expression: Json, path: string): readonly StatusCause[] {
  const operator = textAt(expression, '', 'operator');
  const key = textAt(expression, '', 'key');
  const values = itemsAt(expression, 'values');
  const causes: StatusCause[] = [];
  if (OPERATORS_WITH_VALUES.includes(operator)) {
    if (values.length === 0) causes.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (OPERATORS_WITHOUT_VALUES.includes(operator)) {
    if (values.length > 0) causes.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else causes.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  if (!isQualifiedName(key)) causes.push(invalid(`${path}.key`, key, QUALIFIED_NAME_SENTENCE));
  values.forEach((value, index) => {
    if (typeof value !== 'string' || !isLabelValue(value)) causes.push(invalid(`${path}.values[${index}]`, value, 'must be a valid label value'));
  });
  return causes;
}

export function isEmptySelector(selector: Json | undefined): boolean {
  return Object.keys(labelsOf(fieldOf(selector, 'matchLabels'))).length === 0 && itemsAt(selector, 'matchExpressions').length === 0;
}

/** The text that a list takes as labelSelector: requirements by key. Empty for the empty selector. */
export function labelSelectorText(selector: Json | undefined): string {
  const equals = Object.entries(labelsOf(fieldOf(selector, 'matchLabels'))).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  const expressions = itemsAt(selector, 'matchExpressions').map((expression) => {
    const key = textAt(expression, '', 'key');
    return { key, text: expressionText(key, textAt(expression, '', 'operator'), itemsAt(expression, 'values').map(String).toSorted()) };
  });
  return [...equals, ...expressions]
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(',');
}

function expressionText(key: string, operator: string, values: readonly string[]): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}

/** Whether the selector has a text: operators and values fit each other. */
export function isReadable(selector: Json | undefined): boolean {
  const isFilled = itemsAt(selector, 'matchExpressions').every(
    (expression) => !OPERATORS_WITH_VALUES.includes(textAt(expression, '', 'operator')) || itemsAt(expression, 'values').length > 0,
  );
  return isFilled && parseLabelSelector(labelSelectorText(selector)).ok;
}

/** Whether labels satisfy the selector; one that is missing or can't be read matches nothing, the empty one everything. */
export function matchesLabels(selector: Json | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined || !isReadable(selector)) return false;
  const parsed = parseLabelSelector(labelSelectorText(selector));
  return parsed.ok && parsed.value.matches(labels);
}

/** `a=1,b=2` by key; `<none>` without labels. */
export function labelsText(labels: Json | undefined): string {
  const entries = Object.entries(labelsOf(labels)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',');
}

export function labelsOf(value: Json | undefined): Readonly<Record<string, string>> {
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, String(member)])) : {};
}
