import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '../../api/messages.ts';
import { treeOf } from './task-tree.ts';

const task = (id: string, parent: string, path: string, type: NonNullable<Task['type']>, rest: Partial<Task> = {}): Task => ({ task_id: id, parent_task_id: parent, scope_path: path, type, ...rest });

test('the step that failed first is the one to look at', () => {
  const ended = (id: string, state: 'SUCCEEDED' | 'FAILED', type: NonNullable<Task['type']>, second: number) =>
    task(id, 'r', `root.${id}`, type, { end_time: `2026-11-30T12:00:0${second}Z`, status_metadata: { custom_properties: { state } } });
  assert.equal(treeOf([ended('a', 'FAILED', 'RUNTIME', 5), ended('b', 'FAILED', 'RUNTIME', 3), ended('l', 'FAILED', 'LOOP', 1), ended('c', 'SUCCEEDED', 'RUNTIME', 2)]).firstFailed()?.task_id, 'b');
  assert.equal(treeOf([ended('c', 'SUCCEEDED', 'RUNTIME', 2)]).firstFailed(), undefined);
});

test('a step that waits for somebody is the one to tell of, while it does', () => {
  const waiting = (id: string, state: 'PENDING' | 'CANCELED', reason: string) => task(id, 'r', `root.${id}`, 'RUNTIME', { status_metadata: { custom_properties: { state, reason } } });
  const [other, held] = [waiting('a', 'PENDING', 'WaitingForPod'), waiting('b', 'PENDING', 'ObjectMissing')];
  assert.equal(treeOf([other, held]).firstHeld()?.task_id, 'b');
  assert.equal(treeOf([other, waiting('b', 'CANCELED', 'ObjectMissing')]).firstHeld(), undefined);
});

test('steps are counted at any depth, iterations come in their order', () => {
  const iteration = (index: string) => task(`i${index}`, 'l', `root.l[${index}]`, 'DAG', { type_attributes: { iteration_index: index } });
  const step = (id: string, parent: string, state: 'SUCCEEDED' | 'RUNNING') =>
    task(id, parent, `${parent}.${id}`, 'RUNTIME', { status_metadata: { custom_properties: { state } } });
  const root = task('r', '', 'root', 'ROOT');
  const tree = treeOf([iteration('10'), iteration('2'), task('l', 'r', 'root.l', 'LOOP'), root, step('a', 'i2', 'SUCCEEDED'), step('b', 'i10', 'RUNNING'), step('c', 'r', 'SUCCEEDED')]);
  assert.deepEqual(tree.countOf(root), { total: 3, ended: 2 });
  assert.deepEqual(tree.childrenOf(tree.byPath.get('root.l')).map(({ task_id: id }) => id), ['i2', 'i10']);
});

test('steps that have not started come after those that have, in the order of their numbers', () => {
  const steps = ['step-10', 'step-9', 'step-2'].map((name) => task(name, 'r', `root.${name}`, 'RUNTIME'));
  const started = task('late', 'r', 'root.late', 'RUNTIME', { status_metadata: { custom_properties: { state: 'RUNNING', started_at: '2026-11-30T12:00:00Z' } } });
  const tree = treeOf([...steps, started, task('r', '', 'root', 'ROOT')]);
  assert.deepEqual(tree.childrenOf(tree.byPath.get('root')).map(({ task_id: id }) => id), ['late', 'step-2', 'step-9', 'step-10']);
});
