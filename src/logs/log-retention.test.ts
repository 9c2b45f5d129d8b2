import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRemoval } from './log-retention.ts';

const file = (podUid: string, modifiedAtMs: number, sizeBytes = 10) => ({ path: `/logs/${podUid}`, podUid, sizeBytes, modifiedAtMs });
const plan = (files: ReturnType<typeof file>[], limits: { ageMsMax?: number; sizeBytesMax?: number; kept?: string[] }) =>
  planRemoval(files, { ageMsMax: limits.ageMsMax ?? 1e9, sizeBytesMax: limits.sizeBytesMax ?? 1e9, isKept: (uid) => limits.kept?.includes(uid) ?? false }, 1000)
    .map((removed) => removed.podUid);

test('nothing goes below both limits', () => {
  assert.deepEqual(plan([file('a', 1), file('b', 2)], {}), []);
});

test('too old ones go, the youngest stay', () => {
  assert.deepEqual(plan([file('young', 950), file('old', 100), file('older', 50)], { ageMsMax: 500 }), ['older', 'old']);
});

test('the oldest go until the size limit holds', () => {
  assert.deepEqual(plan([file('c', 3), file('a', 1), file('b', 2)], { sizeBytesMax: 15 }), ['a', 'b']);
});

test('kept Pods stay and others make room for them', () => {
  assert.deepEqual(plan([file('a', 1), file('b', 2), file('c', 3)], { sizeBytesMax: 20, kept: ['a'] }), ['b']);
  assert.deepEqual(plan([file('a', 1)], { ageMsMax: 1, kept: ['a'] }), []);
});
