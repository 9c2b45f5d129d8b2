import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCronSchedule } from '../../expr/mod.ts';
import { fieldOf } from '../kind.ts';
import { complaints, created, withSpec } from '../testing/objects.ts';
import { cronJobKind } from './cron-job.ts';
import { countIndexes } from './indexes.ts';
import { jobKind } from './job.ts';

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'web:1' }] } };

function refused(change: object): readonly string[] {
  return complaints(jobKind, created(jobKind, { spec: { template, ...change } }));
}

test('the Pods of a job carry its name and uid, by which it finds them', () => {
  const job = created(jobKind, { spec: { template: { metadata: { labels: { app: 'a' } }, ...template } } });
  const own = { 'batch.kubernetes.io/controller-uid': 'u-1', 'controller-uid': 'u-1', 'batch.kubernetes.io/job-name': 'x', 'job-name': 'x' };
  assert.deepEqual(job.spec?.['selector'], { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } });
  assert.deepEqual(fieldOf(job, 'spec', 'template', 'metadata'), { labels: { ...own, app: 'a' } });
  assert.deepEqual(job.metadata.labels, { app: 'a' });
  assert.deepEqual(complaints(jobKind, job), []);
  const foreign = { metadata: { labels: { 'job-name': 'other' } }, ...template };
  assert.deepEqual(refused({ template: foreign }), ['Invalid spec.template.metadata.labels[job-name]']);
  assert.deepEqual(refused({ manualSelector: true }), ['Required spec.selector', 'Invalid spec.template.metadata.labels']);
});

test('what a job may say', () => {
  assert.deepEqual(refused({ parallelism: -1, backoffLimit: -1 }), ['Invalid spec.parallelism', 'Invalid spec.backoffLimit']);
  assert.deepEqual(refused({ template: { spec: { containers: template.spec.containers } } }), ['Required spec.template.spec.restartPolicy']);
  assert.deepEqual(refused({ completionMode: 'Indexed', parallelism: 2 }), ['Required spec.completions']);
  assert.deepEqual(refused({ backoffLimitPerIndex: 1 }), ['Invalid spec.backoffLimitPerIndex']);
  assert.deepEqual(refused({ managedBy: 'me' }), ['Invalid spec.managedBy']);
  assert.deepEqual(refused({ managedBy: 'example.com/me', completionMode: 'Indexed', completions: 3, backoffLimitPerIndex: 1 }), []);
  assert.deepEqual(refused({ podReplacementPolicy: 'Now' }), ['NotSupported spec.podReplacementPolicy']);
});

test('policies of failure and success', () => {
  const rules = (...list: object[]) => refused({ podFailurePolicy: { rules: list } });
  assert.deepEqual(rules({ action: 'FailJob', onExitCodes: { operator: 'In', values: [1, 3], containerName: 'main' } }), []);
  assert.deepEqual(rules({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }), []);
  assert.deepEqual(rules({ action: 'FailIndex', onExitCodes: { operator: 'In', values: [3, 0, 3], containerName: 'side' } }), [
    'Invalid spec.podFailurePolicy.rules[0].action',
    'Invalid spec.podFailurePolicy.rules[0].onExitCodes.containerName',
    'Invalid spec.podFailurePolicy.rules[0].onExitCodes.values[1]',
    'Duplicate spec.podFailurePolicy.rules[0].onExitCodes.values[2]',
    'Invalid spec.podFailurePolicy.rules[0].onExitCodes.values',
  ]);
  assert.deepEqual(rules({ action: 'Count' }), ['Invalid spec.podFailurePolicy.rules[0]']);
  const success = (rule: object) => refused({ completionMode: 'Indexed', completions: 4, successPolicy: { rules: [rule] } });
  assert.deepEqual(success({ succeededIndexes: '0-1,3', succeededCount: 3 }), []);
  assert.deepEqual(success({ succeededIndexes: '0-9' }), ['Invalid spec.successPolicy.rules[0].succeededIndexes']);
  assert.deepEqual(success({ succeededIndexes: '0', succeededCount: 2 }), ['Invalid spec.successPolicy.rules[0].succeededCount']);
  assert.deepEqual(success({}), ['Required spec.successPolicy.rules[0]']);
});

