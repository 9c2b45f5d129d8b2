import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog, type Clock } from '../base/mod.ts';
import { planEviction, type PressedPod, type Scarcity } from './eviction-plan.ts';
import { PressureWatch } from './node-pressure.ts';

const MIB = 2 ** 20;
const memory = (availableMib: number): Scarcity => ({ resource: 'memory', availableBytes: availableMib * MIB, thresholdBytes: 100 * MIB });
const disk = (availableMib: number): Scarcity => ({ resource: 'ephemeral-storage', availableBytes: availableMib * MIB, thresholdBytes: 1024 * MIB });

function pressed(uid: string, usedMib: number, requestedMib: number, priority = 0, resource = 'memory'): PressedPod {
  const resources = requestedMib === 0 ? {} : { requests: { [resource]: `${requestedMib}Mi` } };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid }, spec: { priority, containers: [{ name: 'main', resources }] } };
  return { pod, containers: [{ container: 'main', bytes: usedMib * MIB }] };
}

test('who uses more than asked for goes first, then lower priority, then who is further beyond', () => {
  const victimOf = (...pods: PressedPod[]) => planEviction(memory(50), pods)?.podUid;
  assert.equal(victimOf(pressed('guaranteed', 500, 600), pressed('best-effort', 10, 0)), 'best-effort');
  assert.equal(victimOf(pressed('important', 500, 100, 5), pressed('plain', 120, 100)), 'plain');
  assert.equal(victimOf(pressed('little', 120, 100), pressed('much', 300, 100)), 'much');
  assert.equal(victimOf(pressed('within', 50, 100), pressed('idle', 0, 0)), 'within');
  assert.equal(victimOf(), undefined);
  assert.equal(victimOf(pressed('critical', 500, 0, 2_000_000_000), pressed('modest', 10, 100)), 'modest');
  assert.equal(victimOf(pressed('critical', 500, 0, 2_000_001_000)), undefined);
});

test('requests count for the resource that is scarce; the message is the kubelet\'s', () => {
  assert.equal(
    planEviction(memory(50), [pressed('hog', 300, 100)])?.message,
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container main was using 300Mi, request is 100Mi, has larger consumption of memory. ',
  );
  const writer = pressed('writer', 300, 400, 0, 'ephemeral-storage');
  assert.match(planEviction(disk(50), [writer, pressed('other', 200, 900)])?.message ?? '', /low on resource: ephemeral-storage.*was using 200Mi, request is 0/);
});

interface World {
  readonly watch: PressureWatch;
  readonly look: (afterMs?: number) => Promise<void>;
  readonly said: string[];
  readonly evicted: string[];
  readonly pending: () => number;
}

function worldOf(reads: { memory?: (Scarcity | undefined)[]; disk?: Scarcity[] }, running: Map<string, PressedPod>): World {
  let nowMs = 0;
  const due: (() => void)[] = [];
  const clock = { now: () => nowMs, steadyMs: () => nowMs, schedule: (_delayMs: number, callback: () => void) => (due.push(callback), () => void due.splice(0)), sleep: () => Promise.resolve() } as Clock;
  const [said, evicted]: [string[], string[]] = [[], []];
  const watch = new PressureWatch({
    clock,
    log: silentLog,
    read: { memory: async () => reads.memory?.shift(), 'ephemeral-storage': async () => reads.disk?.shift() },
    pods: async () => [...running.values()],
    reclaimDisk: async () => void said.push('reclaim'),
    publish: async (scarce) => void said.push(`scarce: ${[...scarce].join(' ')}`),
    evict: ({ podUid }) => void (evicted.push(podUid), running.delete(podUid)),
  });
  const look = async (afterMs = 10_000) => {
    nowMs += afterMs;
    due.shift()?.();
    await new Promise(setImmediate);
  };
  return { watch, look, said, evicted, pending: () => due.length };
}

test('one Pod at a time goes while memory is low; the Node says so until it has been well for a minute; looking ends with the node', async () => {
  const running = new Map([['first', pressed('first', 300, 0)], ['second', pressed('second', 200, 0)]]);
  const { watch, look, said, evicted, pending } = worldOf({ memory: [memory(200), memory(50), memory(50), undefined, memory(200)] }, running);
  watch.start();
  for (const expected of [[], ['first'], ['first', 'second'], ['first', 'second']]) {
    await look();
    assert.deepEqual(evicted, expected);
  }
  assert.deepEqual(said, ['scarce: ', 'scarce: memory']);
  await look(60_000);
  assert.deepEqual(said, ['scarce: ', 'scarce: memory', 'scarce: ']);
  watch.stop();
  assert.equal(pending(), 0);
});

test('a full disk is first rid of what nobody needs, and a Pod goes only when that is not enough', async () => {
  const running = new Map([['writer', pressed('writer', 300, 0, 0, 'ephemeral-storage')]]);
  const { watch, look, said, evicted } = worldOf({ disk: [disk(500), disk(2000), disk(500), disk(600)] }, running);
  watch.start();
  await look();
  assert.deepEqual([said, evicted], [['reclaim', 'scarce: '], []]);
  await look();
  assert.deepEqual([said, evicted], [['reclaim', 'scarce: ', 'reclaim', 'scarce: ephemeral-storage'], ['writer']]);
  watch.stop();
});

test('a Node of which nothing changes is told to be well every five minutes', async () => {
  const { watch, look, said } = worldOf({}, new Map());
  watch.start();
  await look();
  await look(290_000);
  assert.deepEqual(said, ['scarce: ']);
  await look();
  assert.deepEqual(said, ['scarce: ', 'scarce: ']);
  watch.stop();
});
