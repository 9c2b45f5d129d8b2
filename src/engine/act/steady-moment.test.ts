import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentIn } from './steady-moment.ts';

test('a clock that is set moves a moment along with it', () => {
  let [steadyMs, offsetMs] = [1_000, 5_000_000];
  const clock = { now: () => steadyMs + offsetMs, steadyMs: () => steadyMs };
  const dueAt = momentIn(500, clock);
  assert.equal(dueAt() - clock.now(), 500);
  steadyMs += 400;
  for (const jumpMs of [3_600_000, -7_200_000]) {
    offsetMs += jumpMs;
    assert.equal(dueAt() - clock.now(), 100);
  }
  steadyMs += 200;
  assert.equal(dueAt() - clock.now(), -100);
});
