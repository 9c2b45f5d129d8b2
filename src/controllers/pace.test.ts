import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

test('after a long look the next one waits four times as long, and another key does not', () => {
  let nowMs = 1000;
  const pace = new Pace({ steadyMs: () => nowMs }, 2);
  assert.equal(pace.pauseMs('large'), 0);
  pace.took('large', 5);
  pace.took('small', 1.9);
  assert.deepEqual([pace.pauseMs('large'), pace.pauseMs('small')], [20, 0]);
  nowMs += 15;
  assert.equal(pace.pauseMs('large'), 5);
  nowMs += 15;
  assert.equal(pace.pauseMs('large'), 0);
  pace.took('large', 5);
  pace.took('large', 0);
  assert.equal(pace.pauseMs('large'), 0);
});
