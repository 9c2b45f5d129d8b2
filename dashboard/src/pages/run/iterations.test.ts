import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '../../api/messages.ts';
import { ITERATION_COUNT_MAX, shownIterations } from './iterations.ts';
import { treeOf } from './task-tree.ts';

const FAILED_INDEXES: readonly number[] = [7, 2_100, 2_499];
const iteration = (index: number) =>
  ({
    task_id: `i${index}`,
    parent_task_id: 'loop',
    scope_path: `root.loop[${index}]`,
    type_attributes: { iteration_index: String(index) },
    state: FAILED_INDEXES.includes(index) ? 'FAILED' : 'SUCCEEDED',
  }) as unknown as Task;
const tree = treeOf([{ task_id: 'loop', scope_path: 'root.loop', type: 'LOOP' } as Task, ...Array.from({ length: 2_500 }, (_, index) => iteration(index))]);
const look = (search: Parameters<typeof shownIterations>[2]) => {
  const { shown, ...counts } = shownIterations(tree, 'root.loop', search);
  return { ...counts, first: shown[0]?.scope_path, last: shown.at(-1)?.scope_path };
};

test('a loop of thousands is shown in pages, each of which has an address', () => {
  const counts = { count: 2_500, failedCount: 3, matchingCount: 2_500 };
  assert.deepEqual(look({}), { ...counts, from: 0, first: 'root.loop[0]', last: 'root.loop[1999]' });
  assert.deepEqual(look({ from: '2000' }), { ...counts, from: ITERATION_COUNT_MAX, first: 'root.loop[2000]', last: 'root.loop[2499]' });
  for (const from of ['-5', 'x', '', '1999']) assert.equal(look({ from }).from, 0, from);
  assert.equal(look({ from: '999999' }).from, 2_000);
});

test('the chosen step is on the page that is shown', () => {
  assert.equal(look({ step: 'root.loop[2100]' }).from, 2_000);
  assert.equal(look({ step: 'root.loop[210].train' }).from, 0);
  assert.equal(look({ step: 'root.loop[2100].train' }).from, 2_000);
  assert.equal(look({ step: 'root.other' }).from, 0);
});

test('those that failed are shown alone', () => {
  assert.deepEqual(look({ only: 'FAILED' }), { count: 2_500, failedCount: 3, matchingCount: 3, from: 0, first: 'root.loop[7]', last: 'root.loop[2499]' });
});
