// Why a condition is false, in the values that made it so: "0.87 > 0.9" instead of "inputs.parameter_values['…'] > 0.9".
import { Failure, type Json } from '../base/mod.ts';
import { compileCel, GO_STRING, goJsonStringify, type CelExpression } from '../expr/mod.ts';
import { conditionVariables, type ConditionInputs } from './condition.ts';

/** A value, in an explanation. */
const SHOWN_VALUE_LENGTH_MAX = 60;
const SHOWN_LENGTH_MAX = 300;
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const CONVERSIONS: ReadonlySet<string> = new Set(['int', 'double', GO_STRING, 'bool']);

/** One line for a condition that was evaluated and is false. Never throws. */
export function explainCondition(text: string, inputs: ConditionInputs): string {
  try {
    const why = culprit(compileCel(text).syntax, { text, inputs });
    return `condition false: ${shorten(why, SHOWN_LENGTH_MAX)}`;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // The text no longer evaluates; it still says which condition is meant.
    return `condition false: ${shorten(text, SHOWN_LENGTH_MAX)}`;
  }
}

type Syntax = CelExpression['syntax'];

interface Case {
  readonly text: string;
  readonly inputs: ConditionInputs;
}

/** Of several conditions that must all hold, the first that does not. */
function culprit(node: Syntax, of: Case): string {
  if (node.op !== '&&') return render(node, of);
  const [left, right] = node.args;
  return isTrue(left, of) ? culprit(right, of) : culprit(left, of);
}

function isTrue(node: Syntax, of: Case): boolean {
  return compileCel(sourceOf(node, of)).evaluate(conditionVariables(of.inputs)) === true;
}

function render(node: Syntax, of: Case): string {
  const value = referencedValue(node, of.inputs);
  if (value !== undefined) return showValue(value);
  if (node.op === '!_') return `!(${render(node.args, of)})`;
  if (node.op === '||' || node.op === '&&' || COMPARISONS.has(node.op)) {
    // The operators above all have two operands; the type of `args` is not narrowed by a set.
    const [left, right] = node.args as [Syntax, Syntax];
    return `${render(left, of)} ${node.op} ${render(right, of)}`;
  }
  if (node.op === 'call') {
    const [name, [argument, ...others]] = node.args;
    if (CONVERSIONS.has(name) && argument !== undefined && others.length === 0) return render(argument, of);
  }
  return sourceOf(node, of);
}

/** The value behind inputs.parameter_values['name'] or inputs.parameter_values.name. */
function referencedValue(node: Syntax, inputs: ConditionInputs): Json | undefined {
  if (node.op !== '[]' && node.op !== '.') return undefined;
  const [owner, key] = node.args;
  const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
  if (owner.op !== '.' || owner.args[1] !== 'parameter_values' || typeof name !== 'string') return undefined;
  return Object.hasOwn(inputs.parameterValues, name) ? inputs.parameterValues[name] : undefined;
}

function showValue(value: Json): string {
  return shorten(typeof value === 'string' ? `'${value}'` : goJsonStringify(value), SHOWN_VALUE_LENGTH_MAX);
}

/** The parser's places leave out brackets at the ends; they are put back. */
function sourceOf(node: Syntax, of: Case): string {
  const source = of.text.slice(node.start, node.end);
  const brackets = source.replace(QUOTED_TEXT, '').replaceAll(/[^()]/g, '');
  let open = 0;
  let missing = 0;
  for (const bracket of brackets) {
    if (bracket === '(') open++;
    else if (open > 0) open--;
    else missing++;
  }
  return '('.repeat(missing) + source + ')'.repeat(open);
}

const QUOTED_TEXT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

function shorten(text: string, lengthMax: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax)}…`;
}
