// One picture of a run for a terminal of a given size: a headline and a line per step. Pure; golden-tested.
import { hasRunEnded, hasTaskEnded } from '../../records/mod.ts';
import { formatDuration } from '../format.ts';
import { wordFor, type RunView, type StepView } from './run-view.ts';

export interface FrameOptions {
  readonly columns: number;
  /** Lines that the frame may have. */
  readonly rows: number;
  readonly nowMs: number;
  readonly hasColor: boolean;
}

export const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Time that one picture of the spinner stays. */
export const SPINNER_STEP_MS = 100;

const SYMBOLS: Readonly<Record<Exclude<StepView['state'], 'RUNNING'>, string>> = {
  WAITING: '·',
  PENDING: '◌',
  SUCCEEDED: '✓',
  CACHED: '✓',
  SKIPPED: '–',
  FAILED: '✗',
  CANCELED: '■',
};

type Paint = 'red' | 'green' | 'cyan' | 'dim' | 'bold';
const PAINT_CODES: Readonly<Record<Paint, number>> = { red: 31, green: 32, cyan: 36, dim: 2, bold: 1 };
/** Longest name of a step before it is cut; in narrow windows the rest of the line comes first. */
const NAME_LENGTH_MAX = 40;
const REST_LENGTH_MIN = 30;
const TIME_LENGTH = 9;

export function renderFrame(view: RunView, options: FrameOptions): string[] {
  const { columns, hasColor } = options;
  const shown = chooseSteps(view.steps, Math.max(1, options.rows - 2));
  const nameLengthMax = Math.min(NAME_LENGTH_MAX, Math.max(8, columns - REST_LENGTH_MIN));
  const nameLength = Math.min(nameLengthMax, Math.max(0, ...shown.steps.map(({ name }) => length(name))));
  const lines = [headline(view, options), ...shown.steps.map((step) => stepLine(step, nameLength, options))];
  if (shown.hiddenCount > 0) lines.push(paint(cut(`  … and ${shown.hiddenCount} more`, columns), 'dim', hasColor));
  return lines;
}

function headline(view: RunView, { columns, nowMs, hasColor }: FrameOptions): string {
  const elapsed = formatDuration((view.finishedAtMs ?? nowMs) - view.createdAtMs);
  const doneCount = view.steps.filter(({ state }) => hasTaskEnded(state)).length;
  const rest = `  ${wordFor(view.state)}  ${doneCount} of ${view.steps.length} steps  ${elapsed}`;
  const tone = view.state === 'FAILED' ? 'red' : view.state === 'SUCCEEDED' ? 'green' : 'cyan';
  const name = cut(view.name, Math.max(8, columns - length(rest)));
  return paint(name, 'bold', hasColor) + paint(cut(rest, columns - length(name)), hasRunEnded(view.state) ? tone : 'cyan', hasColor);
}

function stepLine(step: StepView, nameLength: number, { columns, nowMs, hasColor }: FrameOptions): string {
  const symbol = step.state === 'RUNNING' ? SPINNER[Math.floor(nowMs / SPINNER_STEP_MS) % SPINNER.length]! : SYMBOLS[step.state];
  const name = cut(step.name, nameLength).padEnd(nameLength);
  const head = ` ${name}  ${elapsedOf(step, nowMs).padStart(TIME_LENGTH)}  `;
  const room = columns - 3 - length(head);
  const text = room > 0 ? cut(textOf(step), room) : '';
  return `  ${paint(symbol, toneOf(step), hasColor)}${head}${paint(text, step.state === 'FAILED' ? 'red' : 'dim', hasColor)}`.trimEnd();
}

function elapsedOf({ state, startedAtMs, finishedAtMs }: StepView, nowMs: number): string {
  if (state === 'CACHED') return 'cached';
  if (startedAtMs === undefined || state === 'WAITING' || state === 'PENDING') return '';
  return formatDuration((finishedAtMs ?? nowMs) - startedAtMs);
}

/** A sentence about a state that is not progress goes before the log. */
function textOf(step: StepView): string {
  return step.message === '' ? step.lastLine : step.message;
}

function toneOf({ state }: StepView): Paint {
  if (state === 'FAILED') return 'red';
  if (state === 'SUCCEEDED' || state === 'CACHED') return 'green';
  return state === 'RUNNING' ? 'cyan' : 'dim';
}

/** When not all fit: those that failed or run first, then those that wait, then the newest finished; shown in their order. */
function chooseSteps(steps: readonly StepView[], countMax: number): { steps: readonly StepView[]; hiddenCount: number } {
  if (steps.length <= countMax) return { steps, hiddenCount: 0 };
  const rank = ({ state }: StepView) => (state === 'FAILED' ? 0 : state === 'RUNNING' ? 1 : hasTaskEnded(state) ? 3 : 2);
  const ranked = steps.map((step, index) => ({ step, index, rank: rank(step) }));
  const newestFirst = (a: { index: number; rank: number }, b: { index: number; rank: number }) =>
    a.rank === 3 ? b.index - a.index : a.index - b.index;
  const chosen = ranked.toSorted((a, b) => a.rank - b.rank || newestFirst(a, b)).slice(0, countMax - 1);
  return { steps: chosen.toSorted((a, b) => a.index - b.index).map(({ step }) => step), hiddenCount: steps.length - chosen.length };
}

function paint(text: string, tone: Paint, hasColor: boolean): string {
  return hasColor && text !== '' ? `\u001b[${PAINT_CODES[tone]}m${text}\u001b[0m` : text;
}

/** Length in code points: near enough to cells, since the screen does not wrap. */
function length(text: string): number {
  return Array.from(text).length;
}

function cut(text: string, lengthMax: number): string {
  const points = Array.from(text);
  return points.length <= lengthMax ? text : `${points.slice(0, Math.max(0, lengthMax - 1)).join('')}…`;
}
