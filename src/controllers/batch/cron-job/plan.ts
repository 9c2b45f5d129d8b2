// What a CronJob does next; pure. After pkg/controller/cronjob of Kubernetes.
import { isJsonObject, jsonEquals, toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, isConditionTrue, labelsOf, textAt } from '../../../api/mod.ts';
import type { EventText } from '../../../client/mod.ts';
import { controllerReference } from '../../pod-template.ts';
import { parseSchedule, strikeText, type Schedule } from './schedule.ts';

export interface CronJobPlan {
  /** Running ones that give way, and finished ones beyond the history that is kept. */
  readonly deletions: readonly KubeObject[];
  readonly create?: KubeObject;
  readonly status?: JsonObject;
  readonly events: readonly EventText[];
  readonly wakeAtMs?: number;
}

/** Of a Job that somebody made from the template: `kubectl create job --from=cronjob/NAME`. */
const MADE_BY_HAND = ['cronjob.kubernetes.io/instantiate', 'manual'] as const;
const SCHEDULED_ANNOTATION = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** More missed strikes than this are a sign of a wrong clock, or of a server that was away for long: only the last is made up for, with a warning. */
const MISSED_COUNT_MAX = 100;
const TOO_MANY_MISSED: EventText = { type: 'Warning', reason: 'TooManyMissedTimes', message: 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew' };

/** `jobs`: those that it controls. `isRefused`: its new Job was refused a moment ago; what it says without it. */
export function planCronJob(cronJob: KubeObject, jobs: readonly KubeObject[], nowMs: number, isRefused = false): CronJobPlan {
  if (cronJob.metadata.deletionTimestamp !== undefined) return { deletions: [], events: [] };
  const running = jobs.filter((job) => !isFinished(job) && !isMadeByHand(job));
  const start = startOf(cronJob, jobs, running, nowMs);
  const outlived = [...beyond(cronJob, jobs, 'Complete', 'successfulJobsHistoryLimit'), ...beyond(cronJob, jobs, 'Failed', 'failedJobsHistoryLimit')];
  const status = statusOf(cronJob, jobs, running.filter((job) => !start.replaced.includes(job)), isRefused ? undefined : start.scheduledMs);
  return {
    deletions: [...start.replaced, ...outlived],
    ...(start.job === undefined ? {} : { create: start.job }),
    ...(jsonEquals(status, cronJob.status ?? {}) ? {} : { status }),
    events: [...endsOf(cronJob, jobs), ...(start.events ?? [])],
    ...(start.wakeAtMs === undefined ? {} : { wakeAtMs: start.wakeAtMs }),
  };
}

/** The next strike of a schedule that has just been changed; undefined when it has not, or never strikes. */
export function newStrikeMs(cronJob: KubeObject, previous: KubeObject, nowMs: number): number | undefined {
  const isSame = ['schedule', 'timeZone'].every((member) => fieldOf(cronJob, 'spec', member) === fieldOf(previous, 'spec', member));
  return isSame ? undefined : strikesOf(cronJob, scheduleOf(cronJob), nowMs).nextMs;
}

function scheduleOf(cronJob: KubeObject): Schedule {
  return parseSchedule(textAt(cronJob, '', 'spec', 'schedule'), zoneOf(cronJob));
}

function zoneOf(cronJob: KubeObject): string | undefined {
  const zone = textAt(cronJob, '', 'spec', 'timeZone');
  return zone === '' ? undefined : zone;
}

interface Strikes {
  /** The last one that counted, or when the CronJob was made. */
  readonly sinceMs: number;
  /** The latest since then. */
  readonly dueMs?: number | undefined;
  readonly nextMs: number | undefined;
}

function strikesOf(cronJob: KubeObject, schedule: Schedule, nowMs: number): Strikes {
  const sinceMs = Date.parse(textAt(cronJob, cronJob.metadata.creationTimestamp ?? toRfc3339(nowMs), 'status', 'lastScheduleTime'));
  const dueMs = schedule.latest(sinceMs, nowMs);
  return { sinceMs, dueMs, nextMs: schedule.next(dueMs ?? sinceMs) };
}

interface Start {
  readonly job?: KubeObject;
  readonly scheduledMs?: number;
  readonly replaced: readonly KubeObject[];
  readonly events?: readonly EventText[];
  readonly wakeAtMs?: number | undefined;
}

function startOf(cronJob: KubeObject, jobs: readonly KubeObject[], running: readonly KubeObject[], nowMs: number): Start {
  if (fieldOf(cronJob, 'spec', 'suspend') === true) return { replaced: [] };
  const schedule = scheduleOf(cronJob);
  const { sinceMs, dueMs, nextMs } = strikesOf(cronJob, schedule, nowMs);
  if (nextMs === undefined) return { replaced: [], events: [neverStrikes(cronJob)] };
  const deadlineSeconds = fieldOf(cronJob, 'spec', 'startingDeadlineSeconds');
  const earliestMs = typeof deadlineSeconds === 'number' ? nowMs - deadlineSeconds * 1000 : 0;
  // What is older than the deadline is missed without a word, as upstream.
  if (dueMs === undefined || dueMs <= earliestMs) return { replaced: [], wakeAtMs: nextMs };
  const job = jobOf(cronJob, dueMs);
  if (jobs.some(({ metadata }) => metadata.name === job.metadata.name)) return { replaced: [], wakeAtMs: nextMs, scheduledMs: dueMs };
  const many = missedCount(schedule, Math.max(sinceMs, earliestMs), nowMs) > MISSED_COUNT_MAX ? [TOO_MANY_MISSED] : [];
  const policy = textAt(cronJob, 'Allow', 'spec', 'concurrencyPolicy');
  if (policy === 'Forbid' && running.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return { replaced: [], wakeAtMs: nextMs, events: [...many, { type: 'Normal', reason: 'JobAlreadyActive', message }] };
  }
  return { job, scheduledMs: dueMs, replaced: policy === 'Replace' ? running : [], wakeAtMs: nextMs, events: many };
}

/** The schedule is well formed, but there is no such day. */
function neverStrikes(cronJob: KubeObject): EventText {
  return { type: 'Warning', reason: 'InvalidSchedule', message: `invalid schedule: ${textAt(cronJob, '', 'spec', 'schedule')} : there is no such day, name another one in spec.schedule` };
}

/** Jobs that were running when the status was written, and have ended or are gone. */
function endsOf(cronJob: KubeObject, jobs: readonly KubeObject[]): readonly EventText[] {
  return itemsAt(cronJob, 'status', 'active').flatMap((told): readonly EventText[] => {
    const job = jobs.find(({ metadata }) => metadata.uid === fieldOf(told, 'uid'));
    if (job === undefined) return [{ type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${textAt(told, '', 'name')}` }];
    const condition = isConditionTrue(job, 'Complete') ? 'Complete' : 'Failed';
    return isFinished(job) ? [{ type: 'Normal', reason: 'SawCompletedJob', message: `Saw completed job: ${job.metadata.name}, condition: ${condition}` }] : [];
  });
}

/** Reckoned, as upstream, from the distance of the first two. */
function missedCount(schedule: Schedule, sinceMs: number, nowMs: number): number {
  const firstMs = schedule.next(sinceMs) ?? nowMs;
  const secondMs = schedule.next(firstMs);
  return secondMs === undefined || secondMs > nowMs ? 1 : Math.floor((nowMs - firstMs) / Math.max(1_000, secondMs - firstMs)) + 1;
}

/** Its name follows from the minute, so that making it twice makes one. */
function jobOf(cronJob: KubeObject, scheduledMs: number): KubeObject {
  const template = fieldOf(cronJob, 'spec', 'jobTemplate');
  const { name, namespace = '' } = cronJob.metadata;
  const spec = fieldOf(template, 'spec');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${name}-${Math.floor(scheduledMs / 60_000)}`,
      namespace,
      labels: labelsOf(fieldOf(template, 'metadata', 'labels')),
      annotations: { ...labelsOf(fieldOf(template, 'metadata', 'annotations')), [SCHEDULED_ANNOTATION]: strikeText(scheduledMs, zoneOf(cronJob)) },
      ownerReferences: [controllerReference(cronJob, 'batch/v1', 'CronJob')],
    },
    spec: isJsonObject(spec) ? spec : {},
  };
}

/** Those hold back no other, and give way to none. */
function isMadeByHand({ metadata: { annotations } }: KubeObject): boolean {
  const [annotation, value] = MADE_BY_HAND;
  return annotations?.[annotation] === value;
}

function isFinished(job: KubeObject): boolean {
  return isConditionTrue(job, 'Complete') || isConditionTrue(job, 'Failed');
}

function beyond(cronJob: KubeObject, jobs: readonly KubeObject[], condition: string, limitMember: string): readonly KubeObject[] {
  const limit = fieldOf(cronJob, 'spec', limitMember);
  if (typeof limit !== 'number') return [];
  const ended = jobs.filter((job) => isConditionTrue(job, condition) && job.metadata.deletionTimestamp === undefined);
  return ended.toSorted(byStart).slice(0, Math.max(0, ended.length - limit));
}

/** Jobs without a start last, Jobs of one start by name. */
function byStart(a: KubeObject, b: KubeObject): number {
  const [left, right] = [a, b].map((job) => `${textAt(job, '~', 'status', 'startTime')} ${job.metadata.name}`);
  return left! < right! ? -1 : 1;
}

function statusOf(cronJob: KubeObject, jobs: readonly KubeObject[], running: readonly KubeObject[], scheduledMs: number | undefined): JsonObject {
  const told = itemsAt(cronJob, 'status', 'active');
  // A reference stays as it was when the Job was new.
  const active = running.map(({ metadata: { name, namespace = '', uid = '', resourceVersion = '' } }) => told.find((one) => fieldOf(one, 'uid') === uid) ?? { apiVersion: 'batch/v1', kind: 'Job', name, namespace, resourceVersion, uid });
  const before = textAt(cronJob, '', 'status', 'lastScheduleTime');
  const lastScheduleTime = scheduledMs === undefined ? before : toRfc3339(scheduledMs);
  const successes = [textAt(cronJob, '', 'status', 'lastSuccessfulTime'), ...jobs.map((job) => textAt(job, '', 'status', 'completionTime'))];
  const lastSuccessfulTime = successes.toSorted((a, b) => (a < b ? -1 : 1)).at(-1) ?? '';
  return {
    ...(active.length === 0 ? {} : { active }),
    ...(lastScheduleTime === '' ? {} : { lastScheduleTime }),
    ...(lastSuccessfulTime === '' ? {} : { lastSuccessfulTime }),
  };
}
