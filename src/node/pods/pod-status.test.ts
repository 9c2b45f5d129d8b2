import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, toRfc3339, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import type { ContainerState, Termination } from './container-state.ts';
import { podSpecOf } from './pod-spec.ts';
import { podStatus, type StatusFacts } from './pod-status.ts';

const NOW = Date.parse('2030-01-01T00:00:10Z');
const EARLIER = '2030-01-01T00:00:01Z';

function status(states: Record<string, ContainerState>, more: Partial<StatusFacts> & { readonly published?: JsonObject; readonly init?: readonly JsonObject[] } = {}): JsonObject {
  const { published, init, ...facts } = more;
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', uid: 'u' },
    spec: { containers: [{ name: 'main', image: 'busybox' }], ...(init === undefined ? {} : { initContainers: init }) },
    ...(published === undefined ? {} : { status: published }),
  };
  return podStatus({ pod, spec: podSpecOf(pod), states: new Map(Object.entries(states)), startedAtMs: NOW, podIP: '127.0.0.1', ...facts }, NOW);
}

function conditionsOf(value: JsonObject): Record<string, Json | undefined> {
  const conditions = value['conditions'] as readonly Json[];
  return Object.fromEntries(conditions.filter(isJsonObject).map(({ type, status: truth }) => [String(type), truth]));
}

function first(value: JsonObject, field = 'containerStatuses'): JsonObject {
  return (value[field] as readonly JsonObject[])[0]!;
}

const RUNNING: ContainerState = { phase: 'running', restartCount: 0, quickEndCount: 0, pid: 1, startedAtMs: NOW };
const FAILURE: Termination = { exitCode: 1, reason: 'Error', startedAtMs: NOW - 1_000, finishedAtMs: NOW };
const BACKING_OFF: ContainerState = { phase: 'waiting', reason: 'CrashLoopBackOff', restartCount: 2, quickEndCount: 2, last: FAILURE };

test('a running Pod is ready', () => {
  const running = status({ main: RUNNING });
  assert.equal(running['phase'], 'Running');
  assert.deepEqual(conditionsOf(running), { PodReadyToStartContainers: 'True', Initialized: 'True', Ready: 'True', ContainersReady: 'True', PodScheduled: 'True' });
  assert.equal(first(running)['containerID'], 'slipway://u/main/0');
});

test('a container that waits for its next start shows the attempt before', () => {
  const backing = status({ main: BACKING_OFF });
  const { restartCount, containerID, lastState, state } = first(backing);
  assert.equal(backing['phase'], 'Running');
  assert.deepEqual({ restartCount, containerID }, { restartCount: 1, containerID: 'slipway://u/main/1' });
  assert.deepEqual(state, { waiting: { reason: 'CrashLoopBackOff' } });
  assert.equal(((lastState as JsonObject)['terminated'] as JsonObject)['containerID'], 'slipway://u/main/1');
});

test('what never started has neither an id nor a start time', () => {
  const termination: Termination = { exitCode: 128, reason: 'ImageNotRunnable', message: 'why', finishedAtMs: NOW };
  const failed = status({ main: { phase: 'terminated', restartCount: 0, quickEndCount: 0, termination } }, { finalPhase: 'Failed', reason: 'ImageNotRunnable', message: 'why' });
  assert.deepEqual([failed['phase'], failed['reason'], failed['message']], ['Failed', 'ImageNotRunnable', 'why']);
  assert.equal(first(failed)['containerID'], undefined);
  assert.deepEqual(first(failed)['state'], { terminated: { exitCode: 128, reason: 'ImageNotRunnable', message: 'why', finishedAt: toRfc3339(NOW) } });
});

test('in a Pod that has ended nothing waits: a container shows how it ended last, or why it never ran', () => {
  const spec = { containers: [{ name: 'waits', image: 'busybox' }, { name: 'failed', image: 'far/away' }, { name: 'restarts', image: 'busybox' }] };
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' }, spec };
  const termination: Termination = { exitCode: 128, reason: 'ImageNotRunnable', message: 'why', finishedAtMs: NOW + 1_000 };
  const states = new Map<string, ContainerState>([['failed', { phase: 'terminated', restartCount: 0, quickEndCount: 0, termination }], ['restarts', BACKING_OFF]]);
  const ended = podStatus({ pod, spec: podSpecOf(pod), states, startedAtMs: NOW, podIP: undefined, finalPhase: 'Failed', reason: 'ImageNotRunnable', message: 'why' }, NOW + 5_000);
  const [waits, , restarts] = ended['containerStatuses'] as readonly [JsonObject, JsonObject, JsonObject];
  assert.deepEqual(waits['state'], { terminated: { exitCode: 137, reason: 'ImageNotRunnable', message: 'its Pod had ended before it was started', finishedAt: toRfc3339(NOW + 1_000) } });
  assert.deepEqual([Object.keys(restarts['state'] as JsonObject), restarts['restartCount'], restarts['lastState']], [['terminated'], 1, {}]);
});

