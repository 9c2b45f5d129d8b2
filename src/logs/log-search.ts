// Search in one log. Patterns come from users and run on RE2; the loop is given back every few milliseconds.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../base/mod.ts';
import type { Pattern } from '../expr/mod.ts';
import type { LogLine } from './log-text.ts';

export interface LogMatch extends LogLine {
  /** 1 for the first line of the log. */
  readonly lineNumber: number;
}

/** Only the first characters of a very long line are searched. */
const SEARCHED_CHARACTERS_MAX = 16 * 1024;
const TURN_MS_MAX = 5;

export async function* searchLines(
  lines: AsyncIterable<LogLine>,
  pattern: Pattern,
  { limit, clock, signal }: { limit: number; clock: Clock; signal: AbortSignal | undefined },
): AsyncGenerator<LogMatch> {
  let lineNumber = 0;
  let matchCount = 0;
  let turnBeganMs = clock.steadyMs();
  for await (const line of lines) {
    lineNumber += 1;
    if (clock.steadyMs() - turnBeganMs >= TURN_MS_MAX) {
      await nextTurn();
      turnBeganMs = clock.steadyMs();
    }
    if (signal?.aborted === true || matchCount >= limit) return;
    if (!pattern.test(line.text.slice(0, SEARCHED_CHARACTERS_MAX))) continue;
    matchCount += 1;
    yield { ...line, lineNumber };
  }
}
