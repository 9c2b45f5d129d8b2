// The plan of a Deployment: how far each ReplicaSet may go, revisions, and what it says of itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { refusedStatus } from './deployment-status.ts';
import { planDeployment, type DeploymentPlan } from './plan.ts';
import { REVISION } from './revisions.ts';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const template = (image: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } });

function deployment(image: string, spec: JsonObject = {}, status: JsonObject = {}): KubeObject {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
  const defaults = { replicas: 4, selector: { matchLabels: { app: 'web' } }, template: template(image), strategy, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'ns', uid: 'u', generation: 1 }, spec: { ...defaults, ...spec }, status };
}

interface Counts {
  readonly replicas: number;
  readonly available?: number;
  readonly revision?: number;
  readonly desired?: number;
}

function set(image: string, { replicas, available = replicas, revision = 1, desired = 4 }: Counts): KubeObject {
  const annotations = { [REVISION]: String(revision), 'deployment.kubernetes.io/desired-replicas': String(desired), 'deployment.kubernetes.io/max-replicas': String(Math.ceil(desired * 1.25)) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `web-${image}`, namespace: 'ns', uid: image, annotations },
    spec: { replicas, template: template(image) },
    status: { replicas, readyReplicas: available, availableReplicas: available },
  };
}

const plan = (one: KubeObject, sets: readonly KubeObject[], podCounts: ReadonlyMap<string, number> = new Map(), nowMs = NOW) => planDeployment({ deployment: one, sets, podCounts }, nowMs);
const sizes = ({ changes }: DeploymentPlan) => Object.fromEntries(changes.map(({ set: { metadata }, replicas }) => [metadata.uid, replicas]));
const reasons = ({ status }: DeploymentPlan) => ((status?.['conditions'] ?? []) as JsonObject[]).map(({ reason }) => reason);

test('the first ReplicaSet: its name follows from the template, its marks from the Deployment', () => {
  const first = plan(deployment('a'), []);
  assert.equal(first.create?.spec?.['replicas'], 4);
  assert.match(first.create?.metadata.name ?? '', /^web-[a-z0-9]{10}$/);
  assert.deepEqual(first.create?.metadata.annotations, { [REVISION]: '1', 'deployment.kubernetes.io/desired-replicas': '4', 'deployment.kubernetes.io/max-replicas': '5' });
  assert.equal(first.revision, '1');
  assert.equal(plan(deployment('a'), []).create?.metadata.name, first.create?.metadata.name);
  assert.notEqual(plan(deployment('a', {}, { collisionCount: 1 }), []).create?.metadata.name, first.create?.metadata.name);
  assert.deepEqual(reasons(first), ['MinimumReplicasUnavailable', 'NewReplicaSetCreated']);
});

test('a rolling update keeps within the surge above and the missing below', () => {
  const begun = plan(deployment('b'), [set('a', { replicas: 4 })]);
  assert.deepEqual([begun.create?.spec?.['replicas'], begun.revision, sizes(begun)], [1, '2', { a: 3 }]);
  const waiting = plan(deployment('b'), [set('a', { replicas: 3 }), set('b', { replicas: 2, available: 0, revision: 2 })]);
  assert.deepEqual(sizes(waiting), {}, 'nothing more may go before something new is available');
  const going = plan(deployment('b'), [set('a', { replicas: 3 }), set('b', { replicas: 2, available: 1, revision: 2 })]);
  assert.deepEqual(sizes(going), { a: 2 });
  const broken = plan(deployment('b'), [set('a', { replicas: 3, available: 0 }), set('b', { replicas: 2, available: 2, revision: 2 })]);
  assert.deepEqual(sizes(broken), { a: 1 }, 'what does not work goes first');
  const done = plan(deployment('b'), [set('a', { replicas: 0 }), set('b', { replicas: 4, revision: 2 })]);
  assert.deepEqual([sizes(done), reasons(done)], [{}, ['MinimumReplicasAvailable', 'NewReplicaSetAvailable']]);
});

test('Recreate waits until no old Pod is left', () => {
  const recreate = deployment('b', { strategy: { type: 'Recreate' } });
  const begun = plan(recreate, [set('a', { replicas: 4 })]);
  assert.deepEqual([begun.create, sizes(begun)], [undefined, { a: 0 }]);
  assert.equal(plan(recreate, [set('a', { replicas: 0 })], new Map([['a', 1]])).create, undefined);
  assert.equal(plan(recreate, [set('a', { replicas: 0 })]).create?.spec?.['replicas'], 4);
});

test('going back makes an old ReplicaSet the newest revision and remembers what it was', () => {
  const back = plan(deployment('a'), [set('a', { replicas: 0, revision: 1 }), set('b', { replicas: 4, revision: 2 })]);
  const change = back.changes.find(({ set: { metadata } }) => metadata.uid === 'a');
  assert.deepEqual([change?.annotations[REVISION], change?.annotations['deployment.kubernetes.io/revision-history'], back.revision, change?.replicas], ['3', '1', '3', 1]);
});