test('behind an init container that failed the others keep waiting for their turn', () => {
  const failed: ContainerState = { phase: 'terminated', restartCount: 0, quickEndCount: 0, termination: FAILURE };
  assert.deepEqual(first(status({ prepare: failed }, { init: [{ name: 'prepare', image: 'busybox' }], finalPhase: 'Failed' }))['state'], { waiting: { reason: 'PodInitializing' } });
});

test('with init containers whatever has not begun says PodInitializing, and why it takes long', () => {
  const init = [{ name: 'prepare', image: 'busybox' }];
  const late: ContainerState = { phase: 'waiting', reason: 'ContainerCreating', message: 'no volume yet', restartCount: 0, quickEndCount: 0 };
  assert.deepEqual(first(status({ prepare: late }, { init }), 'initContainerStatuses')['state'], { waiting: { reason: 'PodInitializing', message: 'no volume yet' } });
  const prepared: ContainerState = { phase: 'terminated', restartCount: 0, quickEndCount: 0, termination: { exitCode: 0, reason: 'Completed', finishedAtMs: NOW } };
  assert.deepEqual(first(status({ prepare: prepared }, { init }))['state'], { waiting: { reason: 'PodInitializing' } });
});

test('a Pod waits for a sidecar to have started, and no longer once its containers have begun', () => {
  const init = [{ name: 'side', image: 'busybox', restartPolicy: 'Always' }];
  const starting = status({ side: RUNNING }, { init, readinessOf: () => ({ hasStarted: false, isReady: false }) });
  assert.equal(conditionsOf(starting)['Initialized'], 'False');
  assert.deepEqual(first(starting)['state'], { waiting: { reason: 'PodInitializing' } });
  assert.equal(conditionsOf(status({ side: RUNNING }, { init }))['Initialized'], 'True');
  assert.equal(conditionsOf(status({ side: BACKING_OFF, main: RUNNING }, { init }))['Initialized'], 'True');
});

test('a Pod never goes back from Running to Pending', () => {
  const waiting: ContainerState = { phase: 'waiting', reason: 'ContainerCreating', restartCount: 0, quickEndCount: 0 };
  assert.equal(status({ main: waiting })['phase'], 'Pending');
  assert.equal(status({ main: waiting }, { published: { phase: 'Running' } })['phase'], 'Running');
});

test('a Pod is Pending until every container has been started once', () => {
  const spec = { containers: [{ name: 'main', image: 'busybox' }, { name: 'pulling', image: 'far/away' }] };
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' }, spec };
  const phaseWith = (states: Record<string, ContainerState>) => podStatus({ pod, spec: podSpecOf(pod), states: new Map(Object.entries(states)), startedAtMs: NOW, podIP: '127.0.0.1' }, NOW)['phase'];
  assert.equal(phaseWith({ main: RUNNING, pulling: { phase: 'waiting', reason: 'ImagePullBackOff', restartCount: 0, quickEndCount: 0 } }), 'Pending');
  assert.equal(phaseWith({ main: RUNNING, pulling: BACKING_OFF }), 'Running');
});

test('an init container that runs is started and not ready; of an ephemeral one nobody says that it is', () => {
  const running = first(status({ prepare: RUNNING }, { init: [{ name: 'prepare', image: 'busybox' }] }), 'initContainerStatuses');
  assert.deepEqual([running['ready'], running['started']], [false, true]);
  const sidecar = first(status({ side: RUNNING }, { init: [{ name: 'side', image: 'busybox', restartPolicy: 'Always' }] }), 'initContainerStatuses');
  assert.equal(sidecar['ready'], true);
  const spec = { containers: [{ name: 'main', image: 'busybox' }], ephemeralContainers: [{ name: 'guest', image: 'busybox' }] };
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' }, spec };
  const guest = first(podStatus({ pod, spec: podSpecOf(pod), states: new Map([['main', RUNNING], ['guest', RUNNING]]), startedAtMs: NOW, podIP: '127.0.0.1' }, NOW), 'ephemeralContainerStatuses');
  assert.deepEqual([guest['ready'], 'started' in guest], [false, false]);
});

