import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronProblem, nextStrikeMs, type Series } from './trigger.ts';

const CREATED = Date.UTC(2026, 0, 31, 12, 0, 0, 700);
const at = (text: string) => Date.parse(`${text}Z`);
const strike = (trigger: Series['trigger'], { nowMs = CREATED, ...more }: Partial<Series> & { readonly nowMs?: number } = {}) => {
  const strikeMs = nextStrikeMs({ trigger, createdAtMs: CREATED, noCatchup: false, ...more }, nowMs);
  return strikeMs === undefined ? undefined : new Date(strikeMs).toISOString().slice(0, 19);
};

test('an interval strikes for the first time after its start, then after the strike before, whatever the time is', () => {
  assert.equal(strike({ intervalSeconds: 60 }), '2026-01-31T12:01:00');
  assert.equal(strike({ intervalSeconds: 60, startMs: at('2026-02-01T00:00:00') }), '2026-02-01T00:01:00');
  assert.equal(strike({ intervalSeconds: 60 }, { lastStrikeMs: at('2026-01-31T12:01:00'), nowMs: at('2026-03-01T00:00:00') }), '2026-01-31T12:02:00');
});

test('a cron schedule has six fields, the first of them the second; the day of the week may be left out', () => {
  assert.equal(strike({ cron: '0 0 9 ? * 2-6' }), '2026-02-03T09:00:00');
  assert.equal(strike({ cron: '30 */15 * * *' }), '2026-01-31T12:00:30');
  assert.equal(strike({ cron: '0 0 0 29 2 *' }), '2028-02-29T00:00:00');
  assert.equal(strike({ cron: '*/20 59 23 31 12 *' }, { lastStrikeMs: at('2026-12-31T23:59:40') }), '2027-12-31T23:59:00');
  assert.equal(strike({ cron: '0 0 0 31 2 *' }), undefined);
  assert.equal(strike({ cron: '@hourly' }), '2026-01-31T13:00:00');
  assert.equal(strike({ cron: '@every 1h30m' }), '2026-01-31T13:30:00');
});

test('without catching up only the last of the missed strikes counts, and none after the end', () => {
  const late = { noCatchup: true, lastStrikeMs: at('2026-01-31T12:01:00'), nowMs: at('2026-08-05T10:10:10') };
  assert.equal(strike({ intervalSeconds: 60 }, late), '2026-08-05T10:10:00');
  assert.equal(strike({ cron: '* * * * * *' }, late), '2026-08-05T10:10:10');
  assert.equal(strike({ cron: '0 0 0 1 1 *' }, { ...late, nowMs: at('2029-08-05T00:00:00') }), '2029-01-01T00:00:00');
  assert.equal(strike({ cron: '0 0 0 * * *', endMs: at('2026-02-03T12:00:00') }, late), '2026-02-03T00:00:00');
  assert.equal(strike({ intervalSeconds: 60 }, { ...late, nowMs: CREATED }), '2026-01-31T12:02:00');
  assert.equal(strike({ intervalSeconds: 3_600, endMs: at('2026-01-31T12:59:59') }), undefined);
});

test('what is no schedule is told', () => {
  assert.equal(cronProblem('0 0 * * * *'), undefined);
  assert.match(cronProblem('0 0 * *')!, /expected 5 to 6 fields, found 4/);
  assert.match(cronProblem('0 61 * * * *')!, /above maximum \(59\)/);
});
