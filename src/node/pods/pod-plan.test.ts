import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import type { ContainerState, Termination } from './container-state.ts';
import { planPod, type PodFacts } from './pod-plan.ts';
import { podSpecOf } from './pod-spec.ts';

const NOW = 1_000_000;

function facts(spec: JsonObject, states: Record<string, ContainerState> = {}, more: Partial<PodFacts> = {}): PodFacts {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
  const common = { startedAtMs: NOW - 5_000, starting: new Set<string>(), isFailed: false };
  return { spec: podSpecOf(pod), states: new Map(Object.entries(states)), ...common, ...more };
}

function ended(exitCode: number): ContainerState {
  const termination: Termination = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAtMs: NOW - 1_000, finishedAtMs: NOW };
  return { phase: 'terminated', restartCount: 0, quickEndCount: 0, termination };
}

const RUNNING: ContainerState = { phase: 'running', restartCount: 0, quickEndCount: 0, pid: 1, startedAtMs: NOW };
const BACKING_OFF: ContainerState = { phase: 'waiting', reason: 'CrashLoopBackOff', restartCount: 1, quickEndCount: 1, startAtMs: NOW + 10_000 };
const TWO = { containers: [{ name: 'a', image: 'x' }, { name: 'b', image: 'x' }], restartPolicy: 'Never', terminationGracePeriodSeconds: 2 };
const INIT = { ...TWO, initContainers: [{ name: 'i1', image: 'x' }, { name: 'i2', image: 'x' }] };
const SIDECAR = { ...TWO, initContainers: [{ name: 's', image: 'x', restartPolicy: 'Always' }, { name: 'i', image: 'x' }] };

function words(planned: ReturnType<typeof planPod>): string[] {
  return planned.map((action) => {
    if (action.kind === 'start') return `start ${action.container.name}`;
    if (action.kind === 'look-again') return `look in ${action.atMs - NOW}`;
    if (action.kind === 'terminate') return `terminate in ${action.graceMs}`;
    return action.kind === 'finish' ? `${action.phase} (${action.cause})` : action.kind;
  });
}

test('all containers start together, after the init containers one by one', () => {
  assert.deepEqual(words(planPod(facts(TWO), NOW)), ['start a', 'start b']);
  assert.deepEqual(words(planPod(facts(INIT), NOW)), ['start i1']);
  assert.deepEqual(words(planPod(facts(INIT, { i1: RUNNING }), NOW)), []);
  assert.deepEqual(words(planPod(facts(INIT, { i1: ended(0) }), NOW)), ['start i2']);
  assert.deepEqual(words(planPod(facts(INIT, { i1: ended(0), i2: ended(0) }), NOW)), ['start a', 'start b']);
  assert.deepEqual(words(planPod(facts(INIT, { i1: ended(1) }), NOW)), ['Failed (completed)']);
});

test('a start that is under way is not started again', () => {
  assert.deepEqual(words(planPod(facts(TWO, {}, { starting: new Set(['a']) }), NOW)), ['start b']);
});

test('a container that waits for its time is looked at again then', () => {
  assert.deepEqual(words(planPod(facts(TWO, { a: BACKING_OFF, b: RUNNING }), NOW)), ['look in 10000']);
  assert.deepEqual(words(planPod(facts(TWO, { a: BACKING_OFF, b: RUNNING }), NOW + 10_000)), ['start a']);
});

test('a Pod ends when all its containers have ended for good', () => {
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(0), b: RUNNING }), NOW)), []);
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(0), b: ended(0) }), NOW)), ['Succeeded (completed)']);
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(0), b: ended(3) }), NOW)), ['Failed (completed)']);
});

