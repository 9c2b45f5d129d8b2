// What a step's Pod tells about it. The step-result door is the one way to success; the Pod only shows that the step
// started, why it does not start, and that it is lost.
import { unreachable, type KubeObject } from '../../base/mod.ts';
import { fieldOf, STEP_CONTAINER } from '../../api/mod.ts';
import { createPod, failAttempt, lacksWorkspace } from './attempt.ts';
import type { PodRequest } from './facts.ts';
import { missingObject } from './missing-object.ts';
import { changeNode, lookAgainAt, type Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';

/** A Pod that ended well and whose result does not come within this time counts as failed. */
const RESULT_WAIT_MS_MAX = 30_000;
/** A Pod that was created and does not come into the cache within this time is asked for again. */
const APPEARANCE_WAIT_MS_MAX = 30_000;
const RECENT_MS = 2_000;

export function observePod(planning: Planning, node: TaskNode): void {
  if (lacksWorkspace(planning, node)) return;
  const { podNamespace = '', podName = '' } = node.row;
  const pod = planning.facts.pod(podNamespace, podName);
  if (pod === undefined) return planning.facts.arePodsKnown ? withoutPod(planning, node) : undefined;
  const phase = fieldOf(pod, 'status', 'phase');
  if (phase === 'Failed') return failAttempt(planning, node, failureOf(pod));
  if (phase === 'Succeeded') return awaitResult(planning, node, pod);
  if (phase === 'Running') return showRunning(planning, node, pod);
  showPending(planning, node, pod);
}

/** Whether it was only just made: neither its node nor a scheduler has said anything of it, and observing it changes nothing. */
export function isUntold(pod: KubeObject): boolean {
  return fieldOf(pod, 'status', 'phase') === 'Pending' && ['conditions', 'containerStatuses'].every((member) => fieldOf(pod, 'status', member) === undefined);
}

function withoutPod(planning: Planning, node: TaskNode): void {
  const { podNamespace = '', podName = '', state } = node.row;
  const request = planning.facts.podRequest(podNamespace, podName);
  if (request !== undefined) return afterRequest(planning, node, request);
  // It may never have been created, or it was deleted before it ran: either way nothing is lost.
  if (state === 'PENDING') return createPod(planning, node);
  failAttempt(planning, node, { reason: 'PodDeleted', message: 'the Pod was deleted before the step ended' });
}

function afterRequest(planning: Planning, node: TaskNode, request: PodRequest): void {
  const { nowMs } = planning;
  switch (request.kind) {
    case 'refused':
      return failAttempt(planning, node, { reason: 'PodRefused', message: `the Pod was refused: ${request.status.message}` });
    case 'postponed': {
      if (request.retryAtMs <= nowMs) return createPod(planning, node);
      const message = `its Pod can not be created yet: ${request.status.message}`;
      if (node.row.state === 'PENDING') changeNode(planning, node, { state: 'PENDING', reason: 'PodPostponed', message });
      return lookAgainAt(planning, node, request.retryAtMs);
    }
    case 'asked': {
      const deadlineMs = request.atMs + APPEARANCE_WAIT_MS_MAX;
      return deadlineMs <= nowMs ? createPod(planning, node) : lookAgainAt(planning, node, deadlineMs);
    }
    default:
      unreachable(request);
  }
}

function showRunning(planning: Planning, node: TaskNode, pod: KubeObject): void {
  const startedAtMs = timeOf(fieldOf(mainStatusOf(pod), 'state', 'running', 'startedAt')) ?? planning.nowMs;
  // Pods tell whole seconds; what has just happened is better told by our own clock.
  const isRecent = planning.nowMs - startedAtMs < RECENT_MS;
  changeNode(planning, node, {
    state: 'RUNNING',
    reason: '',
    message: '',
    atMs: isRecent ? planning.nowMs : startedAtMs,
    ...(pod.metadata.uid === undefined ? {} : { podUid: pod.metadata.uid }),
  });
}

/** Says why the Pod does not run yet, as the Pod itself says it. */
function showPending(planning: Planning, node: TaskNode, pod: KubeObject): void {
  if (node.row.state !== 'PENDING') return;
  const waiting = fieldOf(mainStatusOf(pod), 'state', 'waiting');
  const scheduled = conditionOf(pod, 'PodScheduled');
  const isUnscheduled = fieldOf(scheduled, 'status') === 'False';
  const source = isUnscheduled ? scheduled : waiting;
  const told = textOf(fieldOf(source, 'message')) ?? node.row.message;
  const missing = missingObject(told, pod);
  if (missing !== undefined) return changeNode(planning, node, { state: 'PENDING', reason: 'ObjectMissing', message: missing });
  changeNode(planning, node, { state: 'PENDING', reason: textOf(fieldOf(source, 'reason')) ?? node.row.reason, message: told });
}

function awaitResult(planning: Planning, node: TaskNode, pod: KubeObject): void {
  const endedAtMs = timeOf(fieldOf(mainStatusOf(pod), 'state', 'terminated', 'finishedAt')) ?? 0;
  const deadlineMs = endedAtMs + RESULT_WAIT_MS_MAX;
  if (planning.nowMs < deadlineMs) return lookAgainAt(planning, node, deadlineMs);
  failAttempt(planning, node, { reason: 'ResultMissing', message: 'the Pod ended, but the result of the step never came' });
}

function failureOf(pod: KubeObject): { reason: string; message: string; exitCode?: number; atMs?: number } {
  const ended = fieldOf(mainStatusOf(pod), 'state', 'terminated');
  const exitCode = fieldOf(ended, 'exitCode');
  const atMs = timeOf(fieldOf(ended, 'finishedAt'));
  const reason = textOf(fieldOf(pod, 'status', 'reason')) ?? textOf(fieldOf(ended, 'reason')) ?? 'Error';
  const told = textOf(fieldOf(pod, 'status', 'message')) ?? textOf(fieldOf(ended, 'message'));
  const message = told ?? (typeof exitCode === 'number' ? `the step ended with exit code ${exitCode}` : 'the Pod failed');
  return {
    reason,
    message,
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ...(atMs === undefined ? {} : { atMs }),
  };
}

function mainStatusOf(pod: KubeObject): unknown {
  const statuses = fieldOf(pod, 'status', 'containerStatuses');
  return Array.isArray(statuses) ? statuses.find((status) => fieldOf(status, 'name') === STEP_CONTAINER) : undefined;
}

function conditionOf(pod: KubeObject, type: string): unknown {
  const conditions = fieldOf(pod, 'status', 'conditions');
  return Array.isArray(conditions) ? conditions.find((condition) => fieldOf(condition, 'type') === type) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Milliseconds since the epoch of an RFC 3339 text. */
function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
