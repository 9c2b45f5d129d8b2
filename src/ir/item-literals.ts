// kfp takes an item of a list of which it knows no types, and a member of such an item, for a text, and compares it with one:
// `row.size > 9` becomes `… > '9'`, `row.isNew == True` becomes `… == 'true'`. The text is read as what its author wrote when the
// item turns out to be a number or a boolean.
import type { Json } from '../base/mod.ts';
import { isTypeGuessed } from './loop-item-members.ts';

export function readItemLiterals(condition: string, parameterValues: Readonly<Record<string, Json>>): string {
  return condition.replaceAll(COMPARISON, (whole, start: string, name: string, text: string) => {
    if (!isTypeGuessed(name) || !Object.hasOwn(parameterValues, name)) return whole;
    const literal = literalLike(parameterValues[name]!, text);
    return literal === undefined ? whole : start + literal;
  });
}

/** As kfp writes it, and nothing else. */
const COMPARISON = /(inputs\.parameter_values\['([^']*)'\] (?:==|!=|<=?|>=?) )'([^']*)'/g;
const BOOLEAN = /^(true|false)$/i;
const NUMBER = /^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/;

function literalLike(value: Json, text: string): string | undefined {
  if (typeof value === 'number' && NUMBER.test(text)) return text;
  if (typeof value === 'boolean' && BOOLEAN.test(text)) return text.toLowerCase();
  return undefined;
}
