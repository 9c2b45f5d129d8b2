// DaemonSets on several nodes; the plan alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { nodeNameOf } from './daemon-pod.ts';
import { planDaemonSet } from './plan.ts';

const NOW_MS = Date.parse('2026-01-01T00:10:00Z');

const node = (name: string, spec: JsonObject = {}, labels: Record<string, string> = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec });

const setWith = (template: JsonObject = {}, rollingUpdate: JsonObject = { maxUnavailable: 1, maxSurge: 0 }): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'd', namespace: 'n', uid: 'u', generation: 2 },
  spec: { template: { spec: { containers: [], ...template } }, updateStrategy: { type: 'RollingUpdate', rollingUpdate } },
});

const newest: KubeObject = { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name: 'd-new', labels: { 'controller.kubernetes.io/hash': 'new' } } };

function pod(name: string, on: string, hash: string, phase = 'Running'): KubeObject {
  const conditions = [{ type: 'Ready', status: phase === 'Running' ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }];
  const metadata = { name, labels: { 'controller-revision-hash': hash }, creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: on }, status: { phase, conditions } };
}

function plan(set: KubeObject, nodes: readonly KubeObject[], pods: readonly KubeObject[] = []) {
  const { creations, deletions, status } = planDaemonSet({ set, pods, nodes, newest }, NOW_MS);
  return { made: creations.map(nodeNameOf), gone: deletions.map(({ metadata }) => metadata.name), status };
}

test('one Pod for each node that it selects and whose taints it tolerates', () => {
  const nodes = [node('a', {}, { disk: 'ssd' }), node('b'), node('c', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }, { disk: 'ssd' }), node('d', { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }, { disk: 'ssd' })];
  assert.deepEqual(plan(setWith(), nodes).made, ['a', 'b', 'd']);
  assert.deepEqual(plan(setWith({ nodeSelector: { disk: 'ssd' } }), nodes).made, ['a', 'd']);
  assert.deepEqual(plan(setWith({ nodeSelector: { disk: 'ssd' }, tolerations: [{ operator: 'Exists' }] }), nodes).made, ['a', 'c', 'd']);
  const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'DoesNotExist' }] }] };
  assert.deepEqual(plan(setWith({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } }), nodes).made, ['b']);
});

test('one that ended is replaced, a second one goes, and so does one whose node does not want it any more', () => {
  const nodes = [node('a'), node('b'), node('c', { taints: [{ key: 'x', effect: 'NoExecute' }] })];
  const pods = [pod('ended', 'a', 'new', 'Succeeded'), pod('first', 'b', 'new'), pod('second', 'b', 'new'), pod('unwanted', 'c', 'new'), pod('lost', 'z', 'new')];
  const { made, gone, status } = plan(setWith(), nodes, pods);
  assert.deepEqual(made, []);
  assert.deepEqual(gone, ['ended', 'second', 'unwanted', 'lost']);
  assert.deepEqual(status, { currentNumberScheduled: 2, numberMisscheduled: 1, desiredNumberScheduled: 2, numberReady: 1, observedGeneration: 2, updatedNumberScheduled: 2, numberAvailable: 1, numberUnavailable: 1 });
});

test('conditions of others stay as they are', () => {
  const conditions = [{ type: 'Checked', status: 'True' }];
  assert.deepEqual(plan({ ...setWith(), status: { conditions } }, []).status?.['conditions'], conditions);
});

test('one that failed stays until its pause is over', () => {
  const facts = { set: setWith(), nodes: [node('a')], pods: [pod('failed', 'a', 'new', 'Failed')], newest };
  const pausing = planDaemonSet({ ...facts, pauseMs: () => 4_000 }, NOW_MS);
  assert.deepEqual([pausing.deletions, pausing.creations, pausing.wakeAtMs], [[], [], NOW_MS + 4_000]);
  assert.equal(planDaemonSet({ ...facts, pauseMs: () => 0 }, NOW_MS).deletions.length, 1);
});

test('an update takes as many at a time as may be missing; what does not work goes at once', () => {
  const nodes = ['a', 'b', 'c', 'd'].map((name) => node(name));
  const pods = [pod('pa', 'a', 'old'), pod('pb', 'b', 'old'), pod('pc', 'c', 'old'), pod('pd', 'd', 'old')];
  assert.deepEqual(plan(setWith(), nodes, pods).gone, ['pa']);
  assert.deepEqual(plan(setWith({}, { maxUnavailable: '50%', maxSurge: 0 }), nodes, pods).gone, ['pa', 'pb']);
  assert.deepEqual(plan(setWith(), nodes, [pod('pa', 'a', 'new', 'Pending'), ...pods.slice(1)]).gone, []);
  assert.deepEqual(plan(setWith(), nodes, [pod('pa', 'a', 'old', 'Pending'), ...pods.slice(1)]).gone, ['pa']);
});

test('with a surge the new one comes first, and the old one goes when the new one works', () => {
  const nodes = [node('a'), node('b')];
  const set = setWith({}, { maxUnavailable: 0, maxSurge: 1 });
  const old = [pod('pa', 'a', 'old'), pod('pb', 'b', 'old')];
  assert.deepEqual(plan(set, nodes, old).made, ['a']);
  const waiting = plan(set, nodes, [...old, pod('qa', 'a', 'new', 'Pending')]);
  assert.deepEqual([waiting.made, waiting.gone], [[], []]);
  assert.deepEqual(plan(set, nodes, [...old, pod('qa', 'a', 'new')]).gone, ['pa']);
});

test('with a surge an old one that does not work is replaced without waiting, and goes as soon as there is a new one', () => {
  const nodes = [node('a'), node('b'), node('c')];
  const set = setWith({}, { maxUnavailable: 0, maxSurge: 1 });
  const broken = pod('pb', 'b', 'old', 'Pending');
  assert.deepEqual(plan(set, nodes, [pod('pa', 'a', 'old'), broken, pod('pc', 'c', 'old')]).made, ['a', 'b']);
  assert.deepEqual(plan(set, nodes, [pod('pa', 'a', 'old'), broken, pod('qb', 'b', 'new', 'Pending'), pod('pc', 'c', 'new')]).gone, ['pb']);
});

test('Pods on their way out keep no place that they need not', () => {
  const leaving = (one: KubeObject): KubeObject => ({ ...one, metadata: { ...one.metadata, deletionTimestamp: '2026-01-01T00:09:00Z' } });
  const surge = setWith({}, { maxUnavailable: 0, maxSurge: 1 });
  assert.deepEqual(plan(surge, [node('a')], [leaving(pod('pa', 'a', 'new'))]).made, ['a'], 'with a surge two may be there');
  assert.deepEqual(plan(setWith(), [node('a')], [leaving(pod('pa', 'a', 'new'))]).made, []);
  assert.deepEqual(plan(setWith(), [node('a')], [leaving(pod('pa', 'a', 'new', 'Succeeded'))]).made, ['a'], 'one that has ended and is held by somebody');
  assert.deepEqual(plan(setWith(), [node('a')], [leaving(pod('pa', 'a', 'new')), pod('qa', 'a', 'new')]).gone, []);
});
