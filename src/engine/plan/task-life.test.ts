import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionFailure } from '../../base/mod.ts';
import type { RetryPolicy } from '../../ir/mod.ts';
import { TASK_STATES, type Task } from '../../records/mod.ts';
import { nextTry } from './retry-policy.ts';
import { appendState, changeTask, isSettled, withStart } from './task-life.ts';

const row: Task = {
  taskId: 't', namespace: '', creator: 'u', createdAtMs: 1, runId: 'r', name: 'a', displayName: 'a', path: 'root.a', componentName: 'comp-a',
  type: 'RUNTIME', state: 'PENDING', reason: '', message: '', stateHistory: [], attempt: 0, podName: 'pod', podUid: 'uid',
  inputs: { parameters: {}, artifacts: {} }, outputs: { parameters: {}, artifacts: {} },
};

test('a change that changes nothing gives the row itself', () => {
  assert.equal(changeTask(row, { state: 'PENDING', reason: '', message: '' }, 5), row);
  assert.equal(changeTask(row, { state: 'PENDING', reason: '', message: 'm' }, 5).stateHistory.length, 0);
});

test('a new attempt forgets the Pod of the one before', () => {
  const next = changeTask(row, { state: 'WAITING', reason: 'WaitingForRetry', message: 'retry 1', attempt: 1, retryAtMs: 9 }, 5);
  assert.equal(next.podName, undefined);
  assert.equal(next.podUid, undefined);
  assert.equal(next.retryAtMs, 9);
  assert.deepEqual(next.stateHistory, [{ atMs: 5, state: 'WAITING', message: 'retry 1' }]);
  assert.equal(changeTask(next, { state: 'PENDING', reason: '', message: '' }, 6).retryAtMs, undefined);
});

test('the Pods of earlier tries stay known, the newest of many, and those that never ran are not counted', () => {
  let task: Task = row;
  for (let attempt = 1; attempt <= 30; attempt++) {
    task = changeTask(task, { state: 'WAITING', reason: 'WaitingForRetry', message: '', attempt }, 5);
    task = { ...task, state: 'PENDING', podName: `pod-${attempt}`, ...(attempt === 29 ? {} : { podUid: `uid-${attempt}` }) };
  }
  assert.equal(task.earlierPods?.length, 20);
  assert.deepEqual(task.earlierPods.at(-1), { number: 29, name: 'pod-28', uid: 'uid-28' });
});

test('the result of a step corrects when it began, and a history never goes back', () => {
  const running = changeTask({ ...row, stateHistory: [{ atMs: 5, state: 'PENDING' }] }, { state: 'RUNNING', reason: '', message: '' }, 130);
  const began = (startedAtMs: number) => withStart(running, startedAtMs).stateHistory.map(({ atMs }) => atMs);
  assert.deepEqual([began(9), began(3), began(200)], [[5, 9], [5, 5], [5, 130]]);
  assert.equal(withStart(row, 9), row);
});

test('a task that has ended stays as it is', () => {
  for (const state of TASK_STATES.filter(isSettled)) {
    assert.throws(() => changeTask({ ...row, state }, { state: 'RUNNING', reason: '', message: '' }, 5), AssertionFailure);
  }
});

test('a long history keeps its first entry and the newest ones', () => {
  let history = appendState<string>([], { atMs: 0, state: 's', message: '' });
  for (let atMs = 1; atMs < 300; atMs++) history = appendState(history, { atMs, state: 's', message: '' });
  assert.equal(history.length, 100);
  assert.equal(history[0]?.atMs, 0);
  assert.equal(history.at(-1)?.atMs, 299);
});

test('retry waits', () => {
  const waitOf = (policy: RetryPolicy | undefined, retry: number, triedMs = 0) => {
    const next = nextTry(policy, retry, triedMs);
    return next.kind === 'after' ? next.delayMs : undefined;
  };
  assert.equal(waitOf(undefined, 1), undefined);
  assert.equal(waitOf({ maxRetryCount: 1 }, 1), 0);
  assert.equal(waitOf({ maxRetryCount: 1 }, 2), undefined);
  assert.equal(waitOf({ maxRetryCount: 9, backoffDuration: '1.5s' }, 3), 6_000);
  assert.equal(waitOf({ maxRetryCount: 99, backoffDuration: '60s' }, 50), 3_600_000);
  assert.equal(waitOf({ maxRetryCount: 99, backoffDuration: '999999999s', backoffMaxDuration: '999999999s' }, 1), 86_400_000);
  assert.equal(waitOf({ maxRetryCount: 999, backoffDuration: '0s', backoffFactor: 10 }, 900), 0);
});

test('the time that a policy gives is for all tries together; the hour that the compiler writes is no limit', () => {
  const policy = { maxRetryCount: 9, backoffDuration: '10s', backoffFactor: 1, backoffMaxDuration: '60s' };
  assert.deepEqual(nextTry(policy, 1, 50_000), { kind: 'after', delayMs: 10_000 });
  assert.deepEqual(nextTry(policy, 1, 50_001), { kind: 'none', why: 'not tried again, for all its tries may take 60 s (backoffMaxDuration)' });
  assert.equal(nextTry({ ...policy, backoffMaxDuration: '3600s' }, 1, 7_200_000).kind, 'after');
  assert.equal(nextTry({ ...policy, backoffMaxDuration: '0s' }, 1, 7_200_000).kind, 'after');
});
