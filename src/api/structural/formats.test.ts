import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasFormat, isKnownFormat } from './formats.ts';

test('formats take what upstream takes', () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ['ipv4', ['1.2.3.4'], ['1.2.3', '256.1.1.1', '::1']],
    ['ipv6', ['::1', 'fe80::1'], ['1.2.3.4', ':::']],
    ['cidr', ['10.0.0.0/8', '::/0'], ['10.0.0.0', '10.0.0.0/33']],
    ['uuid4', ['0b5c3c0e-6a2c-4c0e-9d7e-1f0a2b3c4d5e'], ['0b5c3c0e-6a2c-1c0e-9d7e-1f0a2b3c4d5e']],
    ['duration', ['22 ns', '1h30m', '3 days', '0'], ['soon', 'day 1']],
    ['date-time', ['2026-01-01T00:00:00Z', '2026-01-01t00:00:00.5+01:00'], ['2026-01-01', 'yesterday']],
    ['date', ['2026-02-28'], ['2026-02-30', '2026-2-3']],
    ['byte', ['', 'YWJj'], ['%', 'YWJ']],
    ['isbn13', ['978-0321751041'], ['978-0321751042']],
    ['creditcard', ['4111 1111 1111 1111'], ['4111 1111 1111 1112']],
    ['k8s-short-name', ['a-b'], ['A', '-a']],
  ];
  for (const [format, good, bad] of cases) {
    for (const text of good) assert.equal(hasFormat(format, text), true, `${format} ${text}`);
    for (const text of bad) assert.equal(hasFormat(format, text), false, `${format} ${text}`);
  }
});

test('a format that means nothing to a type is not heard', () => {
  assert.equal(hasFormat('color-of-money', 'x'), undefined);
  assert.deepEqual([isKnownFormat('integer', 'int32'), isKnownFormat('integer', 'uuid'), isKnownFormat('string', 'uuid'), isKnownFormat('object', 'uuid')], [true, false, true, false]);
});
