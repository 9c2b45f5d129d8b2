import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scheduleText } from './schedule-text.ts';

test('intervals are said in the largest unit that is exact, cron schedules as they are', () => {
  const every = (seconds: number) => scheduleText({ periodic_schedule: { interval_second: String(seconds) } });
  assert.deepEqual([1, 90, 3_600, 7_200, 5_400, 86_400, 1_209_600, 7_200_060].map(every), [
    'every second',
    'every 90 seconds',
    'every hour',
    'every 2 hours',
    'every 90 minutes',
    'every day',
    'every 2 weeks',
    'every 120,001 minutes',
  ]);
  assert.equal(scheduleText({ cron_schedule: { cron: '0 30 2 * * *' } }), '0 30 2 * * *');
});
