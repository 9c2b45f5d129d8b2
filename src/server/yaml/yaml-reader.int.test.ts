import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createYamlReader } from './yaml-reader.ts';

const LARGE = Array.from({ length: 15_000 }, (_, index) => `key${index}: yes`).join('\n');

test('others have their turns while a large text is read', async () => {
  let turnCount = 0;
  const ticking = setInterval(() => turnCount++, 5);
  const read = await createYamlReader().read(LARGE, new AbortController().signal);
  clearInterval(ticking);
  assert.equal(read.ok && Object.keys(read.value.value as Record<string, unknown>).length, 15_000);
  // On the spot it would be one or two.
  assert.ok(turnCount >= 10, `${turnCount} turns`);
});

test('a member of any name comes back from the worker', async () => {
  const read = await createYamlReader().read(`__proto__: {a: 1}\nlong: ${'x'.repeat(20_000)}\n`, new AbortController().signal);
  assert.ok(read.ok);
  assert.equal(Object.hasOwn(read.value.value as object, '__proto__'), true);
});

test('large texts wait for each other, not more than sixteen; whoever leaves ends the reading', async () => {
  const reader = createYamlReader();
  const abort = new AbortController();
  const readings = Array.from({ length: 17 }, () => reader.read(LARGE, abort.signal).then(({ ok }) => ok, (error: unknown) => error));
  const refused = await readings[16];
  assert.equal(refused, false);
  abort.abort(new Error('gone'));
  for (const ended of await Promise.all(readings.slice(0, 16))) assert.deepEqual(ended, new Error('gone'));
  assert.equal((await reader.read(`a: ${'x'.repeat(20_000)}`, new AbortController().signal)).ok, true);
});
