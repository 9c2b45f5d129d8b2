import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, type Clock, type Outcome, type UsageReport } from '../base/mod.ts';
import type { ContainerStats, NodeStats } from './node-stats.ts';
import { createUsageMeter } from './usage-meter.ts';

const NO_PROCESSES = { privateBytes: 0, cpuMs: 0, processCount: 0 };

/** Sleeps at once; what containers and machine have used so far is what the test says. */
function world() {
  const state = { nowMs: 5_000, machineCpuMs: 0, containers: [] as ContainerStats[], lookCount: 0, isAway: false };
  const clock: Clock = {
    now: () => 1_000_000 + state.nowMs,
    steadyMs: () => state.nowMs,
    schedule: () => () => undefined,
    async sleep(delayMs) {
      state.nowMs += delayMs;
      for (const [index, container] of state.containers.entries()) state.containers[index] = { ...container, cpuMs: container.cpuMs + delayMs / 2 };
    },
  };
  const stats = async (): Promise<NodeStats> => {
    if (state.isAway) throw new Failure('SupervisorLost', 'it is away');
    state.lookCount++;
    return { supervisor: NO_PROCESSES, parents: [], containers: [...state.containers], privateBytes: 0 };
  };
  const meter = createUsageMeter({ nodeName: 'n', stats, machine: () => ({ cpuMs: state.machineCpuMs, memoryBytes: 7 }), clock });
  return { state, meter };
}

function container(podUid: string, cpuMs: number): ContainerStats {
  return { podUid, container: 'main', namespace: 'default', podName: podUid, cpuMs, privateBytes: 4096, processCount: 1 };
}

test('who asks first waits a second for a rate; who asks again at once gets the same', async () => {
  const { state, meter } = world();
  state.containers = [container('a', 10_000)];
  const [first, beside] = await Promise.all([meter.measure(), meter.measure()]);
  assert.deepEqual(valueOf(first), {
    measuredAtMs: 1_006_000,
    windowMs: 1_000,
    node: { name: 'n', cpuNanocores: 0, memoryBytes: 7 },
    containers: [{ podUid: 'a', container: 'main', cpuNanocores: 500_000_000, memoryBytes: 4096 }],
  });
  assert.equal(valueOf(beside), valueOf(first));
  state.nowMs += 900;
  assert.equal(valueOf(await meter.measure()), valueOf(first));
  assert.equal(state.lookCount, 2);
});

test('the window reaches back to the question before, unless that was long ago', async () => {
  const { state, meter } = world();
  valueOf(await meter.measure());
  state.nowMs += 15_000;
  state.machineCpuMs = 30_000;
  state.containers = [container('late', 3_000)];
  const later = valueOf(await meter.measure());
  assert.deepEqual([later.windowMs, later.node.cpuNanocores, later.containers[0]?.cpuNanocores], [15_000, 2_000_000_000, 200_000_000]);
  state.nowMs += 3_600_000;
  state.machineCpuMs += 3_600_000;
  const much = valueOf(await meter.measure());
  assert.deepEqual([much.windowMs, much.node.cpuNanocores], [1_000, 0]);
});

test('a container that was started anew is measured from its start', async () => {
  const { state, meter } = world();
  state.containers = [container('a', 60_000)];
  valueOf(await meter.measure());
  state.nowMs += 10_000;
  state.containers = [container('a', 1_000)];
  assert.equal(valueOf(await meter.measure()).containers[0]?.cpuNanocores, 100_000_000);
});

test('without a supervisor it says so, and goes on when there is one', async () => {
  const { state, meter } = world();
  state.isAway = true;
  const outcome = await meter.measure();
  assert.deepEqual(outcome.ok ? undefined : [outcome.status.code, outcome.status.message], [503, 'nothing can be measured now: it is away']);
  state.isAway = false;
  valueOf(await meter.measure());
});

function valueOf(outcome: Outcome<UsageReport>): UsageReport {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.status.message);
  return outcome.value;
}
