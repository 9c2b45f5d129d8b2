import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderFrame, type FrameOptions } from './frame.ts';
import type { RunView, StepView } from './run-view.ts';

const step = (name: string, state: StepView['state'], rest: Partial<StepView> = {}): StepView => ({
  id: name,
  name,
  place: name,
  state,
  message: '',
  attempt: 0,
  lastLine: '',
  ...rest,
});

const run = (steps: readonly StepView[], rest: Partial<RunView> = {}): RunView => ({
  id: 'r1',
  name: 'iris 2026-11-23 15-39-16',
  state: 'RUNNING',
  message: '',
  createdAtMs: 0,
  steps,
  ...rest,
});

const picture = (view: RunView, options: Partial<FrameOptions> = {}) =>
  renderFrame(view, { columns: 78, rows: 23, nowMs: 4_200, hasColor: false, ...options }).join('\n');

test('every state has its symbol, time and text', () => {
  const view = run([
    step('load', 'CACHED', { startedAtMs: 0, finishedAtMs: 100 }),
    step('clean', 'SUCCEEDED', { startedAtMs: 100, finishedAtMs: 1_300, lastLine: 'kept 149 of 150 rows' }),
    step('train', 'RUNNING', { startedAtMs: 1_300, lastLine: 'epoch 3 of 10' }),
    step('tune', 'WAITING', { attempt: 1, message: 'retry 1 of 5 in 8 s' }),
    step('serve', 'PENDING', { message: 'preparing the environment: pandas, scikit-learn' }),
    step('evaluate', 'WAITING', { message: 'waiting for train' }),
    step('good-enough', 'SKIPPED', { message: 'condition false: 0.87 > 0.9' }),
    step('upload', 'FAILED', { startedAtMs: 1_300, finishedAtMs: 3_100, message: 'exit code 1: no such bucket' }),
    step('notify', 'CANCELED', { startedAtMs: 1_300, finishedAtMs: 1_400 }),
  ]);
  assert.equal(
    picture(view),
    `iris 2026-11-23 15-39-16  running  5 of 9 steps  4.2 s
  ✓ load            cached
  ✓ clean            1.2 s  kept 149 of 150 rows
  ⠹ train            2.9 s  epoch 3 of 10
  · tune                    retry 1 of 5 in 8 s
  ◌ serve                   preparing the environment: pandas, scikit-learn
  · evaluate                waiting for train
  – good-enough             condition false: 0.87 > 0.9
  ✗ upload           1.8 s  exit code 1: no such bucket
  ■ notify           0.1 s`,
  );
});

test('a finished run stands still', () => {
  const view = run([step('load', 'SUCCEEDED', { startedAtMs: 0, finishedAtMs: 900 })], { state: 'SUCCEEDED', finishedAtMs: 1_000 });
  const expected = 'iris 2026-11-23 15-39-16  succeeded  1 of 1 steps  1.0 s\n  ✓ load      0.9 s';
  assert.equal(picture(view), expected);
  assert.equal(picture(view, { nowMs: 999_999 }), expected);
});

test('no line is longer than the window', () => {
  const view = run([step('a-step-with-a-name-that-is-longer-than-forty-characters', 'RUNNING', { startedAtMs: 0, lastLine: 'x'.repeat(300) })]);
  for (const columns of [30, 40, 60, 78]) {
    for (const line of renderFrame(view, { columns, rows: 23, nowMs: 4_200, hasColor: false })) {
      assert.ok(Array.from(line).length <= columns, `${columns}: ${line}`);
    }
  }
  assert.match(picture(view), /a-step-with-a-name-that-is-longer-than-…/);
});

test('when not all steps fit, those that matter are shown', () => {
  const steps = [
    ...Array.from({ length: 20 }, (_, index) => step(`done-${index}`, 'SUCCEEDED')),
    step('broken', 'FAILED'),
    step('busy', 'RUNNING', { startedAtMs: 0 }),
    ...Array.from({ length: 20 }, (_, index) => step(`later-${index}`, 'WAITING')),
  ];
  assert.equal(
    picture(run(steps), { rows: 7 }),
    `iris 2026-11-23 15-39-16  running  21 of 42 steps  4.2 s
  ✗ broken
  ⠹ busy         4.2 s
  · later-0
  · later-1
  … and 38 more`,
  );
});

test('colours wrap words, never blanks at the end', () => {
  const view = run([step('upload', 'FAILED', { message: 'no such bucket' })], { state: 'FAILED', finishedAtMs: 1_000 });
  assert.equal(
    picture(view, { hasColor: true }),
    '\u001b[1miris 2026-11-23 15-39-16\u001b[0m\u001b[31m  failed  1 of 1 steps  1.0 s\u001b[0m\n' +
      '  \u001b[31m✗\u001b[0m upload             \u001b[31mno such bucket\u001b[0m',
  );
});