test('scaling in the middle of a rollout shares by size; a pause holds all else', () => {
  const sets = [set('a', { replicas: 3 }), set('b', { replicas: 2, available: 1, revision: 2 })];
  assert.deepEqual(sizes(plan(deployment('b', { replicas: 8 }), sets)), { a: 6, b: 4 });
  const paused = plan(deployment('c', { paused: true }), [set('b', { replicas: 4, revision: 2 })]);
  assert.deepEqual([paused.create, sizes(paused), reasons(paused)], [undefined, {}, ['MinimumReplicasAvailable', 'DeploymentPaused']]);
  assert.deepEqual(sizes(plan(deployment('c', { paused: true, replicas: 2 }), [set('b', { replicas: 4, revision: 2 })])), { b: 2 });
});

test('a new template and a new size at once: the size first, so that the surge is that of the rollout', () => {
  const both = deployment('b', { replicas: 10 });
  const first = plan(both, [set('a', { replicas: 2, desired: 2 })]);
  assert.deepEqual([first.create, sizes(first)], [undefined, { a: 10 }]);
  const then = plan(both, [set('a', { replicas: 10, available: 2, desired: 10 })]);
  assert.equal(then.create?.spec?.['replicas'], 3, 'a quarter more than ten');
});

test('of sets of one size the newest gains when the Deployment grows, and the oldest loses when it shrinks', () => {
  const both = [set('a', { replicas: 2 }), set('b', { replicas: 2, available: 1, revision: 2 })];
  assert.deepEqual(sizes(plan(deployment('b', { replicas: 5 }), both)), { a: 3, b: 4 });
  assert.deepEqual(sizes(plan(deployment('b', { replicas: 2 }), both)), { a: 1, b: 2 });
  const three = [set('a', { replicas: 2 }), set('b', { replicas: 2, revision: 2 }), set('c', { replicas: 1, available: 0, revision: 3 })];
  assert.deepEqual(sizes(plan(deployment('c', { replicas: 3 }), three)), { a: 1, b: 2, c: 1 });
});

test('a ReplicaSet that was refused is told of once, and forgotten with the next one that is made', () => {
  const told = refusedStatus(deployment('a'), 'quota', NOW)!;
  const [condition] = told['conditions'] as JsonObject[];
  assert.deepEqual([condition?.['type'], condition?.['status'], condition?.['reason'], condition?.['message']], ['Progressing', 'False', 'ReplicaSetCreateError', 'quota']);
  assert.equal(refusedStatus(deployment('a', {}, told), 'quota', NOW + 60_000), undefined);
  assert.deepEqual(reasons(plan(deployment('a', {}, told), [])), ['MinimumReplicasUnavailable', 'NewReplicaSetCreated']);
});

test('minReadySeconds of the Deployment holds for the set that is there', () => {
  const change = plan(deployment('a', { minReadySeconds: 30 }), [set('a', { replicas: 4 })]).changes[0];
  assert.equal(change?.minReadySeconds, 30);
  const told = set('a', { replicas: 4 });
  assert.deepEqual(plan(deployment('a', { minReadySeconds: 30 }), [{ ...told, spec: { ...told.spec, minReadySeconds: 30 } }]).changes, []);
});

test('no progress within the deadline is said; empty sets beyond the history go', () => {
  const progressing = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: 'ReplicaSet "web-b" is progressing.', lastUpdateTime: toRfc3339(NOW), lastTransitionTime: toRfc3339(NOW) };
  const stuck = deployment('b', {}, { replicas: 4, updatedReplicas: 4, conditions: [progressing] });
  const sets = [set('b', { replicas: 4, available: 0, revision: 2 })];
  assert.equal(plan(stuck, sets).wakeAtMs, NOW + 600_000);
  assert.deepEqual(reasons(plan(stuck, sets, new Map(), NOW + 600_000)), ['MinimumReplicasUnavailable', 'ProgressDeadlineExceeded']);
  const aheadMs = 86_400_000;
  const slept = planDeployment({ deployment: stuck, sets, podCounts: new Map(), read: (_uid, stampMs) => stampMs + aheadMs }, NOW + aheadMs);
  assert.deepEqual([reasons(slept), slept.wakeAtMs], [['ReplicaSetUpdated', 'MinimumReplicasUnavailable'], NOW + aheadMs + 600_000], 'a laptop that slept has made no rollout late');
  const many = ['x', 'y', 'z'].map((image, index) => set(image, { replicas: 0, revision: index + 1 }));
  const removed = plan(deployment('b', { revisionHistoryLimit: 1 }), [...many, set('b', { replicas: 4, revision: 4 })]).removals;
  assert.deepEqual(removed.map(({ metadata }) => metadata.uid), ['x', 'y']);
});

