import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerState, Termination } from './container-state.ts';
import type { RestartPolicy, Restarts } from './pod-spec.ts';
import { afterTermination } from './restart.ts';

const NOW = 1_000_000;

function after(policy: RestartPolicy, exitCode: number, more: { quickEndCount?: number; ranMs?: number; isInit?: boolean; isOutdated?: boolean; rules?: Restarts['rules'] } = {}): ContainerState {
  const { quickEndCount = 0, ranMs = 1_000, isInit = false, isOutdated = false, rules = [] } = more;
  const state: ContainerState = { phase: 'running', restartCount: quickEndCount, quickEndCount, pid: 1, startedAtMs: NOW - ranMs };
  const termination: Termination = { exitCode, reason: 'Error', startedAtMs: NOW - ranMs, finishedAtMs: NOW };
  return afterTermination({ state, termination, restarts: { policy, rules }, isInit, isOutdated, named: 'container=main pod=p_n(u)', clock: { now: () => NOW, steadyMs: () => NOW } });
}

function delayOf(state: ContainerState): number | undefined {
  assert.equal(state.phase, 'waiting');
  return state.phase === 'waiting' && state.startAtMs !== undefined ? state.startAtMs - NOW : undefined;
}

test('one that waits says how long and who, as the kubelet does', () => {
  const messageOf = (quickEndCount: number) => {
    const state = after('Always', 1, { quickEndCount });
    return state.phase === 'waiting' ? state.message : undefined;
  };
  assert.equal(messageOf(1), 'back-off 10s restarting failed container=main pod=p_n(u)');
  assert.equal(messageOf(4), 'back-off 1m20s restarting failed container=main pod=p_n(u)');
  assert.equal(messageOf(9), 'back-off 5m0s restarting failed container=main pod=p_n(u)');
});

test('the policy decides who starts again', () => {
  assert.equal(after('Never', 1).phase, 'terminated');
  assert.equal(after('OnFailure', 0).phase, 'terminated');
  assert.equal(after('OnFailure', 1).phase, 'waiting');
  assert.equal(after('Always', 0).phase, 'waiting');
  assert.equal(after('Always', 0, { isInit: true }).phase, 'terminated');
  assert.equal(after('Always', 1, { isInit: true }).phase, 'waiting');
});

test('a rule about the exit code goes before the policy; an init container that succeeded is over all the same', () => {
  const rules = [{ isAmong: true, exitCodes: [42, 43] }];
  assert.deepEqual([42, 43, 1, 0].map((code) => after('Never', code, { rules }).phase), ['waiting', 'waiting', 'terminated', 'terminated']);
  const others = [{ isAmong: false, exitCodes: [7] }];
  assert.deepEqual([7, 1, 0].map((code) => after('Never', code, { rules: others }).phase), ['terminated', 'waiting', 'waiting']);
  assert.deepEqual([1, 0].map((code) => after('Never', code, { rules: others, isInit: true }).phase), ['waiting', 'terminated']);
  assert.equal(after('OnFailure', 7, { rules: others }).phase, 'waiting');
});

test('the first restart comes at once, the next ones after 10 s, 20 s … 300 s', () => {
  const delays = [0, 1, 2, 3, 5, 6, 50].map((quickEndCount) => delayOf(after('Always', 1, { quickEndCount })));
  assert.deepEqual(delays, [undefined, 10_000, 20_000, 40_000, 160_000, 300_000, 300_000]);
});

test('ten minutes of running reset the back-off, and it grows from the start again', () => {
  const rested = after('Always', 1, { quickEndCount: 6, ranMs: 600_000 });
  assert.equal(delayOf(rested), undefined);
  assert.equal(rested.quickEndCount, 1);
  assert.equal(rested.restartCount, 7);
  assert.equal(delayOf(after('Always', 1, { quickEndCount: rested.quickEndCount })), 10_000);
});

test('how it ended is kept', () => {
  const waiting = after('OnFailure', 3, { quickEndCount: 1 });
  assert.equal(waiting.last?.exitCode, 3);
  assert.match(waiting.phase === 'waiting' ? `${waiting.reason}: ${waiting.message}` : '', /CrashLoopBackOff: back-off 10s restarting failed container=main pod=p_n\(u\)/);
});

test('one that was ended for its new image starts again at once, whatever the policy says, and its back-off begins anew', () => {
  assert.equal(after('Never', 0, { isOutdated: true }).phase, 'waiting');
  const again = after('Always', 143, { isOutdated: true, quickEndCount: 5 });
  assert.deepEqual([delayOf(again), again.restartCount, again.quickEndCount], [undefined, 6, 1]);
});
