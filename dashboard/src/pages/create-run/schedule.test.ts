import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_SCHEDULE, problemsOf, scheduleBody } from './schedule.ts';

test('an interval is sent in seconds, a cron schedule as it is, each with its start and end', () => {
  assert.deepEqual(scheduleBody({ ...FIRST_SCHEDULE, count: '2', unitSeconds: '60' }), { trigger: { periodic_schedule: { interval_second: '120' } }, no_catchup: false });
  const [start, end] = ['2031-01-02T03:04', '2031-01-03T03:04'];
  assert.deepEqual(scheduleBody({ ...FIRST_SCHEDULE, kind: 'cron', cron: ' 0 30 9 * * 1-5 ', start, end, missed: 'last' }), {
    trigger: { cron_schedule: { cron: '0 30 9 * * 1-5', start_time: new Date(start).toISOString(), end_time: new Date(end).toISOString() } },
    no_catchup: true,
  });
});

test('what is certainly wrong is said at its field, and nothing is asked for', () => {
  for (const count of ['', '0', '1.5', '-1', 'two']) assert.match(problemsOf({ ...FIRST_SCHEDULE, count }).count ?? '', /whole number/);
  assert.deepEqual(problemsOf({ ...FIRST_SCHEDULE, kind: 'cron', count: '' }), {});
  const turned = { ...FIRST_SCHEDULE, start: '2031-01-02T03:04', end: '2031-01-01T03:04' };
  assert.deepEqual([problemsOf(turned), scheduleBody(turned)], [{ end: 'This is before the start.' }, undefined]);
});
