import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog, systemClock, until } from '../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from './keyed-queue.ts';
import { createManager } from './manager.ts';

const DONE: ReconcileResult = { kind: 'done' };

function start(reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult>, concurrency = 2) {
  const queue = createKeyedQueue({
    name: 'test',
    clock: systemClock,
    log: silentLog,
    concurrency,
    backoffMsMin: 1,
    backoffMsMax: 8,
    reconcile: (key, { signal }) => reconcile(key, signal),
  });
  queue.start();
  return queue;
}

test('a key never runs twice at once, and a key added while it runs is run once more', async () => {
  let running = 0;
  let runs = 0;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const queue = start(async () => {
    running++;
    assert.equal(running, 1);
    runs++;
    if (runs === 1) await gate;
    running--;
    return DONE;
  });
  queue.add('a');
  await until('the first run', () => runs === 1);
  queue.add('a');
  queue.add('a');
  release();
  await until('the second run', () => runs === 2);
  await queue.stop();
  assert.equal(runs, 2);
});

test('concurrency is a limit over keys', async () => {
  let running = 0;
  let highest = 0;
  let ended = 0;
  const queue = start(async () => {
    highest = Math.max(highest, ++running);
    await systemClock.sleep(2);
    running--;
    ended++;
    return DONE;
  }, 3);
  for (let i = 0; i < 20; i++) queue.add(String(i));
  await until('all keys', () => ended === 20);
  assert.equal(highest, 3);
  await queue.stop();
});

test('an error is retried with backoff until it works; a terminal one is not', async () => {
  let attempts = 0;
  let terminal = 0;
  const queue = start(async (key) => {
    if (key === 'terminal') {
      terminal++;
      return { kind: 'terminal', error: new Error('never') };
    }
    if (++attempts < 4) throw new Error('not yet');
    return DONE;
  });
  queue.add('flaky');
  queue.add('terminal');
  await until('the fourth attempt', () => attempts === 4);
  assert.equal(terminal, 1);
  assert.match(queue.status().lastError ?? '', /never|not yet/);
  await queue.stop();
});

test('one that fails waits, also when its own doings add its key while it runs', async () => {
  const waits: { readonly delayMs: number; readonly callback: () => void }[] = [];
  const clock = { ...systemClock, schedule: (delayMs: number, callback: () => void) => (waits.push({ delayMs, callback }), () => undefined) };
  let attempts = 0;
  const queue = createKeyedQueue({
    name: 'test',
    clock,
    log: silentLog,
    concurrency: 1,
    reconcile: async (key) => {
      if (++attempts > 100) return DONE; // it would turn in a circle
      queue.add(key);
      throw new Error('the disk is full');
    },
  });
  queue.start();
  queue.add('a');
  const delays: number[] = [];
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    const [retry] = waits.splice(0).filter(({ delayMs }) => delayMs < 1_000);
    delays.push(retry!.delayMs);
    retry!.callback();
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([attempts, delays], [4, [20, 40, 80]]);
  await queue.stop();
});

test('after: the earliest wake-up wins, and stop cancels what waits and aborts what runs', async () => {
  const runs: string[] = [];
  let wasAborted = false;
  const queue = start(async (key, signal) => {
    runs.push(key);
    if (key !== 'long') return DONE;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    wasAborted = true;
    return DONE;
  });
  queue.addAfter('later', 60_000);
  queue.addAfter('soon', 60_000);
  queue.addAfter('soon', 1);
  queue.add('long');
  await until('two runs', () => runs.length === 2);
  await queue.stop();
  queue.add('afterwards');
  assert.deepEqual(runs.toSorted(), ['long', 'soon']);
  assert.equal(wasAborted, true);
});

test('parts start in order and stop in reverse; a failed start stops the started ones', async () => {
  const calls: string[] = [];
  const part = (name: string, isBroken = false) => ({
    name,
    start() {
      calls.push(`start ${name}`);
      if (isBroken) throw new Error(`${name} is broken`);
    },
    stop: () => void calls.push(`stop ${name}`),
  });
  const good = createManager({ parts: [part('a'), part('b')], clock: systemClock, log: silentLog });
  await good.start();
  await good.stop();
  await good.stop();
  assert.deepEqual(calls, ['start a', 'start b', 'stop b', 'stop a']);
  calls.length = 0;
  const bad = createManager({ parts: [part('a'), part('b', true), part('c')], clock: systemClock, log: silentLog });
  await assert.rejects(bad.start(), /b is broken/);
  assert.deepEqual(calls, ['start a', 'start b', 'stop b', 'stop a']);
});

test('keys that wait for a time are run soon after the wall clock was set, and a sooner delay wins whatever the clock says', async () => {
  let offsetMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + offsetMs, schedule: (delayMs: number, callback: () => void) => systemClock.schedule(delayMs / 100, callback) };
  const ran: string[] = [];
  const queue = createKeyedQueue({ name: 'test', clock, log: silentLog, concurrency: 1, reconcile: async (key) => (ran.push(key), DONE) });
  queue.start();
  queue.addAfter('much later', 3_600_000);
  queue.addAfter('sooner', 3_600_000);
  offsetMs = 86_400_000;
  queue.addAfter('sooner', 20);
  await until('the sooner one', () => ran.includes('sooner'));
  assert.deepEqual(ran, ['sooner']);
  await until('the other', () => ran.includes('much later'), { timeoutMs: 2_000 });
  queue.addAfter('later still', 3_600_000);
  await systemClock.sleep(150);
  assert.deepEqual(ran, ['sooner', 'much later'], 'without another jump it waits');
  offsetMs = -86_400_000;
  await until('the last', () => ran.includes('later still'), { timeoutMs: 2_000 });
  await queue.stop();
});
