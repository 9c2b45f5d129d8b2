// Which Pods of a ReplicaSet go when there are too many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../base/mod.ts';
import { planReplicaSet } from './plan.ts';

const NOW_MS = Date.parse('2030-01-01T12:00:00Z');

function pod(name: string, { cost, isReady = true }: { readonly cost?: string; readonly isReady?: boolean } = {}): KubeObject {
  const annotations = cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': cost };
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: '2030-01-01T11:00:00Z' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations, creationTimestamp: '2030-01-01T10:00:00Z' }, spec: { nodeName: 'box' }, status: { phase: 'Running', conditions } };
}

function gone(replicas: number, ...pods: readonly KubeObject[]): readonly string[] {
  const set: KubeObject = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 's' }, spec: { replicas } };
  return planReplicaSet({ set, pods }, NOW_MS).surplus.map(({ metadata }) => metadata.name);
}

test('after Pods that failed fast the next ones are made later', () => {
  const set: KubeObject = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 's' }, spec: { replicas: 2 } };
  const { missing, wakeAtMs } = planReplicaSet({ set, pods: [pod('a')], pauseMs: 4_000 }, NOW_MS);
  assert.deepEqual([missing, wakeAtMs], [0, NOW_MS + 4_000]);
  assert.equal(planReplicaSet({ set, pods: [pod('a'), pod('b')], pauseMs: 4_000 }, NOW_MS).wakeAtMs, undefined, 'nothing is missing');
});

test('what is cheap to delete goes first, but after what does not work', () => {
  assert.deepEqual(gone(1, pod('busy', { cost: '100' }), pod('plain'), pod('idle', { cost: '-5' })), ['idle', 'plain']);
  assert.deepEqual(gone(1, pod('broken', { cost: '100', isReady: false }), pod('idle', { cost: '-5' })), ['broken']);
  assert.deepEqual(gone(1, pod('odd', { cost: '1e9' }), pod('busy', { cost: '1' })), ['odd'], 'what is no whole number counts as nothing');
});

test('a clock that was set makes no Pod available early, and none late', () => {
  const set: KubeObject = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 's' }, spec: { replicas: 1, minReadySeconds: 7200 } };
  const dayMs = 86_400_000;
  for (const jumpMs of [0, dayMs, -dayMs]) {
    const { status, wakeAtMs } = planReplicaSet({ set, pods: [pod('a')], read: (_uid, stampMs) => stampMs + jumpMs }, NOW_MS + jumpMs);
    assert.deepEqual([status?.['availableReplicas'], wakeAtMs], [undefined, NOW_MS + jumpMs + 3_600_000]);
    const later = planReplicaSet({ set, pods: [pod('a')], read: (_uid, stampMs) => stampMs + jumpMs }, NOW_MS + jumpMs + 3_600_000);
    assert.deepEqual([later.status?.['availableReplicas'], later.wakeAtMs], [1, undefined]);
  }
});
