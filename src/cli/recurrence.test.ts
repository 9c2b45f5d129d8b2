import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecurrence } from './recurrence.ts';

const read = (words: object) => readRecurrence({ every: undefined, cron: undefined, maxConcurrency: undefined, isWithoutCatchup: false, ...words });

test('an interval or a cron schedule makes a recurring run, nothing of it a run', () => {
  assert.equal(read({}), undefined);
  const seconds = (every: string) => (read({ every })!['trigger'] as { periodic_schedule: { interval_second: string } }).periodic_schedule.interval_second;
  assert.deepEqual(['90s', '1h', '1h30m', '1d', '1.5m'].map(seconds), ['90', '3600', '5400', '86400', '90']);
  assert.deepEqual(read({ cron: '0 30 2 * * *', maxConcurrency: '3', isWithoutCatchup: true }), { trigger: { cron_schedule: { cron: '0 30 2 * * *' } }, mode: 'ENABLE', max_concurrency: '3', no_catchup: true });
  assert.deepEqual(read({ cron: '@daily' })?.['trigger'], { cron_schedule: { cron: '@daily' } });
});

test('what can not be meant is said with what can', () => {
  for (const [words, sentence] of [
    [{ every: '1h', cron: '@daily' }, /either --every or --cron/],
    [{ every: 'hour' }, /--every hour is no interval .* 30m, 1h30m or 1d/],
    [{ every: '500ms' }, /no interval of whole seconds/],
    [{ every: '-1h' }, /no interval of whole seconds/],
    [{ cron: '30 2 * * *' }, /put the second before them, '0 30 2 \* \* \*'/],
    [{ every: '1h', maxConcurrency: '11' }, /from 1 to 10, not "11"/],
    [{ isWithoutCatchup: true }, /--no-catchup goes with --every or --cron/],
    [{ maxConcurrency: '2' }, /--max-concurrency goes with --every or --cron/],
  ] as const) {
    assert.throws(() => read(words), sentence);
  }
});
