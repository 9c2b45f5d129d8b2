import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochMsOf, parseCriLine } from './cri-line.ts';

const STAMP = '2026-01-02T03:04:05.123456789Z';
const parse = (text: string) => {
  const { text: bytes, ...rest } = parseCriLine(Buffer.from(text));
  return { ...rest, text: Buffer.from(bytes).toString() };
};

test('a full and a partial line', () => {
  assert.deepEqual(parse(`${STAMP} stdout F hello world`), { timestamp: STAMP, stream: 'stdout', isPartial: false, text: 'hello world' });
  assert.deepEqual(parse(`${STAMP} stderr P  two`), { timestamp: STAMP, stream: 'stderr', isPartial: true, text: ' two' });
});

test('lines without text, with and without the space after the tag', () => {
  assert.equal(parse(`${STAMP} stdout F `).text, '');
  assert.equal(parse(`${STAMP} stdout F`).text, '');
});

test('what has no CRI prefix comes back whole', () => {
  for (const text of ['', 'plain', `${STAMP} stdin F x`, `${STAMP} stdout X x`, `${STAMP} stdout Fx`, `${STAMP} stdout`, `${STAMP}`, 'a stdout F x']) {
    assert.deepEqual(parse(text), { timestamp: '', stream: 'stdout', isPartial: false, text });
  }
});

test('any text of a line survives', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isPartial) => {
      const expected = Buffer.from(text).toString();
      assert.equal(parse(`${STAMP} stdout ${isPartial ? 'P' : 'F'} ${text}`).text, expected);
    }),
  );
});

test('nanosecond stamps in milliseconds', () => {
  assert.equal(epochMsOf(STAMP), Date.UTC(2026, 0, 2, 3, 4, 5, 123));
  assert.equal(epochMsOf('2026-01-02T03:04:05Z'), Date.UTC(2026, 0, 2, 3, 4, 5));
  assert.ok(Number.isNaN(epochMsOf('')));
});
