import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findStep, wordForStep } from './find-step.ts';
import type { RunView, StepView } from './progress/run-view.ts';

/** Steps by their place, with the name that is displayed. */
function runOf(names: Readonly<Record<string, string>>): RunView {
  const steps = Object.entries(names).map(([place, name], index): StepView => ({ id: `id-${index}`, name, place, state: 'FAILED', message: '', attempt: 0, lastLine: '' }));
  return { id: 'r', name: 'r', state: 'FAILED', message: '', createdAtMs: 0, steps };
}

const RUN = runOf({
  load: 'Load the data',
  'for-loop-1[0].train': 'for-loop-1 [0] › Train',
  'for-loop-1[1].train': 'for-loop-1 [1] › Train',
  'for-loop-1[1].score': 'for-loop-1 [1] › Score',
  'condition-1.publish': 'Publish',
  'condition-2.publish-2': 'Publish',
});

test('a step is found by its name, its place, its id, and by the end of name or place', () => {
  const placeOf = (word: string) => findStep(RUN, word).place;
  for (const word of ['Load the data', 'load', 'root.load', 'id-0']) assert.equal(placeOf(word), 'load', word);
  for (const word of ['for-loop-1 [1] › Train', 'for-loop-1[1].train', 'root.for-loop-1[1].train']) assert.equal(placeOf(word), 'for-loop-1[1].train', word);
  for (const word of ['Score', 'score']) assert.equal(placeOf(word), 'for-loop-1[1].score', word);
  assert.equal(placeOf('publish'), 'condition-1.publish');
});

test('what could be several, or is none, is told with the words that would do', () => {
  assert.throws(() => findStep(RUN, 'Train'), /the run has 2 steps "Train"; name one by its place: 'for-loop-1\[0\]\.train', 'for-loop-1\[1\]\.train'$/);
  assert.throws(() => findStep(RUN, 'Publish'), /has 2 steps "Publish"; name one by its place: condition-1\.publish, condition-2\.publish-2$/);
  assert.throws(() => findStep(RUN, 'trian'), /the run has no step "trian"; its steps: Load the data, for-loop-1 \[0\] › Train, /);
  assert.throws(() => findStep(runOf({}), 'load'), /its steps: none yet$/);
  const wide = runOf(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`s${index}`, `s${index}`])));
  assert.throws(() => findStep(wide, 'load'), /, s19, and 980 more$/);
});

test('the word for a step finds it again, and goes through a shell', () => {
  for (const step of RUN.steps) {
    const word = wordForStep(RUN, step);
    assert.equal(findStep(RUN, word.replaceAll(/^'|'$/g, '')), step, word);
  }
  assert.equal(wordForStep(RUN, RUN.steps[0]!), "'Load the data'");
  assert.equal(wordForStep(RUN, RUN.steps[4]!), 'condition-1.publish');
  const named = runOf({ a: "it's" });
  assert.equal(wordForStep(named, named.steps[0]!), String.raw`'it'\''s'`);
});
