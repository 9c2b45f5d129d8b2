// batch/v1 CronJob.
import { isJsonObject, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { parseCronSchedule } from '../../expr/mod.ts';
import { ageOf } from '../age.ts';
import { selectorCell } from '../apps/workload.ts';
import { builtinKind } from '../builtin-kind.ts';
import { invalid, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, containerColumns, integerColumn, itemsAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { supportedCauses } from '../core/member-causes.ts';
import { namedTemplateWarnings } from '../core/pod-warnings.ts';
import { fill, fillMissing, mapMembers, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { nonNegativeCauses } from '../number-validation.ts';
import { defaultJobTemplateSpec, jobSpecCauses } from './job-spec.ts';

/** Its Jobs are named after it, with a dash and ten digits. */
const NAME_LENGTH_MAX = 52;
/** Schedules of other programs may begin with one; here it has a field of its own. */
const ZONE_PREFIX = /^(CRON_)?TZ=\S+\s+/;
const CONCURRENCY_POLICIES = ['Allow', 'Forbid', 'Replace'];

export const cronJobKind: KindDefinition = builtinKind('batch/v1/cronjobs', {
  subresources: ['status'],
  hasGeneration: true,
  setDefaults: (cronJob) => mapSpec(cronJob, defaultSpec),
  validate,
  warnings: namedTemplateWarnings('spec', 'jobTemplate', 'spec', 'template'),
  columns: [
    NAME_COLUMN,
    textColumn('Schedule', 'When it makes Jobs.', (cronJob) => textAt(cronJob, '', 'spec', 'schedule')),
    textColumn('Timezone', 'Where the schedule is read.', (cronJob) => textAt(cronJob, '<none>', 'spec', 'timeZone')),
    { ...textColumn('Suspend', 'Whether it pauses.', suspended), type: 'boolean' },
    integerColumn('Active', 'Jobs that run.', (cronJob) => itemsAt(cronJob, 'status', 'active').length),
    textColumn('Last Schedule', 'Time since it made a Job last.', lastSchedule),
    AGE_COLUMN,
    ...containerColumns('spec', 'jobTemplate', 'spec', 'template', 'spec'),
    wideColumn('Selector', 'Labels of the Pods.', (cronJob) => selectorCell(fieldOf(cronJob, 'spec', 'jobTemplate', 'spec', 'selector'))),
  ],
});

function defaultSpec(spec: JsonObject): JsonObject {
  const templated = mapMembers(spec, { jobTemplate: (template) => ({ ...template, metadata: template['metadata'] ?? {}, spec: defaultJobTemplateSpec(isJsonObject(template['spec']) ? template['spec'] : {}) }) });
  return fillMissing(fill(templated, { concurrencyPolicy: 'Allow' }), { suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
}

function validate(cronJob: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const spec = isJsonObject(cronJob.spec) ? cronJob.spec : {};
  const { name } = cronJob.metadata;
  return [
    ...scheduleCauses(textAt(spec, '', 'schedule')),
    ...nonNegativeCauses(spec, 'spec', ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit']),
    ...(spec['timeZone'] === fieldOf(old, 'spec', 'timeZone') ? [] : timeZoneCauses(spec['timeZone'])),
    ...supportedCauses(spec, 'spec', 'concurrencyPolicy', CONCURRENCY_POLICIES),
    ...templateCauses(spec),
    ...(old === undefined && name.length > NAME_LENGTH_MAX ? [invalid('metadata.name', name, `must be no more than ${NAME_LENGTH_MAX} characters`)] : []),
  ];
}

function scheduleCauses(schedule: string): readonly StatusCause[] {
  if (schedule === '') return [required('spec.schedule')];
  const outcome = parseCronSchedule(schedule.replace(ZONE_PREFIX, ''));
  return [
    ...(outcome.ok ? [] : [invalid('spec.schedule', schedule, outcome.message)]),
    ...(schedule.includes('TZ') ? [invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')] : []),
  ];
}

function timeZoneCauses(zone: unknown): readonly StatusCause[] {
  if (zone === undefined) return [];
  if (zone === '') return [invalid('spec.timeZone', zone, 'timeZone must be nil or non-empty string')];
  return isTimeZone(String(zone)) ? [] : [invalid('spec.timeZone', zone, `unknown time zone ${String(zone)}`)];
}

function isTimeZone(zone: string): boolean {
  // Offsets such as +02:00 are none: only names of places.
  if (!/^[A-Za-z]/.test(zone) || zone.toLowerCase() === 'local') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
    return true;
  } catch {
    return false; // RangeError: no such zone
  }
}

function templateCauses(spec: JsonObject): readonly StatusCause[] {
  const template = fieldOf(spec, 'jobTemplate', 'spec');
  const path = 'spec.jobTemplate.spec';
  const { selector, manualSelector } = isJsonObject(template) ? template : {};
  return [
    ...jobSpecCauses(isJsonObject(template) ? template : {}, path),
    ...(selector === undefined ? [] : [invalid(`${path}.selector`, selector, '`selector` will be auto-generated')]),
    ...(manualSelector === true ? [notSupported(`${path}.manualSelector`, manualSelector, ['nil', 'false'])] : []),
  ];
}

function suspended(cronJob: KubeObject): string {
  const suspend = fieldOf(cronJob, 'spec', 'suspend');
  return suspend === undefined ? '<unset>' : suspend === true ? 'True' : 'False';
}

function lastSchedule(cronJob: KubeObject, nowMs: number): string {
  const time = fieldOf(cronJob, 'status', 'lastScheduleTime');
  return time === undefined ? '<none>' : ageOf(time, nowMs);
}
