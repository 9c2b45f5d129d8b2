import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ageOf, humanDuration } from './age.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test('ages read as in kubectl', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-2 * SECOND, '<invalid>'],
    [-SECOND, '0s'],
    [0, '0s'],
    [999, '0s'],
    [119 * SECOND, '119s'],
    [2 * MINUTE, '2m'],
    [3 * MINUTE + 20 * SECOND, '3m20s'],
    [10 * MINUTE + 59 * SECOND, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR, '3h'],
    [7 * HOUR + 59 * MINUTE, '7h59m'],
    [8 * HOUR + 59 * MINUTE, '8h'],
    [47 * HOUR, '47h'],
    [2 * DAY, '2d'],
    [2 * DAY + 3 * HOUR, '2d3h'],
    [8 * DAY + 3 * HOUR, '8d'],
    [729 * DAY, '729d'],
    [730 * DAY, '2y'],
    [770 * DAY, '2y40d'],
    [9 * 365 * DAY + 300 * DAY, '9y'],
  ];
  for (const [durationMs, text] of cases) assert.equal(humanDuration(durationMs), text);
});

test('an object without a time has an unknown age', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(ageOf('2025-12-31T23:59:00Z', now), '60s');
  assert.equal(ageOf(undefined, now), '<unknown>');
  assert.equal(ageOf('soon', now), '<unknown>');
});

test('an age is at most seven characters long', () => {
  fc.assert(fc.property(fc.nat(100 * 365 * 86_400), (seconds) => assert.match(humanDuration(seconds * SECOND), /^\d+[smhdy](?:\d+[smhd])?$/)));
});
