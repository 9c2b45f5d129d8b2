// kfp writes conditions by the types that it knows or guesses. Where that spoils them they are read as their author wrote them:
// - a number or boolean that is compared with a text ends up between quotes: `'int(inputs.parameter_values['n'])' == 'x'`;
// - an item of a list of which nothing is known, and a member of such an item, is taken for a text: `row.size > 9` becomes `… > '9'`,
//   `row.isNew == True` becomes `… == 'true'`, `row.size > n` becomes `… > 'int(inputs.parameter_values['n'])'`;
// - the type of the first item or member is taken for that of all: `row.share < 0.5` becomes `double(int(…)) < 0.5`;
// - an optional parameter that was not given is converted like any other, and null is no number.
import type { Json } from '../base/mod.ts';
import { isTypeGuessed } from './loop-item-members.ts';

const REFERENCE = String.raw`inputs\.parameter_values\['[^']*'\]`;
const OPERATOR = '(?:==|!=|<=?|>=?)';
const PLAIN = new RegExp(REFERENCE);
/** A reference between quotes, as `unquoteOperands` leaves it. */
const TEXT_OF_REFERENCE = String.raw`string\((?:int\((?:${REFERENCE})\)|${REFERENCE})\)`;
const NAME = /\['([^']*)'\]/;
const QUOTED_OPERAND = new RegExp(`'(int\\(${REFERENCE}\\)|${REFERENCE})'`, 'g');
const CONVERSION = new RegExp(`(?:string|double)\\(int\\((${REFERENCE})\\)\\)|(?:string|int)\\((${REFERENCE})\\)`, 'g');
const ITEM_AND_TEXT = new RegExp(`(${REFERENCE})( ${OPERATOR} )(${TEXT_OF_REFERENCE})`, 'g');
const TEXT_AND_ITEM = new RegExp(`(${TEXT_OF_REFERENCE})( ${OPERATOR} )(${REFERENCE})`, 'g');
const COMPARISON_WITH_TEXT = new RegExp(`((${REFERENCE}) ${OPERATOR} )'([^']*)'`, 'g');
const BOOLEAN = /^(true|false)$/i;
const NUMBER = /^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/;

/** An operand between quotes is what kfp means by it: its text. */
export function unquoteOperands(condition: string): string {
  return condition.replaceAll(QUOTED_OPERAND, (_, operand: string) => `string(${operand})`);
}

/** What kfp has converted by a wrong guess, items and members of items above all, is compared as what it is. */
export function compareAsTheyAre(condition: string, parameterValues: Readonly<Record<string, Json>>): string {
  const valueOf = (reference: string) => {
    const name = NAME.exec(reference)?.[1] ?? '';
    return Object.hasOwn(parameterValues, name) ? parameterValues[name] : undefined;
  };
  const itemOf = (reference: string) => (isTypeGuessed(reference) ? valueOf(reference) : undefined);
  const otherOperand = (reference: string, text: string) => (isNumberOrBoolean(itemOf(reference)) ? (PLAIN.exec(text)?.[0] ?? text) : text);
  return condition
    .replaceAll(ITEM_AND_TEXT, (_, item: string, operator: string, text: string) => item + operator + otherOperand(item, text))
    .replaceAll(TEXT_AND_ITEM, (_, text: string, operator: string, item: string) => otherOperand(item, text) + operator + item)
    .replaceAll(CONVERSION, (whole: string, twice: string | undefined, once: string | undefined) => {
      const reference = twice ?? once ?? '';
      if (valueOf(reference) === null) return reference;
      return convertedItem(whole, reference, itemOf(reference));
    })
    .replaceAll(COMPARISON_WITH_TEXT, (whole, start: string, reference: string, text: string) => {
      const literal = literalLike(itemOf(reference), text);
      return literal === undefined ? whole : start + literal;
    });
}

/** An item that is no whole number was not meant to be made one. */
function convertedItem(conversion: string, reference: string, item: Json | undefined): string {
  if (item === undefined || Number.isInteger(item)) return conversion;
  if (conversion.startsWith('string(')) return `string(${reference})`;
  return typeof item === 'number' ? reference : conversion;
}

function isNumberOrBoolean(item: Json | undefined): boolean {
  return typeof item === 'number' || typeof item === 'boolean';
}

function literalLike(item: Json | undefined, text: string): string | undefined {
  if (typeof item === 'number' && NUMBER.test(text)) return text;
  if (typeof item === 'boolean' && BOOLEAN.test(text)) return text.toLowerCase();
  return undefined;
}
