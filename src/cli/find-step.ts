// Which step of a run a word on the command line means.
import { Failure } from '../base/mod.ts';
import type { RunView, StepView } from './progress/run-view.ts';

/** Steps that a sentence names; a wide loop has thousands. */
const NAMED_COUNT_MAX = 20;

/**
 * By the name that is displayed, its place or its id; else by the last part of its name or place, when one step alone has it.
 * Throws Failure `NotFound` with the words that would do.
 */
export function findStep(run: RunView, word: string): StepView {
  const place = word.replace(/^root\./, '');
  const ways = [
    (step: StepView) => step.name === word,
    (step: StepView) => step.place === place || step.id === word,
    (step: StepView) => step.name.endsWith(` › ${word}`),
    (step: StepView) => step.place.endsWith(`.${place}`),
  ];
  const found = ways.map((isMeant) => run.steps.filter(isMeant));
  const [only] = found.find((steps) => steps.length === 1) ?? [];
  if (only !== undefined) return only;
  const several = found.find((steps) => steps.length > 1);
  if (several === undefined) throw new Failure('NotFound', `the run has no step "${word}"; its steps: ${namesOf(run.steps.map((step) => step.name))}`);
  throw new Failure('NotFound', `the run has ${several.length} steps "${word}"; name one by its place: ${namesOf(several.map((step) => quoteWord(step.place)))}`);
}

/** The word by which `findStep` finds the step: its name where no other step has it. */
export function wordForStep(run: RunView, { name, place }: StepView): string {
  return quoteWord(run.steps.filter((other) => other.name === name).length === 1 ? name : place);
}

function namesOf(names: readonly string[]): string {
  if (names.length === 0) return 'none yet';
  const rest = names.length - NAMED_COUNT_MAX;
  return `${names.slice(0, NAMED_COUNT_MAX).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

/** For a shell. */
function quoteWord(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
