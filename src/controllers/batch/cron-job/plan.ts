// What a CronJob does next; pure. After pkg/controller/cronjob of Kubernetes.
import { isJsonObject, jsonEquals, toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, isConditionTrue, labelsOf, textAt } from '../../../api/mod.ts';
import type { EventText } from '../../../client/mod.ts';
import { controllerReference } from '../../pod-template.ts';
import { parseSchedule } from './schedule.ts';

export interface CronJobPlan {
  /** Running ones that give way, and finished ones beyond the history that is kept. */
  readonly deletions: readonly KubeObject[];
  readonly create?: KubeObject;
  readonly status?: JsonObject;
  readonly events: readonly EventText[];
  readonly wakeAtMs?: number;
}

const SCHEDULED_ANNOTATION = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** `jobs`: those that it controls. */
export function planCronJob(cronJob: KubeObject, jobs: readonly KubeObject[], nowMs: number): CronJobPlan {
  if (cronJob.metadata.deletionTimestamp !== undefined) return { deletions: [], events: [] };
  const running = jobs.filter((job) => !isFinished(job));
  const start = startOf(cronJob, jobs, running, nowMs);
  const outlived = [...beyond(cronJob, jobs, 'Complete', 'successfulJobsHistoryLimit'), ...beyond(cronJob, jobs, 'Failed', 'failedJobsHistoryLimit')];
  const status = statusOf(cronJob, jobs, running.filter((job) => !start.replaced.includes(job)), start.scheduledMs);
  return {
    deletions: [...start.replaced, ...outlived],
    ...(start.job === undefined ? {} : { create: start.job }),
    ...(jsonEquals(status, cronJob.status ?? {}) ? {} : { status }),
    events: start.event === undefined ? [] : [start.event],
    ...(start.wakeAtMs === undefined ? {} : { wakeAtMs: start.wakeAtMs }),
  };
}

interface Start {
  readonly job?: KubeObject;
  readonly scheduledMs?: number;
  readonly replaced: readonly KubeObject[];
  readonly event?: EventText;
  readonly wakeAtMs?: number | undefined;
}

function startOf(cronJob: KubeObject, jobs: readonly KubeObject[], running: readonly KubeObject[], nowMs: number): Start {
  if (fieldOf(cronJob, 'spec', 'suspend') === true) return { replaced: [] };
  const zone = textAt(cronJob, '', 'spec', 'timeZone');
  const schedule = parseSchedule(textAt(cronJob, '', 'spec', 'schedule'), zone === '' ? undefined : zone);
  const sinceMs = Date.parse(textAt(cronJob, cronJob.metadata.creationTimestamp ?? toRfc3339(nowMs), 'status', 'lastScheduleTime'));
  const atMs = schedule.latest(sinceMs, nowMs);
  const wakeAtMs = schedule.next(textAt(cronJob, '', 'spec', 'schedule').includes('@every') ? (atMs ?? sinceMs) : nowMs);
  if (atMs === undefined) return { replaced: [], wakeAtMs };
  const deadlineSeconds = fieldOf(cronJob, 'spec', 'startingDeadlineSeconds');
  if (typeof deadlineSeconds === 'number' && atMs + deadlineSeconds * 1000 < nowMs) {
    return { replaced: [], wakeAtMs, event: { type: 'Warning', reason: 'MissSchedule', message: `Missed scheduled time to start a job: ${toRfc3339(atMs)}` } };
  }
  const job = jobOf(cronJob, atMs);
  if (jobs.some(({ metadata }) => metadata.name === job.metadata.name)) return { replaced: [], wakeAtMs, scheduledMs: atMs };
  const policy = textAt(cronJob, 'Allow', 'spec', 'concurrencyPolicy');
  if (policy === 'Forbid' && running.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return { replaced: [], wakeAtMs, event: { type: 'Normal', reason: 'JobAlreadyActive', message } };
  }
  return { job, scheduledMs: atMs, replaced: policy === 'Replace' ? running : [], wakeAtMs };
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
      annotations: { ...labelsOf(fieldOf(template, 'metadata', 'annotations')), [SCHEDULED_ANNOTATION]: toRfc3339(scheduledMs) },
      ownerReferences: [controllerReference(cronJob, 'batch/v1', 'CronJob')],
    },
    spec: isJsonObject(spec) ? spec : {},
  };
}

function isFinished(job: KubeObject): boolean {
  return isConditionTrue(job, 'Complete') || isConditionTrue(job, 'Failed');
}

function beyond(cronJob: KubeObject, jobs: readonly KubeObject[], condition: string, limitMember: string): readonly KubeObject[] {
  const limit = fieldOf(cronJob, 'spec', limitMember);
  if (typeof limit !== 'number') return [];
  const startOfJob = (job: KubeObject) => textAt(job, job.metadata.creationTimestamp ?? '', 'status', 'startTime');
  const ended = jobs.filter((job) => isConditionTrue(job, condition) && job.metadata.deletionTimestamp === undefined);
  return ended.toSorted((a, b) => (startOfJob(a) < startOfJob(b) ? -1 : 1)).slice(0, Math.max(0, ended.length - limit));
}

function statusOf(cronJob: KubeObject, jobs: readonly KubeObject[], running: readonly KubeObject[], scheduledMs: number | undefined): JsonObject {
  const active = running.map(({ metadata: { name, namespace = '', uid = '' } }) => ({ apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid }));
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
