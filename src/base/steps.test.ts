import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce, inTurns, oneStep, type Steps } from './steps.ts';

/** Each step takes so many milliseconds of the clock. */
function* counting(count: number, work: () => void): Steps<number> {
  for (let step = 0; step < count; step++) {
    work();
    yield;
  }
  return count;
}

test('steps at once and in turns give the same', async () => {
  assert.equal(atOnce(counting(3, () => {})), 3);
  assert.equal(await inTurns(counting(3, () => {}), { steadyMs: () => 0 }), 3);
  assert.equal(atOnce(oneStep(() => 'done')), 'done');
});

test('others have the loop as soon as steps took 5 ms together, and not before', async () => {
  let nowMs = 0;
  const seen: number[] = [];
  const work = () => {
    nowMs += 2;
    seen.push(nowMs);
  };
  const done = inTurns(counting(6, work), { steadyMs: () => nowMs });
  assert.deepEqual(seen, [2, 4, 6]);
  await done;
  assert.deepEqual(seen, [2, 4, 6, 8, 10, 12]);
});

test('an error in a step ends the work', async () => {
  const failing = counting(2, () => {
    throw new Error('broken');
  });
  await assert.rejects(inTurns(failing, { steadyMs: () => 0 }), /broken/);
});
