import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLineDisplay } from './display.ts';
import { Screen } from './screen.ts';
import type { RunView, StepView } from './run-view.ts';

function viewOf(...steps: (Pick<StepView, 'id' | 'state'> & Partial<StepView>)[]): RunView {
  const full = steps.map((step) => ({ name: step.id, place: step.id, message: '', attempt: 0, lastLine: '', ...step }));
  return { id: 'r', name: 'iris', state: 'RUNNING', message: '', createdAtMs: 0, steps: full };
}

test('plain lines say every change once, and nothing about mere waiting', () => {
  let text = '';
  const display = createLineDisplay((chunk) => (text += chunk));
  const wait: Parameters<typeof viewOf>[0] = { id: 'evaluate', state: 'WAITING', message: 'waiting for train' };
  display.update(viewOf({ id: 'train', state: 'PENDING', message: 'preparing the environment' }, wait));
  display.update(viewOf({ id: 'train', state: 'PENDING', message: 'preparing the environment' }, wait));
  const running = viewOf({ id: 'train', state: 'RUNNING', startedAtMs: 1_000 }, wait);
  display.update(running);
  display.addLine(running.steps[0]!, 'epoch 1');
  display.update(viewOf({ id: 'train', state: 'WAITING', attempt: 1, message: 'retry 1 of 2 in 5 s' }, wait));
  display.update(viewOf({ id: 'train', state: 'RUNNING', attempt: 1, startedAtMs: 7_000 }, wait));
  const skipped: typeof wait = { id: 'evaluate', state: 'SKIPPED', message: 'condition false: 0.87 > 0.9' };
  display.update(viewOf({ id: 'train', state: 'SUCCEEDED', startedAtMs: 7_000, finishedAtMs: 9_500 }, skipped));
  display.close();
  assert.equal(
    text,
    `train     pending: preparing the environment
train     running
train     | epoch 1
train     waiting: retry 1 of 2 in 5 s
train     running
train     succeeded in 2.5 s
evaluate  skipped: condition false: 0.87 > 0.9
`,
  );
});

/** Just enough of a terminal to see what a person would see. */
function play(output: string): string[] {
  const lines: string[] = [''];
  let row = 0;
  for (const [, up, control, printed] of output.matchAll(/\u001b\[(\d+)A|(\u001b\[\??[0-9]*[A-Za-z]|\r|\n)|([^\u001b\r\n]+)/g)) {
    if (up !== undefined) row -= Number(up);
    else if (control === '\n') lines[++row] ??= '';
    else if (control === '\u001b[J') lines.length = row + 1;
    else if (control === '\u001b[K') lines[row] = (lines[row] ?? '').slice(0, lines[row]!.length);
    else if (printed !== undefined) lines[row] = printed;
    if (control === '\u001b[J') lines[row] = '';
  }
  return lines;
}

test('a picture is replaced in place, also when it shrinks', () => {
  let output = '';
  const screen = new Screen((chunk) => (output += chunk));
  screen.draw(['one', 'two', 'three']);
  screen.draw(['one', 'TWO', 'three', 'four']);
  assert.deepEqual(play(output), ['one', 'TWO', 'three', 'four', '']);
  screen.draw(['done']);
  assert.deepEqual(play(output), ['done', '']);
});

test('an unchanged picture writes nothing', () => {
  let writes = 0;
  const screen = new Screen(() => writes++);
  screen.draw(['same']);
  screen.draw(['same']);
  assert.equal(writes, 1);
});

test('the cursor comes back, once', () => {
  let output = '';
  const screen = new Screen((chunk) => (output += chunk));
  screen.draw(['one']);
  screen.close();
  screen.close();
  assert.equal(output.split('\u001b[?25l').length, 2);
  assert.equal(output.split('\u001b[?25h').length, 2);
});
