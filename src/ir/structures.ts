// Parts of a command that are written as JSON: {"IfPresent": …} and {"Concat": […]}, one inside the other.
import { isJsonObject, type Json } from '../base/mod.ts';
import { PlaceholderProblem } from './placeholders.ts';
import { isJsonList } from './section.ts';

type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** Several parts, or none. */
  | { readonly kind: 'list'; readonly items: readonly Json[] }
  | { readonly kind: 'concat'; readonly items: readonly Json[] }
  | { readonly kind: 'choice'; readonly inputName: string; readonly present: Json; readonly absent: Json };

/** Structures in structures. */
const DEPTH_MAX = 50;

const STRUCTURE = /^\s*\{"(?:IfPresent|Concat)":/;

export function isStructure(template: string): boolean {
  return STRUCTURE.test(template);
}

/** Throws `PlaceholderProblem`. */
export function readStructure(template: string): Json {
  try {
    return JSON.parse(template) as Json;
  } catch {
    throw new PlaceholderProblem('begins like {"IfPresent": …} or {"Concat": …} but is not JSON.');
  }
}

/** Written as in component files of kfp 1: the SDK forgets to convert what stands alone in an `else` (kubeflow/pipelines#13781). */
const OLD_PLACEHOLDERS: Readonly<Record<string, (name: string) => string>> = {
  inputValue: (name) => `{{$.inputs.parameters['${name}']}}`,
  inputPath: (name) => `{{$.inputs.artifacts['${name}'].path}}`,
  inputUri: (name) => `{{$.inputs.artifacts['${name}'].uri}}`,
};

/** What stands at this place of a structure. Throws `PlaceholderProblem`. */
export function partOf(structure: Json, depth: number): Part {
  if (depth > DEPTH_MAX) throw new PlaceholderProblem(`nests deeper than ${DEPTH_MAX} levels.`);
  if (structure === null) return { kind: 'list', items: [] };
  if (typeof structure === 'string') return { kind: 'text', text: structure };
  if (isJsonList(structure)) return { kind: 'list', items: structure };
  if (isJsonObject(structure)) {
    const { Concat: items, IfPresent: choice } = structure;
    if (isJsonList(items)) return { kind: 'concat', items };
    if (isJsonObject(choice)) {
      const { InputName: inputName, Then: present = null, Else: absent = null } = choice;
      if (typeof inputName !== 'string') throw new PlaceholderProblem('has an IfPresent without InputName.');
      return { kind: 'choice', inputName, present, absent };
    }
    for (const [word, placeholderOf] of Object.entries(OLD_PLACEHOLDERS)) {
      const name = structure[word];
      if (typeof name === 'string') return { kind: 'text', text: placeholderOf(name) };
    }
  }
  throw new PlaceholderProblem('holds something that is neither text nor {"IfPresent": …} nor {"Concat": […]}.');
}

/** What is wrong with a template before any value is known; undefined for plain text. */
export function structureProblem(template: string, hasInput: (name: string) => boolean): string | undefined {
  if (!isStructure(template)) return undefined;
  try {
    check(readStructure(template), hasInput, 0);
    return undefined;
  } catch (error) {
    if (error instanceof PlaceholderProblem) return error.message;
    throw error;
  }
}

function check(structure: Json, hasInput: (name: string) => boolean, depth: number): void {
  const part = partOf(structure, depth);
  if (part.kind === 'text') return;
  if (part.kind === 'choice' && !hasInput(part.inputName)) {
    throw new PlaceholderProblem(`asks in an IfPresent for the input "${part.inputName}", which the component does not have.`);
  }
  for (const item of part.kind === 'choice' ? [part.present, part.absent] : part.items) check(item, hasInput, depth + 1);
}
