import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStampReading } from './stamp-reading.ts';

const DAY_MS = 86_400_000;

test('a stamp moves with the clock that is set after it was seen, and stays where it is otherwise', () => {
  let [steadyMs, offsetMs] = [1_000, 5_000_000];
  const clock = { now: () => steadyMs + offsetMs, steadyMs: () => steadyMs };
  const read = createStampReading(clock);
  const before = clock.now() - 400;
  assert.equal(read('a', before), before);
  steadyMs += 600;
  assert.equal(clock.now() - read('a', before), 1_000);
  for (const jumpMs of [DAY_MS, -2 * DAY_MS]) {
    offsetMs += jumpMs;
    assert.equal(clock.now() - read('a', before), 1_000, 'nothing has happened meanwhile');
    assert.equal(read('b', clock.now()), clock.now(), 'what is new is on the clock of now');
  }
  assert.equal(read('c', clock.now() + DAY_MS), clock.now(), 'what is seen first is not in the future');
});
