import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog, type Clock } from '../base/mod.ts';
import { planEviction, PressureWatch, type PressedPod } from './node-pressure.ts';

const MIB = 2 ** 20;

function pressed(uid: string, usedMib: number, requestedMib: number, priority = 0): PressedPod {
  const resources = requestedMib === 0 ? {} : { requests: { memory: `${requestedMib}Mi` } };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid }, spec: { priority, containers: [{ name: 'main', resources }] } };
  return { pod, containers: [{ container: 'main', privateBytes: usedMib * MIB }] };
}

test('who uses more than asked for goes first, then lower priority, then who is further beyond', () => {
  const victimOf = (...pods: PressedPod[]) => planEviction(pods, 50 * MIB)?.podUid;
  assert.equal(victimOf(pressed('guaranteed', 500, 600), pressed('best-effort', 10, 0)), 'best-effort');
  assert.equal(victimOf(pressed('important', 500, 100, 5), pressed('plain', 120, 100)), 'plain');
  assert.equal(victimOf(pressed('little', 120, 100), pressed('much', 300, 100)), 'much');
  assert.equal(victimOf(pressed('within', 50, 100), pressed('idle', 0, 0)), 'within');
  assert.equal(victimOf(), undefined);
});

test('the message is the kubelet\'s', () => {
  assert.equal(
    planEviction([pressed('hog', 300, 100)], 50 * MIB)?.message,
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container main was using 300Mi, request is 100Mi, has larger consumption of memory. ',
  );
});

test('one Pod at a time goes while memory is low, and looking ends with the node', async () => {
  const due: (() => void)[] = [];
  const clock = { now: () => 0, schedule: (_delayMs: number, callback: () => void) => (due.push(callback), () => void due.splice(0)), sleep: () => Promise.resolve() } as Clock;
  const available = [200 * MIB, 50 * MIB, 50 * MIB, undefined];
  const evicted: string[] = [];
  const running = new Map([['first', pressed('first', 300, 0)], ['second', pressed('second', 200, 0)]]);
  const watch = new PressureWatch({
    clock,
    log: silentLog,
    pods: async () => [...running.values()],
    evict: ({ podUid }) => void (evicted.push(podUid), running.delete(podUid)),
    readAvailable: async () => available.shift(),
  });
  watch.start();
  for (const expected of [[], ['first'], ['first', 'second'], ['first', 'second']]) {
    due.shift()?.();
    await new Promise(setImmediate);
    assert.deepEqual(evicted, expected);
  }
  watch.stop();
  assert.equal(due.length, 0);
});
