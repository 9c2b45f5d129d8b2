import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailurePauses } from './failure-pauses.ts';

test('a place that fails again and again is filled ever later, each Pod counts once, and calm is a new beginning', () => {
  let nowMs = 0;
  const pauses = new FailurePauses({ steadyMs: () => nowMs });
  const limits = { freeCount: 2, maxMs: 3_000 };
  assert.equal(pauses.leftMs('a', [], limits), 0);
  assert.equal(pauses.leftMs('a', ['1'], limits), 0);
  assert.equal(pauses.leftMs('a', ['2'], limits), 0);
  assert.equal(pauses.leftMs('a', ['3'], limits), 1_000);
  nowMs += 400;
  assert.equal(pauses.leftMs('a', ['3'], limits), 600);
  assert.equal(pauses.leftMs('a', ['3', '4'], limits), 2_000);
  assert.equal(pauses.leftMs('a', ['3', '4', '5'], limits), 3_000, 'not longer than the longest');
  assert.equal(pauses.leftMs('b', ['6', '7', '8', '9'], limits), 0, 'those of before this process are one failure');
  nowMs += 3_000;
  assert.equal(pauses.leftMs('a', ['3', '4', '5'], limits), 0);
  nowMs += 3_600_000;
  assert.equal(pauses.leftMs('a', ['6'], limits), 0);
});