test('indexes are counted, in growing order', () => {
  assert.deepEqual(countIndexes('0-3,5', 6), { ok: true, value: 5 });
  for (const text of ['a', '3,2', '2-1', '0,0', '5-6', '-1', '1,']) assert.equal(countIndexes(text, 6).ok, false, text);
});

test('a job that runs keeps its template; a suspended one that has not begun may be sent elsewhere', () => {
  const job = created(jobKind, { spec: { template } });
  const given = job.spec?.['template'] as unknown as { readonly spec: object };
  const placed = (where: object) => ({ ...given, spec: { ...given.spec, ...where } });
  assert.deepEqual(complaints(jobKind, withSpec(job, { suspend: true, parallelism: 0, backoffLimit: 1 }), job), []);
  assert.deepEqual(complaints(jobKind, withSpec(job, { completions: 2, completionMode: 'Indexed' }), job), ['Invalid spec.completions', 'Invalid spec.completionMode']);
  const moved = { template: placed({ nodeSelector: { disk: 'fast' } }) };
  assert.deepEqual(complaints(jobKind, withSpec(job, moved), job), ['Invalid spec.template']);
  const suspended = withSpec(job, { suspend: true });
  assert.deepEqual(complaints(jobKind, withSpec(suspended, moved), suspended), []);
  assert.deepEqual(complaints(jobKind, withSpec(suspended, { template: placed({ hostNetwork: true }) }), suspended), ['Invalid spec.template.spec']);
});

test('cron jobs: schedule, zone, name, template', () => {
  const jobTemplate = { spec: { template } };
  const cron = (change: object, name = 'x') => complaints(cronJobKind, created(cronJobKind, { spec: { schedule: '*/5 * * * *', jobTemplate, ...change } }, { name }));
  assert.deepEqual(cron({ timeZone: 'Europe/Berlin' }), []);
  assert.deepEqual(cron({ schedule: '' }), ['Required spec.schedule']);
  assert.deepEqual(cron({ schedule: 'TZ=UTC * * * * *' }), ['Invalid spec.schedule']);
  for (const zone of ['Mars/Olympus', '', 'Local', '+02:00']) assert.deepEqual(cron({ timeZone: zone }), ['Invalid spec.timeZone'], zone);
  assert.deepEqual(cron({ concurrencyPolicy: 'Sometimes' }), ['NotSupported spec.concurrencyPolicy']);
  assert.deepEqual(cron({}, 'n'.repeat(53)), ['Invalid metadata.name']);
  assert.deepEqual(cron({ jobTemplate: { spec: { template, selector: {}, manualSelector: true } } }), [
    'Invalid spec.jobTemplate.spec.selector',
    'NotSupported spec.jobTemplate.spec.manualSelector',
  ]);
});

test('schedules', () => {
  for (const text of ['* * * * *', '0 0 1,15 jan-mar mon', '*/10 8-18/2 ? * SUN', '@daily', '@every 1h30m', '@every 0', '1,,2 * * * *', ' 0 0 * * * ']) {
    assert.equal(parseCronSchedule(text).ok, true, text);
  }
  for (const text of ['', '* * * *', '60 * * * *', '* 5-2 * * *', '*/0 * * * *', '* * 0 * *', '@often', '@every soon', 'a * * * *', '1-2-3 * * * *', '* * * * 7', '@daily ', ' @daily', '-1 * * * *']) {
    assert.equal(parseCronSchedule(text).ok, false, text);
  }
});

test('time zones have a field of their own', () => {
  const causes = (spec: object) => complaints(cronJobKind, created(cronJobKind, { spec: { jobTemplate: { spec: { template } }, schedule: '0 0 * * *', ...spec } }));
  assert.deepEqual(causes({ timeZone: 'Europe/Berlin' }), []);
  for (const schedule of ['TZ=UTC 0 0 * * *', 'CRON_TZ=Europe/Berlin @daily']) assert.deepEqual(causes({ schedule }), ['Invalid spec.schedule'], schedule);
  for (const timeZone of ['', 'Local', 'local', 'Europe/Nowhere', '+02:00', '../etc', 'UTC+x']) assert.deepEqual(causes({ timeZone }), ['Invalid spec.timeZone'], timeZone);
});
