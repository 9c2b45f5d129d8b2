// When a CronJob strikes, and what it then makes, replaces, skips and forgets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { newStrikeMs, planCronJob } from './plan.ts';

const at = (text: string) => Date.parse(text);
const NOW = at('2030-01-01T12:07:30Z');

function cronJob(spec: JsonObject = {}, status: JsonObject = {}): KubeObject {
  const jobTemplate = { metadata: { labels: { a: 'b' } }, spec: { template: {} } };
  const defaults = { schedule: '*/5 * * * *', concurrencyPolicy: 'Allow', successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1, jobTemplate };
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick', namespace: 'ns', uid: 'u', creationTimestamp: '2030-01-01T12:01:00Z' }, spec: { ...defaults, ...spec }, status };
}

function job(name: string, condition?: string, startTime = '2030-01-01T12:00:00Z'): KubeObject {
  const conditions = condition === undefined ? [] : [{ type: condition, status: 'True' }];
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'ns', uid: name }, status: { startTime, conditions, ...(condition === 'Complete' ? { completionTime: startTime } : {}) } };
}

test('a Job for the last strike, once; the next strike is waited for', () => {
  const due = planCronJob(cronJob(), [], NOW);
  assert.equal(due.create?.metadata.name, `tick-${at('2030-01-01T12:05:00Z') / 60_000}`);
  assert.deepEqual([due.create?.metadata.labels, due.create?.metadata.annotations], [{ a: 'b' }, { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2030-01-01T12:05:00Z' }]);
  assert.deepEqual([due.status, due.wakeAtMs], [{ lastScheduleTime: '2030-01-01T12:05:00Z' }, at('2030-01-01T12:10:00Z')]);
  assert.equal(planCronJob(cronJob({}, due.status), [], NOW).create, undefined);
  assert.equal(planCronJob(cronJob(), [job(due.create!.metadata.name)], NOW).create, undefined);
  assert.equal(planCronJob(cronJob({ suspend: true }), [], NOW).create, undefined);
});

test('the mark of a strike has the time of day of its zone', () => {
  const mark = (timeZone: string, nowMs = NOW) => planCronJob(cronJob({ timeZone }), [], nowMs).create?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'];
  assert.equal(mark('Europe/Berlin'), '2030-01-01T13:05:00+01:00');
  assert.equal(mark('America/St_Johns'), '2030-01-01T08:35:00-03:30');
  assert.equal(mark('Europe/London'), '2030-01-01T12:05:00Z');
  assert.equal(mark('Europe/London', at('2030-07-01T12:05:00Z')), '2030-07-01T13:05:00+01:00');
});

test('a Job that somebody made by hand holds back no strike, gives way to none and is not counted as running', () => {
  const byHand = { ...job('by-hand'), metadata: { ...job('by-hand').metadata, annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' } } };
  const forbidden = planCronJob(cronJob({ concurrencyPolicy: 'Forbid' }), [byHand], NOW);
  assert.notEqual(forbidden.create, undefined);
  const replaced = planCronJob(cronJob({ concurrencyPolicy: 'Replace' }), [byHand, job('before')], NOW);
  assert.deepEqual(replaced.deletions.map(({ metadata }) => metadata.name), ['before']);
  assert.equal(forbidden.status?.['active'], undefined);
});

test('concurrency: forbidden, or replaced; a strike that is too old is missed', () => {
  const forbidden = planCronJob(cronJob({ concurrencyPolicy: 'Forbid' }), [job('before')], NOW);
  assert.deepEqual([forbidden.create, forbidden.events[0]?.reason], [undefined, 'JobAlreadyActive']);
  const replaced = planCronJob(cronJob({ concurrencyPolicy: 'Replace' }), [job('before')], NOW);
  assert.deepEqual([replaced.deletions.map(({ metadata }) => metadata.name), replaced.create !== undefined], [['before'], true]);
  const missed = planCronJob(cronJob({ startingDeadlineSeconds: 100 }), [], NOW);
  assert.deepEqual([missed.create, missed.events, missed.wakeAtMs], [undefined, [], at('2030-01-01T12:10:00Z')]);
});

test('more than a hundred strikes that were missed: the last is made up for, with a warning', () => {
  const reasons = (lastScheduleTime: string) => planCronJob(cronJob({}, { lastScheduleTime }), [], NOW).events.map(({ reason }) => reason);
  assert.deepEqual(reasons('2030-01-01T03:45:00Z'), []);
  assert.deepEqual(reasons('2030-01-01T03:40:00Z'), ['TooManyMissedTimes']);
  assert.notEqual(planCronJob(cronJob({}, { lastScheduleTime: '2029-01-01T00:00:00Z' }), [], NOW).create, undefined);
});

test('a new schedule is not made up for', () => {
  const before = cronJob();
  assert.equal(newStrikeMs(cronJob({ schedule: '0 12 * * *' }), before, NOW), at('2030-01-02T12:00:00Z'));
  assert.equal(newStrikeMs(cronJob({ timeZone: 'Europe/Berlin', schedule: '*/5 * * * *' }), before, NOW), at('2030-01-01T12:10:00Z'));
  assert.equal(newStrikeMs(cronJob({ suspend: true }), before, NOW), undefined);
  const ran = { lastScheduleTime: '2030-01-01T11:57:00Z' };
  assert.equal(newStrikeMs(cronJob({ schedule: '@every 20m' }, ran), cronJob({ schedule: '@every 1h' }, ran), NOW), at('2030-01-01T12:17:00Z'), 'intervals count from the last strike');
});

test('history and what is told of it', () => {
  const jobs = [job('new', 'Complete', '2030-01-01T12:04:00Z'), job('old', 'Complete'), job('bad', 'Failed'), job('runs')];
  const plan = planCronJob(cronJob({}, { lastScheduleTime: '2030-01-01T12:05:00Z' }), jobs, NOW);
  assert.deepEqual(plan.deletions.map(({ metadata }) => metadata.name), ['old']);
  assert.deepEqual(planCronJob(cronJob({ suspend: true }, { active: [{ uid: 'bad' }] }), jobs, NOW).events.map(({ message }) => message), ['Saw completed job: bad, condition: Failed']);
  assert.deepEqual(plan.status, {
    active: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'runs', namespace: 'ns', resourceVersion: '', uid: 'runs' }],
    lastScheduleTime: '2030-01-01T12:05:00Z',
    lastSuccessfulTime: '2030-01-01T12:04:00Z',
  });
});

test('of Jobs that started together the first by name goes first', () => {
  const jobs = ['b', 'a', 'c'].map((name) => job(name, 'Failed'));
  assert.deepEqual(planCronJob(cronJob({ suspend: true }), jobs, NOW).deletions.map(({ metadata }) => metadata.name), ['a', 'b']);
});

test('a Job that somebody deleted while it ran, and a day that there is not, are told of', () => {
  const gone = planCronJob(cronJob({ suspend: true }, { active: [{ uid: 'x', name: 'tick-1' }] }), [], NOW);
  assert.deepEqual([gone.events, gone.status], [[{ type: 'Normal', reason: 'MissingJob', message: 'Active job went missing: tick-1' }], {}]);
  const never = planCronJob(cronJob({ schedule: '0 0 31 2 *' }), [], NOW);
  assert.deepEqual([never.create, never.wakeAtMs, never.events.map(({ reason }) => reason)], [undefined, undefined, ['InvalidSchedule']]);
});

test('a strike whose Job was refused has not struck, but those that ended are told of once', () => {
  const one = cronJob({}, { active: [{ uid: 'bad' }], lastScheduleTime: '2030-01-01T12:00:00Z' });
  const due = planCronJob(one, [job('bad', 'Failed')], NOW);
  assert.deepEqual([due.create !== undefined, due.events.map(({ reason }) => reason)], [true, ['SawCompletedJob']]);
  const refused = planCronJob(one, [job('bad', 'Failed')], NOW, true);
  assert.deepEqual(refused.status, { lastScheduleTime: '2030-01-01T12:00:00Z' });
  const again = planCronJob({ ...one, status: refused.status! }, [job('bad', 'Failed')], NOW, true);
  assert.deepEqual([again.status, again.events, again.create !== undefined], [undefined, [], true]);
});
