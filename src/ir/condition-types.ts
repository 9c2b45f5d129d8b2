// kfp writes conditions by the types that it knows or guesses. Where that spoils them they are read as their author wrote them:
// - a number or boolean that is compared with a text ends up between quotes: `'int(inputs.parameter_values['n'])' == 'x'`;
// - an item of a list of which nothing is known, and a member of such an item, is taken for a text: `row.size > 9` becomes `… > '9'`,
//   `row.isNew == True` becomes `… == 'true'`;
// - the type of the first item or member is taken for that of all: `row.share < 0.5` becomes `double(int(…)) < 0.5`.
import type { Json } from '../base/mod.ts';
import { isTypeGuessed } from './loop-item-members.ts';

const REFERENCE = String.raw`inputs\.parameter_values\['[^']*'\]`;
const NAME = /'([^']*)'/;
const QUOTED_OPERAND = new RegExp(`'(?:int\\((${REFERENCE})\\)|(${REFERENCE}))'`, 'g');
const CONVERTED_OPERAND = new RegExp(`double\\(int\\((${REFERENCE})\\)\\)|int\\((${REFERENCE})\\)`, 'g');
const COMPARISON_WITH_TEXT = /(inputs\.parameter_values\['([^']*)'\] (?:==|!=|<=?|>=?) )'([^']*)'/g;
const BOOLEAN = /^(true|false)$/i;
const NUMBER = /^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/;

/** An operand between quotes is what kfp means by it: its text. */
export function unquoteOperands(condition: string): string {
  return condition.replaceAll(QUOTED_OPERAND, (_, converted: string | undefined, plain: string | undefined) => `string(${converted ?? plain ?? ''})`);
}

/** Items, and members of items, are compared as what they are. */
export function compareItemsAsTheyAre(condition: string, parameterValues: Readonly<Record<string, Json>>): string {
  const itemOf = (name: string) => (isTypeGuessed(name) && Object.hasOwn(parameterValues, name) ? parameterValues[name] : undefined);
  return condition
    .replaceAll(CONVERTED_OPERAND, (whole, twice: string | undefined, once: string | undefined) => {
      const reference = twice ?? once ?? '';
      return typeof itemOf(NAME.exec(reference)?.[1] ?? '') === 'number' ? reference : whole;
    })
    .replaceAll(COMPARISON_WITH_TEXT, (whole, start: string, name: string, text: string) => {
      const literal = literalLike(itemOf(name), text);
      return literal === undefined ? whole : start + literal;
    });
}

function literalLike(item: Json | undefined, text: string): string | undefined {
  if (typeof item === 'number' && NUMBER.test(text)) return text;
  if (typeof item === 'boolean' && BOOLEAN.test(text)) return text.toLowerCase();
  return undefined;
}
