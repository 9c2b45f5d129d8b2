// Conditions and selectors are read before anything runs: what is no CEL, can give no answer, or reads an input that the task does
// not have, would only fail when a run comes to it.
import { Failure } from '../base/mod.ts';
import { typeOfCel } from '../expr/mod.ts';
import { CONDITION_NAMES, quoteHint, SELECTOR_NAMES } from './condition.ts';
import { complain, type Section } from './section.ts';
import type { ComponentSpec, PipelineTaskSpec } from './types.ts';

/** As kfp writes them; other ways to name an input are left to the run. */
const INPUT_REFERENCE = /\binputs\.parameter_values\[(?:'([^'\\]+)'|"([^"\\]+)")\]/g;
const QUOTED_TEXT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

/** Different expressions of one document that are parsed; the syntax of further ones shows when a run comes to them. */
const PARSED_MAX = 500;

/** `at` is the task's place in the document; `parsed` are the document's expressions that were found to be CEL. */
export function checkExpressions(at: Section, task: PipelineTaskSpec, called: ComponentSpec, parsed: Set<string>): void {
  const condition = task.triggerPolicy?.condition;
  if (condition !== undefined) {
    const problem = problemOf(condition, CONDITION_NAMES, parsed) ?? missingInput(condition, task, called);
    if (problem !== undefined) complain(at, 'triggerPolicy.condition', problem);
  }
  for (const [name, { parameterExpressionSelector: selector }] of Object.entries(task.inputs?.parameters ?? {})) {
    const problem = selector === undefined ? undefined : problemOf(selector, SELECTOR_NAMES, parsed);
    if (problem !== undefined) complain(at, `inputs.parameters.${name}.parameterExpressionSelector`, problem);
  }
}

function problemOf(text: string, names: readonly string[], parsed: Set<string>): string | undefined {
  if (parsed.has(text) || parsed.size >= PARSED_MAX) return undefined;
  try {
    const type = typeOfCel(text, names);
    if (names === CONDITION_NAMES && type !== 'bool' && type !== 'dyn') return `gives a value of the type ${type}, and must give a boolean.`;
    parsed.add(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `can not be read: ${error.message}${quoteHint(text, error.message.includes('is not valid CEL'))}`;
  }
}

function missingInput(condition: string, task: PipelineTaskSpec, called: ComponentSpec): string | undefined {
  // What looks like a reference inside of a quoted text reads nothing.
  for (const [, single, double] of condition.matchAll(INPUT_REFERENCE)) {
    const name = single ?? double ?? '';
    const isKnown = task.inputs?.parameters?.[name] !== undefined || called.inputDefinitions?.parameters?.[name] !== undefined;
    if (!isKnown && !isQuoted(condition, name)) return `reads the input parameter "${name}", which the task does not have.`;
  }
  return undefined;
}

function isQuoted(condition: string, name: string): boolean {
  const texts = condition.match(QUOTED_TEXT) ?? [];
  return texts.some((text) => text.includes('parameter_values') && text.includes(name));
}
