import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { silentLog, systemClock } from '../../base/mod.ts';
import { StorageWatch } from './storage-watch.ts';

function watchOf() {
  const rounds: ((excess?: string) => void)[] = [];
  const told: string[] = [];
  const time = { steadyMs: 1_000 };
  const life = new AbortController();
  const watch = new StorageWatch({
    findExcess: () => new Promise<string | undefined>((resolve) => rounds.push(resolve)),
    onExcess: (excess) => told.push(excess),
    onMeasured: () => told.push('measured'),
    clock: { ...systemClock, steadyMs: () => time.steadyMs },
    log: silentLog,
    signal: life.signal,
  });
  return { watch, rounds, told, time, life };
}

test('nobody waits for a round; the next one comes five seconds after it, or ten times as long as it took', async () => {
  const { watch, rounds, told, time } = watchOf();
  assert.equal(watch.look(), Number.POSITIVE_INFINITY);
  assert.equal(watch.look(), Number.POSITIVE_INFINITY);
  assert.equal(rounds.length, 1, 'one round at a time');
  time.steadyMs += 10;
  rounds[0]!();
  await turn();
  assert.deepEqual(told, ['measured']);
  assert.equal(watch.look(), time.steadyMs + 5_000);
  time.steadyMs += 5_000;
  watch.look();
  time.steadyMs += 60_000;
  rounds[1]!('too much');
  await turn();
  assert.deepEqual(told, ['measured', 'too much', 'measured']);
  assert.equal(watch.look(), time.steadyMs + 600_000);
});

test('a round that ends after its Pod tells nothing', async () => {
  const { watch, rounds, told, life } = watchOf();
  watch.look();
  life.abort();
  rounds[0]!('too much');
  await turn();
  assert.deepEqual(told, []);
});
