import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agoText, clockText, durationText, exactTimeText, sizeText, timeMs } from './time-text.ts';

test('durations have the two units that matter', () => {
  const all = [0, 80.4, 999, 4_230, 59_999, 192_000, 7_500_000, 7_200_000, 273_600_000].map(durationText);
  assert.deepEqual(all, ['0 ms', '80 ms', '999 ms', '4.2 s', '59 s', '3 min 12 s', '2 h 5 min', '2 h', '3 d 4 h']);
});

test('what has not happened has no time', () => {
  assert.equal(timeMs('1970-01-01T00:00:00Z'), undefined);
  assert.equal(timeMs(undefined), undefined);
  assert.equal(timeMs('2026-01-01T00:00:00Z'), Date.UTC(2026, 0, 1));
});

test('times say how long ago they were, then the date', () => {
  const now = Date.UTC(2026, 10, 29, 12);
  assert.deepEqual(
    [3_000, 30_000, 300_000, 7_200_000, 180_000_000, 900_000_000].map((age) => agoText(now - age, now)),
    ['just now', '30 s ago', '5 min ago', '2 h ago', '2 d ago', 'Nov 19, 2026'],
  );
});

test('times are those of the reader, and name his zone', () => {
  const zone = process.env['TZ'];
  try {
    process.env['TZ'] = 'Asia/Kolkata';
    assert.equal(clockText('2026-11-30T18:05:51.234567890Z'), '23:35:51.234');
    assert.equal(exactTimeText(Date.UTC(2026, 10, 30, 20, 5, 51)), '1 Dec 2026, 01:35:51 GMT+5:30');
    assert.equal(clockText(''), '');
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});

test('sizes have one digit where it says something', () => {
  assert.deepEqual([0, 512, 1536, 204_800, 5_000_000_000].map(sizeText), ['0 B', '512 B', '1.5 KiB', '200 KiB', '4.7 GiB']);
});