test('conditions of others stay as they are', () => {
  const checked = { type: 'Checked', status: 'True' };
  const { status } = plan(deployment('a', {}, { conditions: [checked] }), [set('a', { replicas: 4 })]);
  assert.deepEqual(((status?.['conditions'] ?? []) as JsonObject[]).map(({ type }) => type), ['Checked', 'Available', 'Progressing']);
});

test('without a deadline nothing is said of the progress', () => {
  const condition = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: '', lastUpdateTime: toRfc3339(NOW), lastTransitionTime: toRfc3339(NOW) };
  const endless = (spec: JsonObject) => deployment('a', { progressDeadlineSeconds: 2 ** 31 - 1, ...spec }, { conditions: [condition] });
  assert.deepEqual(reasons(plan(endless({}), [])), ['MinimumReplicasUnavailable']);
  assert.deepEqual(reasons(plan(endless({ paused: true }), [set('a', { replicas: 4 })])), ['MinimumReplicasAvailable']);
});

test('of the old sets the one that was made first goes first, whatever its revision', () => {
  const made = (image: string, revision: number, creationTimestamp: string): KubeObject => {
    const one = set(image, { replicas: 2, revision });
    return { ...one, metadata: { ...one.metadata, creationTimestamp } };
  };
  const old = [made('a', 3, '2030-01-01T10:00:00Z'), made('b', 2, '2030-01-01T11:00:00Z')];
  assert.deepEqual(sizes(plan(deployment('c'), [...old, set('c', { replicas: 1, available: 1, revision: 4 })])), { a: 0 });
});

test('a share is that of the size for which the set was made; the largest takes the rest', () => {
  const marked = (image: string, replicas: number, maximum: number): KubeObject => {
    const one = set(image, { replicas, available: 0 });
    return { ...one, metadata: { ...one.metadata, annotations: { ...one.metadata.annotations, 'deployment.kubernetes.io/max-replicas': String(maximum) } } };
  };
  const six = deployment('b', { replicas: 6, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } } });
  assert.deepEqual(sizes(plan(six, [marked('a', 3, 20), marked('b', 4, 8)])), { a: 1, b: 7 });
  const made = (one: KubeObject, creationTimestamp: string): KubeObject => ({ ...one, metadata: { ...one.metadata, creationTimestamp } });
  const ofOneSize = [made(set('a', { replicas: 2, revision: 2 }), '2030-01-01T10:00:00Z'), made(set('b', { replicas: 2, revision: 1 }), '2030-01-01T11:00:00Z')];
  assert.deepEqual(sizes(plan(deployment('a', { replicas: 2 }), ofOneSize)), { a: 1, b: 2 }, 'the one that was made first loses, also when it is the new one');
  // Scaled down to the size that the new set has already: it is not known yet whether that is enough.
  const shrunk = plan(deployment('b', { replicas: 2 }), [set('a', { replicas: 2 }), set('b', { replicas: 2, revision: 2 })]);
  assert.deepEqual(sizes(shrunk), { a: 1, b: 2 });
});

test('history: paused Deployments are tidied, sets that leave or were not looked at yet are not', () => {
  const many = ['x', 'y', 'z'].map((image, index) => set(image, { replicas: 0, revision: index + 1 }));
  const current = set('b', { replicas: 4, available: 1, revision: 4 });
  const removed = (paused: boolean, sets: readonly KubeObject[]) => plan(deployment('b', { revisionHistoryLimit: 1, paused }), [...sets, current]).removals.map(({ metadata }) => metadata.uid);
  assert.deepEqual([removed(false, many), removed(true, many)], [[], ['x', 'y']]);
  const [x, y, z] = many as [KubeObject, KubeObject, KubeObject];
  assert.deepEqual(removed(true, [{ ...x, metadata: { ...x.metadata, deletionTimestamp: toRfc3339(NOW) } }, y, z]), ['y']);
  assert.deepEqual(removed(true, [{ ...x, metadata: { ...x.metadata, generation: 2 } }, y, z]), ['y']);
});

test('the history of a set that comes back again and again has an end', () => {
  const history = Array.from({ length: 500 }, (_, index) => String(1000 + index)).join(',');
  const one = set('a', { replicas: 0, revision: 1500 });
  const back = plan(deployment('a'), [{ ...one, metadata: { ...one.metadata, annotations: { ...one.metadata.annotations, 'deployment.kubernetes.io/revision-history': history } } }, set('b', { replicas: 4, revision: 1501 })]);
  const text = back.changes.find(({ set: { metadata } }) => metadata.uid === 'a')?.annotations['deployment.kubernetes.io/revision-history'] ?? '';
  assert.equal(text.length <= 2000 && text.endsWith('1499,1500'), true, text);
});
