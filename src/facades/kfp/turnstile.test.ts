import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurnstile } from './turnstile.ts';

test('so many are inside, so many wait in their order, the rest is refused', async () => {
  const turnstile = createTurnstile({ insideMax: 2, waitingMax: 1, busy: 'too many' });
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const enter = (name: number) =>
    turnstile.pass(async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (name === 1) throw new Error('it failed');
      return name;
    });
  const failing = assert.rejects(enter(1), /it failed/);
  const second = enter(2);
  const third = enter(3);
  await assert.rejects(enter(4), { reason: 'ResourceExhausted', message: 'too many' });
  assert.deepEqual(begun, [1, 2]);
  ends[0]!();
  await failing;
  await new Promise(setImmediate);
  assert.deepEqual(begun, [1, 2, 3]);
  ends[1]!();
  ends[2]!();
  assert.deepEqual(await Promise.all([second, third]), [2, 3]);
  assert.equal(await turnstile.pass(async () => 5), 5);
});