test('a sidecar lets the next one start, and ends when the others have', () => {
  const run = (states: Record<string, ContainerState>, more: Partial<PodFacts> = {}) => words(planPod(facts(SIDECAR, states, more), NOW));
  assert.deepEqual(run({}), ['start s']);
  assert.deepEqual(run({ s: RUNNING }), ['start i']);
  assert.deepEqual(run({ s: RUNNING, i: ended(0) }), ['start a', 'start b']);
  assert.deepEqual(run({ s: BACKING_OFF }), ['look in 10000'], 'it never started');
  assert.deepEqual(run({ s: BACKING_OFF, i: ended(0) }), ['look in 10000', 'start a', 'start b']);
  assert.deepEqual(run({ s: RUNNING }, { hasStarted: () => false }), []);
  assert.deepEqual(run({ s: RUNNING, i: ended(0) }, { hasStarted: () => false }), ['start a', 'start b']);
  const done = { i: ended(0), a: ended(0), b: ended(0) };
  assert.deepEqual(run({ ...done, s: RUNNING }), ['terminate in 2000']);
  const stopping = { cause: 'completed' } as const;
  assert.deepEqual(run({ ...done, s: RUNNING }, { stopping }), ['terminate in 2000']);
  assert.deepEqual(run({ ...done, s: ended(143) }, { stopping }), ['Succeeded (completed)']);
});

test('deletion: what runs has to end within the grace, then the Pod', () => {
  const deleted = { deletionGraceMs: 3_000 };
  const stopping = { cause: 'deleted' } as const;
  assert.deepEqual(words(planPod(facts(TWO, { a: RUNNING }, deleted), NOW)), ['terminate in 3000']);
  assert.deepEqual(words(planPod(facts(TWO, { a: RUNNING }, { deletionGraceMs: 1_000, stopping }), NOW + 1)), ['terminate in 1000']);
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(143), b: ended(0) }, { ...deleted, stopping }), NOW + 1)), ['Failed (deleted)']);
  assert.deepEqual(words(planPod(facts(TWO, {}, deleted), NOW)), ['Failed (deleted)']);
  assert.deepEqual(words(planPod(facts(TWO, { a: BACKING_OFF, b: ended(0) }, deleted), NOW)), ['Failed (deleted)']);
});

test('a deletion gives up what is being prepared, and waits until that has settled', () => {
  const starting = new Set(['a']);
  assert.deepEqual(words(planPod(facts(TWO, {}, { deletionGraceMs: 3_000, starting }), NOW)), ['cancel-starts']);
  assert.deepEqual(words(planPod(facts(TWO, { b: RUNNING }, { deletionGraceMs: 3_000, starting }), NOW)), ['cancel-starts', 'terminate in 3000']);
});

test('the active deadline ends a Pod like a deletion, and makes it a failed one', () => {
  const spec = { ...TWO, activeDeadlineSeconds: 5 };
  const stopping = { cause: 'deadline' } as const;
  assert.deepEqual(words(planPod(facts(spec, { a: RUNNING, b: RUNNING }), NOW - 1)), ['look in 0']);
  assert.deepEqual(words(planPod(facts(spec, { a: RUNNING, b: RUNNING }), NOW)), ['terminate in 2000']);
  assert.deepEqual(words(planPod(facts(spec, { a: ended(0), b: ended(0) }, { stopping }), NOW)), ['Failed (deadline)']);
  assert.deepEqual(words(planPod(facts(spec, { a: ended(0), b: ended(0) }), NOW + 1)), ['Succeeded (completed)']);
});

test('when one container can not run here, the others are stopped', () => {
  const failed = { isFailed: true };
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(128), b: RUNNING }, failed), NOW)), ['terminate in 2000']);
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(128), b: BACKING_OFF }, failed), NOW)), ['Failed (failed)']);
});

test('an ephemeral container starts whatever the init containers are at', () => {
  const spec = { ...INIT, ephemeralContainers: [{ name: 'debug', image: 'x' }] };
  assert.deepEqual(words(planPod(facts(spec, { i1: BACKING_OFF }), NOW)), ['start debug', 'look in 10000']);
  assert.deepEqual(words(planPod(facts(spec, { i1: RUNNING, debug: RUNNING }), NOW)), []);
  assert.deepEqual(words(planPod(facts(spec, { i1: ended(0), i2: ended(0), debug: ended(1) }), NOW)), ['start a', 'start b']);
});
