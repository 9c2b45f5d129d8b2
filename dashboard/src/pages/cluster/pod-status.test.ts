import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podStatusOf, restartsOf, type Pod } from './pod-status.ts';

const pod = (status: Pod['status'], metadata: object = {}): Pod => ({ metadata: { name: 'p', uid: 'u', ...metadata }, status: status! });

test('a Pod is described by what matters most', () => {
  assert.deepEqual(podStatusOf(pod({ phase: 'Running' })), { word: 'Running', state: 'RUNNING', message: '' });
  assert.deepEqual(podStatusOf(pod({ phase: 'Failed', containerStatuses: [{ name: 'a', state: { terminated: { exitCode: 7, reason: 'Error', message: 'oh' } } }] })), { word: 'Error', state: 'FAILED', message: 'oh' });
  assert.equal(podStatusOf(pod({ phase: 'Failed', reason: 'NodeLost' })).word, 'NodeLost');
  const waiting = podStatusOf(pod({ phase: 'Pending', containerStatuses: [{ name: 'a', state: { waiting: { reason: 'ImagePullBackOff', message: 'no recipe' } } }] }));
  assert.deepEqual(waiting, { word: 'ImagePullBackOff', state: 'CANCELING', message: 'no recipe' });
  assert.equal(podStatusOf(pod({ phase: 'Pending', containerStatuses: [{ name: 'a', state: { waiting: { reason: 'ContainerCreating' } } }] })).word, 'Pending');
  assert.equal(podStatusOf(pod({ phase: 'Running' }, { deletionTimestamp: 'x' })).word, 'Terminating');
  assert.equal(restartsOf(pod({ containerStatuses: [{ name: 'a', restartCount: 2 }, { name: 'b' }] })), 2);
});
