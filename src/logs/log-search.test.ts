import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../base/mod.ts';
import { compilePattern } from '../expr/mod.ts';
import { searchLines } from './log-search.ts';
import type { LogLine } from './log-text.ts';

async function* lines(count: number): AsyncGenerator<LogLine> {
  for (let number = 1; number <= count; number++) yield { timestamp: '', stream: 'stdout', text: `line ${number}` };
}

test('others get their turns of the loop, also while the wall clock is behind what it was', async () => {
  let [nowMs, steadyMs, turnCount] = [1_000_000, 0, 0];
  const clock = { ...systemClock, now: () => (nowMs -= 10), steadyMs: () => (steadyMs += 10) };
  const count = () => {
    turnCount++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const found: number[] = [];
  for await (const { lineNumber } of searchLines(lines(20), compilePattern('line 1'), { limit: 100, clock, signal: undefined })) found.push(lineNumber);
  clearImmediate(next);
  assert.deepEqual(found, [1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  assert.ok(turnCount >= 10, `${turnCount} turns`);
});
