// When schedules strike, beside robfig/cron v3.0.1: what is expected here is what its Next answers, except in the last test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRfc3339 } from '../../../base/mod.ts';
import { parseSchedule } from './schedule.ts';

const at = (text: string) => Date.parse(text);

function strikes(schedule: string, timeZone: string | undefined, after: string, count: number): readonly string[] {
  const { next } = parseSchedule(schedule, timeZone);
  const found: string[] = [];
  for (let strikeMs = next(at(after)); strikeMs !== undefined && found.length < count; strikeMs = next(strikeMs)) found.push(toRfc3339(strikeMs));
  return found;
}

function check(rows: readonly (readonly [schedule: string, timeZone: string | undefined, after: string, expected: readonly string[]])[]): void {
  for (const [schedule, timeZone, after, expected] of rows) assert.deepEqual(strikes(schedule, timeZone, after, expected.length), expected, `${schedule} (${timeZone ?? 'no zone'}) after ${after}`);
}

test('fields, steps, names, words and intervals', () => {
  check([
    ['30 9 * * 1-5', undefined, '2030-01-04T10:00:00Z', ['2030-01-07T09:30:00Z', '2030-01-08T09:30:00Z']],
    ['0 9 * * *', 'Europe/Berlin', '2030-07-01T00:00:00Z', ['2030-07-01T07:00:00Z']],
    ['5/20 * * * ?', undefined, '2030-01-01T00:06:00Z', ['2030-01-01T00:25:00Z', '2030-01-01T00:45:00Z', '2030-01-01T01:05:00Z']],
    ['0-10/5,30 12 * JAN,mar sun', undefined, '2030-01-06T12:04:00Z', ['2030-01-06T12:05:00Z', '2030-01-06T12:10:00Z', '2030-01-06T12:30:00Z', '2030-01-13T12:00:00Z']],
    ['0 0 29 2 *', undefined, '2030-01-01T00:00:00Z', ['2032-02-29T00:00:00Z']],
    ['@yearly', undefined, '2030-01-01T00:00:00Z', ['2031-01-01T00:00:00Z']],
    ['@monthly', undefined, '2030-01-01T00:00:00Z', ['2030-02-01T00:00:00Z']],
    ['@weekly', undefined, '2030-01-01T00:00:00Z', ['2030-01-06T00:00:00Z']],
    ['@daily', 'Asia/Kolkata', '2030-01-01T00:00:00Z', ['2030-01-01T18:30:00Z']],
    ['@hourly', undefined, '2030-01-01T00:10:00Z', ['2030-01-01T01:00:00Z']],
    ['@every 1h30m', undefined, '2030-01-01T00:00:00Z', ['2030-01-01T01:30:00Z', '2030-01-01T03:00:00Z']],
    ['@every 1500ms', undefined, '2030-01-01T00:00:00Z', ['2030-01-01T00:00:01Z', '2030-01-01T00:00:02Z']],
  ]);
  assert.deepEqual(strikes('0 0 31 2 *', undefined, '2030-01-01T00:00:00Z', 1), [], 'never');
});

test('either of the two days is enough, unless one of them is any day; steps choose days, except */1', () => {
  check([
    ['0 0 13 * 5', undefined, '2030-01-05T00:00:00Z', ['2030-01-11T00:00:00Z', '2030-01-13T00:00:00Z', '2030-01-18T00:00:00Z']],
    ['0 0 * * 5', undefined, '2030-01-05T00:00:00Z', ['2030-01-11T00:00:00Z', '2030-01-18T00:00:00Z']],
    ['0 0 13 * ?', undefined, '2030-01-05T00:00:00Z', ['2030-01-13T00:00:00Z', '2030-02-13T00:00:00Z']],
    ['0 0 */10 * 5', undefined, '2030-01-05T00:00:00Z', ['2030-01-11T00:00:00Z', '2030-01-18T00:00:00Z', '2030-01-21T00:00:00Z']],
    ['0 0 */1 * 5', undefined, '2030-01-05T00:00:00Z', ['2030-01-11T00:00:00Z', '2030-01-18T00:00:00Z']],
    ['0 0 13 * */1', undefined, '2030-01-05T00:00:00Z', ['2030-01-13T00:00:00Z', '2030-02-13T00:00:00Z']],
    ['0 0 13,* * 5', undefined, '2030-01-05T00:00:00Z', ['2030-01-11T00:00:00Z', '2030-01-18T00:00:00Z']],
  ]);
});

test('a time that the clock leaves out is no strike', () => {
  check([
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', ['2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z']],
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', ['2026-03-09T06:30:00Z']],
    ['0 2,3 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['2026-03-29T01:00:00Z', '2026-03-30T00:00:00Z', '2026-03-30T01:00:00Z']],
    ['*/30 * * * *', 'Europe/Berlin', '2026-03-29T00:10:00Z', ['2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z']],
    ['0 0 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z']],
    ['15 2 * * *', 'Pacific/Auckland', '2026-09-25T20:30:42Z', ['2026-09-27T13:15:00Z']],
  ]);
});

test('a time that the clock shows twice is two strikes', () => {
  check([
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-26T01:30:00Z']],
    ['29 1 * * *', 'America/Los_Angeles', '2026-11-01T04:34:10Z', ['2026-11-01T08:29:00Z', '2026-11-01T09:29:00Z', '2026-11-02T09:29:00Z']],
    ['0 * * * *', 'America/Los_Angeles', '2026-11-01T07:30:00Z', ['2026-11-01T08:00:00Z', '2026-11-01T09:00:00Z', '2026-11-01T10:00:00Z']],
    ['0 3 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', ['2026-10-25T02:00:00Z', '2026-10-26T02:00:00Z']],
  ]);
});

test('the latest strike is the last of those that next names', () => {
  const five = parseSchedule('*/5 * * * *');
  assert.equal(five.latest(0, at('2030-01-01T12:05:00Z')), at('2030-01-01T12:05:00Z'));
  assert.equal(five.latest(at('2030-01-01T12:05:00Z'), at('2030-01-01T12:07:30Z')), undefined);
  const daily = parseSchedule('30 2 * * *', 'Europe/Berlin');
  assert.equal(daily.latest(at('2026-03-01T00:00:00Z'), at('2026-03-29T12:00:00Z')), at('2026-03-28T01:30:00Z'));
  assert.equal(daily.latest(at('2026-10-01T00:00:00Z'), at('2026-10-25T01:29:59Z')), at('2026-10-25T00:30:00Z'));
  assert.equal(daily.latest(at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')), at('2026-10-25T01:30:00Z'));
  assert.equal(parseSchedule('0 0 1 1 *').latest(at('2024-05-01T00:00:00Z'), at('2030-12-01T00:00:00Z')), at('2030-01-01T00:00:00Z'));
});

test('where clocks are put forward at midnight, or by half an hour, a schedule keeps its days: robfig/cron loses some', () => {
  check([
    ['0 14 25 * 5,0', 'Asia/Beirut', '2026-03-28T20:37:22Z', ['2026-03-29T11:00:00Z', '2026-04-03T11:00:00Z']],
    ['0 5 * * sat', 'Africa/Cairo', '2026-04-23T12:44:33Z', ['2026-04-25T02:00:00Z']],
    ['13 3 * * *', 'Australia/Lord_Howe', '2027-04-03T08:16:36Z', ['2027-04-03T16:43:00Z', '2027-04-04T16:43:00Z']],
  ]);
});
