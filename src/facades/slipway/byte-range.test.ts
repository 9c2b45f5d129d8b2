import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readByteRange } from './byte-range.ts';

test('one range of bytes is understood, everything else means all', () => {
  assert.deepEqual(readByteRange('bytes=2-4', 10), { kind: 'part', start: 2, end: 4 });
  assert.deepEqual(readByteRange('bytes=-3', 10), { kind: 'part', start: 7, end: 9 });
  assert.deepEqual(readByteRange('bytes=-30', 10), { kind: 'part', start: 0, end: 9 });
  assert.deepEqual(readByteRange('bytes=10-', 10), { kind: 'unsatisfiable' });
  assert.deepEqual(readByteRange('bytes=-0', 10), { kind: 'unsatisfiable' });
  for (const header of [undefined, '', 'bytes=', 'bytes=-', 'bytes=4-2', 'bytes=0-1,2-3', 'rows=1-2', 'bytes=1-2x']) {
    assert.deepEqual(readByteRange(header, 10), { kind: 'all' }, header);
  }
});

test('a part lies within the file, whatever was asked for', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`)), fc.nat(), (header, sizeBytes) => {
      const range = readByteRange(header, sizeBytes);
      if (range.kind === 'part') assert.ok(range.start >= 0 && range.start <= range.end && range.end < sizeBytes);
    }),
  );
});
