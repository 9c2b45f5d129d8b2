// Conditions and selectors are read before anything runs: what is no CEL, or reads an input that the task does not have, would
// only fail when a run comes to it.
import { Failure } from '../base/mod.ts';
import { compileCel } from '../expr/mod.ts';
import { quoteHint } from './condition.ts';
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
    const problem = syntaxProblem(condition, parsed) ?? missingInput(condition, task, called);
    if (problem !== undefined) complain(at, 'triggerPolicy.condition', problem);
  }
  for (const [name, { parameterExpressionSelector: selector }] of Object.entries(task.inputs?.parameters ?? {})) {
    const problem = selector === undefined ? undefined : syntaxProblem(selector, parsed);
    if (problem !== undefined) complain(at, `inputs.parameters.${name}.parameterExpressionSelector`, problem);
  }
}

function syntaxProblem(text: string, parsed: Set<string>): string | undefined {
  if (parsed.has(text) || parsed.size >= PARSED_MAX) return undefined;
  try {
    compileCel(text);
    parsed.add(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `can not be read: ${error.message}${quoteHint(text, true)}`;
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
