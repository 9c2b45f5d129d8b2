import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, systemClock } from '../../base/mod.ts';
import type { Connection } from './connection.ts';
import { createRunFeed } from './run-feed.ts';

const at = (millisecond: number, text: string) => `2026-01-01T00:00:00.${String(millisecond).padStart(3, '0')}000000Z ${text}\n`;

/** Each answer of the log breaks off after its chunks, but for the last one. */
async function linesOf(...answers: readonly (readonly string[])[]): Promise<string[]> {
  let count = 0;
  const connection = {
    url: 'http://localhost',
    async stream() {
      const chunks = answers[count++] ?? [];
      const isLast = count === answers.length;
      return (async function* () {
        yield* chunks;
        if (!isLast) throw new Failure('ServerUnreachable', 'the connection broke');
      })();
    },
  } as unknown as Connection; // A log is all that is asked for.
  const lines: string[] = [];
  const clock = { ...systemClock, sleep: () => Promise.resolve() };
  for await (const line of createRunFeed(connection, 'run', clock).lines('step', new AbortController().signal)) lines.push(line);
  return lines;
}

test('lines come without their times, cut where they end', async () => {
  assert.deepEqual(await linesOf([at(1, 'one').slice(0, 20), at(1, 'one').slice(20) + at(2, ''), at(2, 'two  words'), 'no time\n', at(3, 'the end').trimEnd()]), ['one', '', 'two  words', 'no time', 'the end']);
});

test('a log that is read again after a break goes on where it was, lines of one moment too', async () => {
  const first = [at(1, 'a'), at(2, 'b'), at(2, 'b'), at(3, 'half').slice(0, -3)];
  assert.deepEqual(await linesOf(first, [at(1, 'a') + at(2, 'b') + at(2, 'b') + at(2, 'b'), at(3, 'half')]), ['a', 'b', 'b', 'b', 'half']);
});

test('the second try of a step is told whole when the log of the first is no longer sent', async () => {
  assert.deepEqual(await linesOf([at(1, 'try 1'), at(2, 'fails'), at(5, 'try 2')], [at(5, 'try 2'), at(6, 'works'), at(7, 'ends')]), ['try 1', 'fails', 'try 2', 'works', 'ends']);
});
