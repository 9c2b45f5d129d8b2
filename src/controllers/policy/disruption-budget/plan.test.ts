import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { planBudget } from './plan.ts';

const NOW_MS = Date.parse('2030-01-01T00:10:00Z');
const EVICTED_AT = '2030-01-01T00:09:00Z';

function pod(name: string, isReady = true): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'n' }, status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] } };
}

function budget(spec: JsonObject, status: JsonObject = {}): KubeObject {
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', namespace: 'n', generation: 2 }, spec, status };
}

function countsOf(spec: JsonObject, pods: readonly KubeObject[], wantedCount: number, status: JsonObject = {}): readonly unknown[] {
  const { status: planned } = planBudget(budget(spec, status), pods, { kind: 'known', count: wantedCount, unmanaged: [] }, NOW_MS);
  return ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'].map((name) => planned?.[name]);
}

test('numbers and percentages of Pods that stay or may be away', () => {
  const three = [pod('a'), pod('b'), pod('c')];
  assert.deepEqual(countsOf({ minAvailable: 2 }, three, 0), [1, 3, 2, 3]);
  assert.deepEqual(countsOf({ minAvailable: '50%' }, three, 3), [1, 3, 2, 3], 'percentages are rounded up');
  assert.deepEqual(countsOf({ maxUnavailable: 1 }, three, 4), [0, 3, 3, 4], 'one of four is away already');
  assert.deepEqual(countsOf({ maxUnavailable: '30%' }, three, 3), [1, 3, 2, 3]);
  assert.deepEqual(countsOf({ maxUnavailable: 5 }, three, 3), [3, 3, 0, 3]);
  assert.deepEqual(countsOf({ minAvailable: 0 }, [], 0), [0, 0, 0, 0], 'no Pods, nothing allowed');
  assert.deepEqual(countsOf({}, three, 0), [0, 3, 0, 0]);
  assert.deepEqual(countsOf({ minAvailable: 1 }, [pod('a'), pod('b', false)], 0), [0, 1, 1, 2], 'only those that are ready are healthy');
});

test('an eviction that was granted holds its place until the Pod goes, or two minutes are over', () => {
  const pods = [pod('a'), pod('b')];
  const evicting = { disruptedPods: { a: EVICTED_AT, gone: EVICTED_AT } };
  assert.deepEqual(countsOf({ minAvailable: 1 }, pods, 0, evicting), [0, 1, 1, 2]);
  const plan = planBudget(budget({ minAvailable: 1 }, evicting), pods, { kind: 'known', count: 0, unmanaged: [] }, NOW_MS);
  assert.deepEqual([plan.status?.['disruptedPods'], plan.wakeAtMs, plan.notDeleted], [{ a: EVICTED_AT }, NOW_MS + 60_001, []]);
  const late = planBudget(budget({ minAvailable: 1 }, evicting), pods, { kind: 'known', count: 0, unmanaged: [] }, NOW_MS + 60_001);
  assert.deepEqual([late.status?.['disruptionsAllowed'], late.status?.['disruptedPods'], late.notDeleted.map(({ metadata }) => metadata.name)], [1, undefined, ['a']]);
});

test('the condition says why, keeps its time, and nothing is written twice', () => {
  const first = planBudget(budget({ minAvailable: 1 }), [pod('a'), pod('b')], { kind: 'known', count: 0, unmanaged: [] }, NOW_MS).status!;
  const condition = { type: 'DisruptionAllowed', status: 'True', lastTransitionTime: '2030-01-01T00:10:00Z', reason: 'SufficientPods', message: '', observedGeneration: 2 };
  assert.deepEqual([first['conditions'], first['observedGeneration']], [[condition], 2]);
  assert.equal(planBudget(budget({ minAvailable: 1 }, first), [pod('a'), pod('b')], { kind: 'known', count: 0, unmanaged: [] }, NOW_MS + 5_000).status, undefined);
  const unknown = planBudget(budget({ maxUnavailable: 1 }, first), [pod('a')], { kind: 'unknown', reason: 'found no controllers for pod "a"' }, NOW_MS + 5_000).status!;
  assert.deepEqual([unknown['disruptionsAllowed'], (unknown['conditions'] as JsonObject[])[0]], [0, { ...condition, status: 'False', lastTransitionTime: '2030-01-01T00:10:05Z', reason: 'SyncFailed', message: 'found no controllers for pod "a"' }]);
});
