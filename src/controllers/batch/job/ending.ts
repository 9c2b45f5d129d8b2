// Whether a Job is about to end, and why; pure. In the order in which upstream looks.
import type { KubeObject } from '../../../base/mod.ts';
import { fieldOf, hasEnded, itemsAt, numberAt, textAt } from '../../../api/mod.ts';
import { conditionOf, containerStatusesOf, isActive } from '../../pod-state.ts';
import type { StampReading } from '../../stamp-reading.ts';
import { judgeFailure } from './failure-policy.ts';
import { parseIndexes } from './index-set.ts';
import { completionsOf, isIndexed, isTracked } from './job-pod.ts';
import { failedCount, hasFailed, hasLimitPerIndex, succeededCount, type Tally } from './tally.ts';

export interface EndingReason {
  readonly outcome: 'success' | 'failure';
  readonly reason: string;
  readonly message: string;
}

/** The time at which a Job is looked at, and how stamps compare with it. */
export interface JobTime {
  readonly nowMs: number;
  readonly read: StampReading;
}

export function endingOf(job: KubeObject, pods: readonly KubeObject[], tally: Tally, time: JobTime): EndingReason | undefined {
  return decidedEnding(job) ?? failureOf(job, pods, tally, time) ?? successOf(job, pods, tally);
}

/** What was written down once stays so. */
function decidedEnding(job: KubeObject): EndingReason | undefined {
  for (const [type, outcome] of [['FailureTarget', 'failure'], ['SuccessCriteriaMet', 'success']] as const) {
    const condition = conditionOf(job, type);
    if (condition?.['status'] === 'True') return { outcome, reason: textAt(condition, '', 'reason'), message: textAt(condition, '', 'message') };
  }
  return undefined;
}

function failureOf(job: KubeObject, pods: readonly KubeObject[], tally: Tally, time: JobTime): EndingReason | undefined {
  const failure = (reason: string, message: string): EndingReason => ({ outcome: 'failure', reason, message });
  for (const pod of pods.filter((one) => isTracked(one) && hasFailed(job, one))) {
    const verdict = judgeFailure(job, pod);
    if (verdict.action === 'FailJob') return failure('PodFailurePolicy', verdict.message);
  }
  const backoffLimit = numberAt(job, 'spec', 'backoffLimit');
  if (failedCount(tally) > backoffLimit || restartsTooOften(job, pods, backoffLimit)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  const deadlineMs = deadlineOf(job, time);
  if (deadlineMs !== undefined && time.nowMs >= deadlineMs) return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  return failedIndexesEnding(job, tally, failure);
}

function failedIndexesEnding(job: KubeObject, { failedIndexes, succeededIndexes }: Tally, failure: (reason: string, message: string) => EndingReason): EndingReason | undefined {
  if (!hasLimitPerIndex(job) || failedIndexes === undefined) return undefined;
  const failedMax = fieldOf(job, 'spec', 'maxFailedIndexes');
  if (typeof failedMax === 'number' && failedIndexes.size > failedMax) {
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  const isOver = failedIndexes.size + succeededIndexes.size >= (completionsOf(job) ?? 0);
  return failedIndexes.size > 0 && isOver ? failure('FailedIndexes', 'Job has failed indexes') : undefined;
}

function successOf(job: KubeObject, pods: readonly KubeObject[], tally: Tally): EndingReason | undefined {
  const rule = isIndexed(job) ? itemsAt(job, 'spec', 'successPolicy', 'rules').findIndex((one) => isRuleMet(one, tally.succeededIndexes, completionsOf(job))) : -1;
  if (rule >= 0) return { outcome: 'success', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` };
  const completions = completionsOf(job);
  const isEnough = completions === undefined ? succeededCount(tally) > 0 : succeededCount(tally) >= completions;
  if (!isEnough || pods.some(isActive)) return undefined;
  return { outcome: 'success', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
}

function isRuleMet(rule: unknown, succeeded: ReadonlySet<number>, completions: number | undefined): boolean {
  const text = fieldOf(rule, 'succeededIndexes');
  const wanted = typeof text === 'string' ? parseIndexes(text, completions) : undefined;
  if (succeeded.size === 0 || wanted?.size === 0) return false;
  const met = wanted === undefined ? succeeded.size : [...wanted].filter((index) => succeeded.has(index)).length;
  const count = fieldOf(rule, 'succeededCount');
  return met >= (typeof count === 'number' ? count : (wanted?.size ?? Number.POSITIVE_INFINITY));
}

/** Containers that start again inside their Pods count, too. */
function restartsTooOften(job: KubeObject, pods: readonly KubeObject[], backoffLimit: number): boolean {
  if (fieldOf(job, 'spec', 'template', 'spec', 'restartPolicy') !== 'OnFailure') return false;
  const restarts = pods.filter((pod) => !hasEnded(pod)).flatMap(containerStatusesOf).reduce((sum, status) => sum + numberAt(status, 'restartCount'), 0);
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

/** Moment at which the Job has been active for too long; a suspended one waits without limit. */
export function deadlineOf(job: KubeObject, { read }: Pick<JobTime, 'read'>): number | undefined {
  const limitSeconds = fieldOf(job, 'spec', 'activeDeadlineSeconds');
  const startMs = Date.parse(textAt(job, '', 'status', 'startTime'));
  if (typeof limitSeconds !== 'number' || Number.isNaN(startMs) || fieldOf(job, 'spec', 'suspend') === true) return undefined;
  return read(job.metadata.uid ?? '', startMs) + limitSeconds * 1000;
}
