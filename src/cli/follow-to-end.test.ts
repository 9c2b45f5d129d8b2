import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEnd } from './follow-to-end.ts';
import type { RunView, StepView } from './progress/run-view.ts';

const NOTHING = { outputs: {}, metrics: {} };

function failed(name: string, rest: Partial<StepView> = {}): StepView {
  return { id: name, name, place: name, state: 'FAILED', message: '', attempt: 0, lastLine: '', ...rest };
}

function runOf(message: string, ...steps: StepView[]): RunView {
  return { id: 'r1', name: 'iris', state: 'FAILED', message, createdAtMs: 0, finishedAtMs: 4_300, steps };
}

test('each thing is said once: the reason beside its step, the last line when it is another', () => {
  const reason = 'ValueError: bad:  second line';
  assert.equal(
    describeEnd(runOf(`train failed: ${reason}`, failed('train', { message: reason, lastLine: ' second line' })), NOTHING),
    `iris failed in 4.3 s\n  train failed: ${reason}\n    all of its log: slipway logs r1 train\n`,
  );
  assert.equal(
    describeEnd(runOf('the run took longer than it may', failed('train', { lastLine: 'epoch 3' })), NOTHING),
    'iris failed in 4.3 s: the run took longer than it may\n  train failed\n    its last line: epoch 3\n    all of its log: slipway logs r1 train\n',
  );
});

test('of a wide loop that failed, the first few are told', () => {
  const text = describeEnd(runOf('', ...Array.from({ length: 1000 }, (_, index) => failed(`sweep[${index}]`))), NOTHING);
  assert.match(text, /\n {2}sweep\[9\] failed\n/);
  assert.match(text, /\n {2}… and 990 more failed\n$/);
});
