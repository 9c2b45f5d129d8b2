import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oncePer } from './once-per.ts';

test('each object is read once, also when there is nothing to find in it', () => {
  const reads: string[] = [];
  const nameOf = oncePer(({ name }: { readonly name?: string }) => {
    reads.push(name ?? '');
    return name;
  });
  const [iris, nameless] = [{ name: 'iris' }, {}];
  assert.deepEqual([iris, nameless, iris, nameless, { name: 'iris' }].map(nameOf), ['iris', undefined, 'iris', undefined, 'iris']);
  assert.deepEqual(reads, ['iris', '', 'iris']);
});

test('what could not be read is tried again', () => {
  let isReady = false;
  const read = oncePer(() => {
    if (!isReady) throw new Error('not ready');
    return 'ready';
  });
  const key = {};
  assert.throws(() => read(key), /not ready/);
  isReady = true;
  assert.equal(read(key), 'ready');
});
