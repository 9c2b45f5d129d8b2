import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRfc3339, type KubeObject } from '../../../base/mod.ts';
import { planRetention } from './plan.ts';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const LIMITS = { countMax: 2, ageMsMax: 3_600_000 };

function finished(name: string, minutesAgo: number, more: object = {}): KubeObject {
  const finishedAt = toRfc3339(NOW - minutesAgo * 60_000);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...more },
    status: { phase: 'Succeeded', containerStatuses: [{ state: { terminated: { finishedAt } } }] },
  };
}

function names(pods: readonly KubeObject[]): string[] {
  return planRetention(pods, LIMITS, NOW).map((pod) => pod.metadata.name);
}

test('the newest stay, the rest goes oldest first', () => {
  assert.deepEqual(names([finished('a', 3), finished('b', 1), finished('c', 2), finished('d', 4)]), ['d', 'a']);
});

test('what is older than the limit goes even when there are few', () => {
  assert.deepEqual(names([finished('old', 61), finished('new', 59)]), ['old']);
});

test('running Pods, Pods on their way out and Pods of a controller are left alone', () => {
  const running: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'r' }, status: { phase: 'Running' } };
  const owned = finished('owned', 90, { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true }] });
  const leaving = finished('leaving', 90, { deletionTimestamp: toRfc3339(NOW) });
  assert.deepEqual(names([running, owned, leaving]), []);
});

test('those that a ReplicaSet has replaced go as well', () => {
  const replaced = (name: string, minutesAgo: number) => finished(name, minutesAgo, { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }] });
  assert.deepEqual(names([replaced('old', 90), replaced('new', 1), finished('own', 2), replaced('third', 3)]), ['old', 'third']);
});
