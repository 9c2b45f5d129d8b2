// A compact report of a test run: one line per file, failures in full as they come and again by name at the end, the
// slowest tests, and last `N passed, N failed, N skipped`.
import { basename } from 'node:path';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What the report needs to know of one finished test. */
export interface TestOutcome {
  readonly file: string;
  /** Names from the outermost suite inwards. */
  readonly name: string;
  readonly durationMs: number;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** For failed: message and stack, or a tool's output. */
  readonly details?: string;
}

const SLOWEST_COUNT = 10;
const SLOW_MS_MIN = 1_000;

export class Report {
  readonly #write: (text: string) => void;
  #outcomes: TestOutcome[] = [];
  readonly #unsteady: TestOutcome[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(outcome: TestOutcome): void {
    this.#outcomes.push(outcome);
    if (outcome.outcome !== 'failed') return;
    this.#write(`\n✗ ${outcome.file}: ${outcome.name}\n${indent(outcome.details ?? 'no details')}\n\n`);
  }

  /** Counts that another process has reported in the same form. */
  addTotals(file: string, totals: Totals): void {
    const kinds: [number, TestOutcome['outcome']][] = [[totals.passed, 'passed'], [totals.failed, 'failed'], [totals.skipped, 'skipped']];
    for (const [count, outcome] of kinds) {
      for (let i = 0; i < count; i++) this.#outcomes.push({ file, name: 'see above', durationMs: 0, outcome });
    }
  }

  /** The line for a file whose tests are all in. */
  endFile(file: string, durationMs: number): void {
    const of = this.#outcomes.filter((outcome) => outcome.file === file);
    const mark = of.some(({ outcome }) => outcome === 'failed') ? '✗' : '✓';
    this.#write(`${mark} ${file}  ${of.length} ${of.length === 1 ? 'test' : 'tests'}  ${seconds(durationMs)}\n`);
  }

  /** Those of `files` in which something failed. */
  failedOf(files: readonly string[]): readonly string[] {
    return files.filter((file) => this.#outcomes.some((outcome) => outcome.file === file && outcome.outcome === 'failed'));
  }

  /** Takes back what was reported of a file that will run again; what failed in it is named at the end, whatever comes of it. */
  takeBack(file: string): void {
    this.#unsteady.push(...this.#outcomes.filter((outcome) => outcome.file === file && outcome.outcome === 'failed'));
    this.#outcomes = this.#outcomes.filter((outcome) => outcome.file !== file);
  }

  get totals(): Totals {
    const count = (kind: TestOutcome['outcome']) => this.#outcomes.filter(({ outcome }) => outcome === kind).length;
    return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  }

  finish(): void {
    this.#writeSlowest();
    for (const kind of ['skipped', 'failed'] as const) {
      const lines = this.#outcomes.filter(({ outcome }) => outcome === kind);
      if (lines.length === 0) continue;
      this.#write(`\n${kind}:\n`);
      for (const { file, name, details } of lines) this.#write(`  ${file}: ${name}${kind === 'skipped' && details ? ` (${details})` : ''}\n`);
    }
    if (this.#unsteady.length > 0) this.#write('\nunsteady (failed beside other tests, so their files ran again alone):\n');
    for (const { file, name } of this.#unsteady) this.#write(`  ${file}: ${name}\n`);
    const { passed, failed, skipped } = this.totals;
    this.#write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }

  #writeSlowest(): void {
    const slow = this.#outcomes.filter(({ durationMs }) => durationMs >= SLOW_MS_MIN);
    if (slow.length === 0) return;
    this.#write('\nslowest:\n');
    for (const { file, name, durationMs } of slow.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST_COUNT)) {
      this.#write(`  ${seconds(durationMs).padStart(7)}  ${basename(file)}: ${name}\n`);
    }
  }
}

/** Reads the last line of a report. */
export function parseTotals(text: string): Totals | undefined {
  const match = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(text);
  if (match === null) return undefined;
  return { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3]) };
}

/** Message, stack and causes of the error that node:test wraps. */
export function describeFailure(failure: Error): string {
  const parts: string[] = [];
  for (let error: unknown = failure.cause ?? failure; error !== undefined && parts.length < 5; ) {
    if (!(error instanceof Error)) {
      parts.push(String(error));
      break;
    }
    parts.push(withoutRuntimeFrames(error.stack ?? error.message));
    error = error.cause;
  }
  return parts.join('\ncaused by: ');
}

function withoutRuntimeFrames(stack: string): string {
  return stack.replaceAll(/^ +at .*(node:internal|node:async_hooks).*\n?/gm, '').trimEnd();
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
