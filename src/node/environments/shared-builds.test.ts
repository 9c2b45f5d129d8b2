import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Limiter } from './limiter.ts';
import { planRemoval, type EnvironmentStatus } from './removal-plan.ts';
import { SharedBuilds } from './shared-builds.ts';

function deferred<T>() {
  return Promise.withResolvers<T>();
}

test('one build for all who ask, with its progress for each', async () => {
  const builds = new SharedBuilds<number>();
  const { promise, resolve } = deferred<number>();
  let started = 0;
  const heard: string[] = [];
  const build = async ({ onProgress }: { onProgress: (message: string) => void }) => {
    started += 1;
    onProgress('begun');
    return promise;
  };
  const first = builds.join('k', { onProgress: (message) => heard.push(`a ${message}`) }, build);
  await Promise.resolve();
  const second = builds.join('k', { onProgress: (message) => heard.push(`b ${message}`) }, build);
  await Promise.resolve();
  resolve(7);
  assert.deepEqual(await Promise.all([first, second]), [7, 7]);
  assert.equal(started, 1);
  assert.deepEqual(heard, ['a begun', 'b begun']);
  assert.equal(builds.has('k'), false);
});

test('who leaves does not end it for the others; the last one does', async () => {
  const builds = new SharedBuilds<number>();
  const { promise, resolve } = deferred<number>();
  const signals: AbortSignal[] = [];
  const build = async ({ signal }: { signal: AbortSignal }) => {
    signals.push(signal);
    signal.addEventListener('abort', () => resolve(0));
    return promise;
  };
  const [one, two] = [new AbortController(), new AbortController()];
  const first = builds.join('k', { signal: one.signal }, build);
  const second = builds.join('k', { signal: two.signal }, build);
  await Promise.resolve();
  one.abort(new Error('one left'));
  await assert.rejects(first, { message: 'one left' });
  assert.equal(signals[0]?.aborted, false);
  two.abort(new Error('two left'));
  await assert.rejects(second, { message: 'two left' });
  assert.equal(signals[0]?.aborted, true);
});

test('who asks while a build is being given up gets a new one', async () => {
  const builds = new SharedBuilds<string>();
  const ended = deferred<string>();
  const leaving = new AbortController();
  const first = builds.join('k', { signal: leaving.signal }, () => ended.promise);
  await Promise.resolve();
  leaving.abort(new Error('left'));
  await assert.rejects(first);
  const second = builds.join('k', {}, async () => 'new');
  ended.reject(new Error('given up'));
  assert.equal(await second, 'new');
});

test('a failure reaches everybody and is not remembered', async () => {
  const builds = new SharedBuilds<number>();
  const failing = async () => Promise.reject(new Error('no'));
  const results = await Promise.allSettled([builds.join('k', {}, failing), builds.join('k', {}, failing)]);
  assert.deepEqual(results.map(({ status }) => status), ['rejected', 'rejected']);
  assert.equal(await builds.join('k', {}, async () => 1), 1);
});

test('a limiter lets so many in, in order, and forgets who left', async () => {
  const limiter = new Limiter(1);
  const gate = deferred<void>();
  const order: string[] = [];
  const { signal } = new AbortController();
  const first = limiter.run(signal, async () => gate.promise);
  assert.equal(limiter.isFull, true);
  const leaving = new AbortController();
  const left = limiter.run(leaving.signal, async () => void order.push('left'));
  const second = limiter.run(signal, async () => void order.push('second'));
  const third = limiter.run(signal, async () => void order.push('third'));
  leaving.abort(new Error('left'));
  await assert.rejects(left, { message: 'left' });
  gate.resolve();
  await Promise.all([first, second, third]);
  assert.deepEqual(order, ['second', 'third']);
  assert.equal(limiter.isFull, false);
});

test('which environments go', () => {
  const environment = (id: string, lastUsedAtMs: number, podCount = 0): EnvironmentStatus => ({ id, pythonVersion: '', requirements: [], tool: 'uv', createdAtMs: 0, lastUsedAtMs, sizeBytes: 10, podCount });
  const hour = 3_600_000;
  const all = [environment('new', 10 * hour), environment('old', 2 * hour), environment('oldest-but-used', hour, 1), environment('older', 1.5 * hour)];
  assert.deepEqual(planRemoval(all, 40, 10 * hour), []);
  assert.deepEqual(planRemoval(all, 30, 10 * hour), ['older']);
  assert.deepEqual(planRemoval(all, 0, 10 * hour), ['older', 'old']);
});
