import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '../../api/messages.ts';
import { nodeFace } from './layer.ts';
import { treeOf } from './task-tree.ts';

type State = NonNullable<NonNullable<NonNullable<Task['status_metadata']>['custom_properties']>['state']>;

function noteOfLoop(states: readonly State[]): string | undefined {
  const inState = (state: State) => ({ status_metadata: { custom_properties: { state } } });
  const loop: Task = { task_id: 'l', parent_task_id: 'r', scope_path: 'root.l', type: 'LOOP', type_attributes: { iteration_count: String(states.length) } };
  const iterations = states.map((state, index): Task => ({ task_id: `i${index}`, parent_task_id: 'l', scope_path: `root.l[${index}]`, type: 'RUNTIME', ...inState(state) }));
  return nodeFace('root.l', 'loop', loop, treeOf([loop, ...iterations])).note;
}

test('the card of a loop says how often it goes round, and how many failed', () => {
  assert.equal(noteOfLoop(['SUCCEEDED']), '1 iteration');
  assert.equal(noteOfLoop(['SUCCEEDED', 'RUNNING']), '2 iterations');
  assert.equal(noteOfLoop(Array.from({ length: 1_200 }, () => 'SUCCEEDED' as const)), '1,200 times');
  assert.equal(noteOfLoop(['FAILED', 'SUCCEEDED', 'FAILED']), '2 of 3 failed');
});