test('conditions keep the time of their last change', () => {
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: EARLIER }, { type: 'ContainersReady', status: 'False', lastTransitionTime: EARLIER }];
  const times = Object.fromEntries((status({ main: RUNNING }, { published: { conditions } })['conditions'] as readonly JsonObject[]).map((item) => [item['type'], item['lastTransitionTime']]));
  assert.equal(times['Ready'], EARLIER);
  assert.equal(times['ContainersReady'], toRfc3339(NOW));
});

test('containers behind init containers say that the Pod is initializing', () => {
  const init = [{ name: 'prepare', image: 'busybox' }];
  const initializing = status({ prepare: RUNNING }, { init });
  assert.deepEqual(first(initializing)['state'], { waiting: { reason: 'PodInitializing' } });
  assert.equal(conditionsOf(initializing)['Initialized'], 'False');
  assert.equal(initializing['phase'], 'Pending');
  const done: ContainerState = { phase: 'terminated', restartCount: 0, quickEndCount: 0, termination: { ...FAILURE, exitCode: 0, reason: 'Completed' } };
  const initialized = status({ prepare: done, main: RUNNING }, { init });
  assert.equal(conditionsOf(initialized)['Initialized'], 'True');
  assert.equal(first(initialized, 'initContainerStatuses')['ready'], true);
});

test('a sidecar that runs counts as initialized, and must run for the Pod to be ready', () => {
  const init = [{ name: 'proxy', image: 'busybox', restartPolicy: 'Always' }];
  assert.equal(conditionsOf(status({ proxy: RUNNING, main: RUNNING }, { init }))['Ready'], 'True');
  const limping = conditionsOf(status({ proxy: BACKING_OFF, main: RUNNING }, { init }));
  assert.deepEqual([limping['Initialized'], limping['Ready']], ['True', 'False']);
});

test('conditions of others hold back readiness, and only that', () => {
  const gated = (conditions: readonly JsonObject[]) => {
    const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' }, spec: { containers: [{ name: 'main', image: 'busybox' }], readinessGates: [{ conditionType: 'x/a' }, { conditionType: 'x/b' }] }, status: { conditions } };
    return podStatus({ pod, spec: podSpecOf(pod), states: new Map([['main', RUNNING]]), startedAtMs: NOW, podIP: '127.0.0.1' }, NOW);
  };
  const held = gated([{ type: 'x/a', status: 'False' }]);
  assert.deepEqual([conditionsOf(held)['Ready'], conditionsOf(held)['ContainersReady']], ['False', 'True']);
  const ready = (held['conditions'] as readonly JsonObject[]).find(({ type }) => type === 'Ready');
  assert.equal(ready?.['reason'], 'ReadinessGatesNotReady');
  assert.equal(ready?.['message'], 'the status of pod readiness gate "x/a" is not "True", but False, corresponding condition of pod readiness gate "x/b" does not exist.');
  assert.equal(conditionsOf(gated([{ type: 'x/a', status: 'True' }, { type: 'x/b', status: 'True' }]))['Ready'], 'True');
});

test('an unready Pod names what it waits for; a failed one is not just unready', () => {
  const init = [{ name: 'prepare', image: 'busybox' }];
  const messages = (value: JsonObject) => Object.fromEntries((value['conditions'] as readonly JsonObject[]).map(({ type, reason, message }) => [type, [reason, message]]));
  const waiting = messages(status({ prepare: RUNNING }, { init }));
  assert.deepEqual(waiting['Initialized'], ['ContainersNotInitialized', 'containers with incomplete status: [prepare]']);
  assert.deepEqual(waiting['Ready'], ['ContainersNotReady', 'containers with unready status: [main]']);
  const failed = status({ main: { phase: 'terminated', restartCount: 0, quickEndCount: 0, termination: FAILURE } }, { finalPhase: 'Failed' });
  assert.deepEqual(messages(failed)['ContainersReady'], ['PodFailed', undefined]);
});

test('a container whose image has changed shows the one that runs', () => {
  assert.equal(first(status({ main: { ...RUNNING, image: 'alpine' } }))['image'], 'alpine');
  assert.equal(first(status({ main: RUNNING }))['image'], 'busybox');
});
