import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import type { ContainerState, Termination } from './container-state.ts';
import { afterTermination, planPod, type PodFacts } from './pod-plan.ts';
import { podSpecOf } from './pod-spec.ts';

const NOW = 1_000_000;

function facts(spec: JsonObject, states: Record<string, ContainerState> = {}, more: Partial<PodFacts> = {}): PodFacts {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
  return { spec: podSpecOf(pod), states: new Map(Object.entries(states)), startedAtMs: NOW - 5_000, isTerminating: false, ...more };
}

function ended(exitCode: number, restartCount = 0): ContainerState {
  return { phase: 'terminated', restartCount, termination: termination(exitCode) };
}

function termination(exitCode: number, ranMs = 1_000): Termination {
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAtMs: NOW - ranMs, finishedAtMs: NOW };
}

const RUNNING: ContainerState = { phase: 'running', restartCount: 0, pid: 1, startedAtMs: NOW };
const TWO = { containers: [{ name: 'a', image: 'x' }, { name: 'b', image: 'x' }], restartPolicy: 'Never' };
const INIT = { ...TWO, initContainers: [{ name: 'i1', image: 'x' }, { name: 'i2', image: 'x' }] };

function words(planned: ReturnType<typeof planPod>): string[] {
  return planned.map((action) => (action.kind === 'start' ? `start ${action.container.name}` : action.kind === 'finish' ? action.phase : action.kind));
}

test('all containers start together, after the init containers one by one', () => {
  assert.deepEqual(words(planPod(facts(TWO), NOW)), ['start a', 'start b']);
  assert.deepEqual(words(planPod(facts(INIT), NOW)), ['start i1']);
  assert.deepEqual(words(planPod(facts(INIT, { i1: RUNNING }), NOW)), []);
  assert.deepEqual(words(planPod(facts(INIT, { i1: ended(0) }), NOW)), ['start i2']);
  assert.deepEqual(words(planPod(facts(INIT, { i1: ended(0), i2: ended(0) }), NOW)), ['start a', 'start b']);
  assert.deepEqual(words(planPod(facts(INIT, { i1: ended(1) }), NOW)), ['Failed']);
});

test('a Pod ends when all its containers have ended for good', () => {
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(0), b: RUNNING }), NOW)), []);
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(0), b: ended(0) }), NOW)), ['Succeeded']);
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(0), b: ended(3) }), NOW)), ['Failed']);
});

test('deletion: SIGTERM, then SIGKILL after the grace, then the end', () => {
  const deletion = { requestedAtMs: NOW, graceMs: 2_000 };
  assert.deepEqual(words(planPod(facts(TWO, { a: RUNNING }, { deletion }), NOW)), ['terminate', 'look-again']);
  assert.deepEqual(words(planPod(facts(TWO, { a: RUNNING }, { deletion, isTerminating: true }), NOW + 1)), ['look-again']);
  assert.deepEqual(words(planPod(facts(TWO, { a: RUNNING }, { deletion, isTerminating: true }), NOW + 2_000)), ['kill']);
  assert.deepEqual(words(planPod(facts(TWO, { a: ended(143), b: ended(0) }, { deletion }), NOW + 1)), ['Failed']);
  assert.deepEqual(words(planPod(facts(TWO, {}, { deletion }), NOW)), ['Failed']);
});

test('the active deadline ends a Pod like a deletion', () => {
  const spec = { ...TWO, activeDeadlineSeconds: 5 };
  assert.deepEqual(words(planPod(facts(spec, { a: RUNNING, b: RUNNING }), NOW - 1)), ['look-again']);
  assert.deepEqual(words(planPod(facts(spec, { a: RUNNING, b: RUNNING }), NOW)), ['terminate', 'look-again']);
  assert.deepEqual(words(planPod(facts(spec, { a: ended(143), b: ended(143) }), NOW)), ['Failed']);
});

test('restart policies: who starts again, and after which delay', () => {
  const policy = (restartPolicy: string) => podSpecOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { ...TWO, restartPolicy } });
  const after = (restartPolicy: string, exitCode: number, restartCount = 0, ranMs = 1_000) =>
    afterTermination(policy(restartPolicy), false, { ...RUNNING, restartCount } as ContainerState, termination(exitCode, ranMs), NOW);
  assert.equal(after('Never', 1).phase, 'terminated');
  assert.equal(after('OnFailure', 0).phase, 'terminated');
  const delays = [0, 1, 2, 10].map((count) => {
    const state = after('Always', 1, count);
    assert.equal(state.phase, 'waiting');
    return state.phase === 'waiting' ? state.startAtMs! - NOW : 0;
  });
  assert.deepEqual(delays, [10_000, 20_000, 40_000, 300_000]);
  const rested = after('Always', 0, 5, 600_000);
  assert.equal(rested.phase === 'waiting' ? rested.startAtMs! - NOW : 0, 10_000);
  const waiting = after('OnFailure', 1);
  assert.deepEqual(words(planPod(facts(TWO, { a: waiting, b: RUNNING }), NOW)), ['look-again']);
  assert.deepEqual(words(planPod(facts(TWO, { a: waiting, b: RUNNING }), NOW + 10_000)), ['start a']);
});
