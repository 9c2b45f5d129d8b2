import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planContainerStop, type ContainerStop } from './stop-plan.ts';

const STOP: ContainerStop = { restart: 0, sinceMs: 0, graceMs: 10_000, hook: 'over' };

function words(stop: Partial<ContainerStop>, nowMs: number, isTurn = true): string {
  return planContainerStop({ ...STOP, ...stop }, isTurn, nowMs).map((action) => (action.kind === 'look-again' ? `at ${action.atMs}` : action.kind)).join(', ');
}

test('SIGTERM at once, SIGKILL when the grace is over', () => {
  assert.equal(words({}, 0), 'term, at 10000');
  assert.equal(words({ termAtMs: 0 }, 9_999), 'at 10000');
  assert.equal(words({ termAtMs: 0 }, 10_000), 'kill');
  assert.equal(words({ graceMs: 0, hook: 'due' }, 0), 'kill');
});

test('the hook comes first and uses up the grace; two seconds are left all the same', () => {
  assert.equal(words({ hook: 'due' }, 0), 'run-hook, at 10000');
  assert.equal(words({ hook: 'running' }, 5_000), 'at 10000');
  assert.equal(words({ hook: 'over' }, 5_000), 'term, at 10000');
  assert.equal(words({ hook: 'running' }, 10_000), 'term, at 12000');
  assert.equal(words({ hook: 'over', termAtMs: 10_000 }, 11_999), 'at 12000');
  assert.equal(words({ hook: 'over', termAtMs: 10_000 }, 12_000), 'kill');
  assert.equal(words({ hook: 'running', graceMs: 1_000 }, 1_000), 'term, at 2000');
});

test('one waits for its turn, but not longer than the grace', () => {
  assert.equal(words({}, 3_000, false), 'at 10000');
  assert.equal(words({}, 10_000, false), 'term, at 12000');
});
