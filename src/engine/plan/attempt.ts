// One try of a step: asking for its Pod, and what follows when it failed.
import type { StepResult } from '../../api/mod.ts';
import { buildStepPod } from '../pod/step-pod.ts';
import { workspaceClaim, workspaceOfStep } from '../pod/workspace.ts';
import { podNameOf } from '../ids.ts';
import { logArtifact } from './log-artifact.ts';
import { addEffect, changeNode, lookAgainAt, type Planning } from './planning.ts';
import { durationText, nextTry } from './retry-policy.ts';
import { attemptKeyOf, type TaskNode } from './run-tree.ts';
import type { TaskChange } from './task-life.ts';

/** Makes the row PENDING, with the name of the Pod that it waits for, and asks for the Pod. */
export function askForPod(planning: Planning, node: TaskNode, change: Omit<TaskChange, 'state' | 'reason'>): void {
  const { run } = planning.tree;
  const attempt = change.attempt ?? node.row.attempt;
  const key = { ...attemptKeyOf(planning.tree, node), attempt };
  changeNode(planning, node, {
    ...change,
    state: 'PENDING',
    reason: 'WaitingForPod',
    podName: podNameOf(key, run.pipelineName, node.row.name),
    podNamespace: podNamespaceOf(planning),
  });
  createPod(planning, node);
}

/** Asks for the Pod of a PENDING row (again: creating it is idempotent). */
export function createPod(planning: Planning, node: TaskNode): void {
  const pod = buildStepPod(planning, node);
  if (!pod.ok) return changeNode(planning, node, { state: 'FAILED', reason: 'InvalidStep', message: pod.message });
  askForWorkspace(planning, node);
  addEffect(planning, { kind: 'createPod', taskId: node.row.taskId, pod: pod.value });
}

/** Of a step that speaks of it: asking twice is safe. */
function askForWorkspace(planning: Planning, node: TaskNode): void {
  const claimName = workspaceOfStep(planning, node, node.row.inputs);
  if (claimName !== undefined) addEffect(planning, { kind: 'createClaim', taskId: node.row.taskId, claim: workspaceClaim(planning.tree, node, claimName) });
}

/** A step whose workspace was refused waits for it, or fails; true when its Pod has nothing to say before that. */
export function lacksWorkspace(planning: Planning, node: TaskNode): boolean {
  const outcome = node.row.state === 'PENDING' ? planning.facts.claimOutcome(node.row.taskId) : undefined;
  switch (outcome?.kind) {
    case 'refused':
      failAttempt(planning, node, { reason: 'ClaimRefused', message: `the workspace of the run: ${outcome.message}` });
      return true;
    case 'postponed':
      if (outcome.retryAtMs <= planning.nowMs) askForWorkspace(planning, node);
      else lookAgainAt(planning, node, outcome.retryAtMs);
      changeNode(planning, node, { state: 'PENDING', reason: 'ClaimPostponed', message: `the workspace of the run can not be made yet: ${outcome.message}` });
      return true;
    default:
      return false;
  }
}

export function podNamespaceOf(planning: Planning): string {
  return planning.tree.run.namespace === '' ? planning.facts.settings.podNamespace : planning.tree.run.namespace;
}

export interface AttemptFailure {
  readonly reason: string;
  readonly message: string;
  readonly exitCode?: number | undefined;
  readonly atMs?: number | undefined;
  /** Of a step that ran: what it printed is kept as an artifact. */
  readonly result?: StepResult;
}

/** Reasons that a second try would meet again. */
const PERMANENT_REASONS: ReadonlySet<string> = new Set(['ImageNotRunnable', 'ErrImageNeverPull', 'InvalidImageName', 'PodRefused', 'ClaimRefused', 'InvalidStep']);

/** `OutOfnvidia.com/gpu`: this machine will not have one the next time either. */
const OUT_OF_RESOURCE = 'OutOf';

/** A Pod that ran out of time before it started: what it was waiting for is the reason behind the reason. */
function withLastWait({ row }: TaskNode, { reason, message }: AttemptFailure): string {
  const isUnstarted = reason === 'DeadlineExceeded' && row.state === 'PENDING' && row.reason !== 'WaitingForPod';
  return isUnstarted && row.message !== '' ? `${message} without having started: ${row.message}` : message;
}

/** When the first try of the task began, or would have. */
export function triedSince({ nowMs }: Planning, { row }: TaskNode): number {
  return row.triedSinceMs ?? row.startedAtMs ?? nowMs;
}

/** Ends the attempt: another one after the policy's waiting time, or the task has failed. */
export function failAttempt(planning: Planning, node: TaskNode, failure: AttemptFailure): void {
  const { reason, exitCode, atMs, result } = failure;
  const message = withLastWait(node, failure);
  const retry = node.row.attempt + 1;
  const policy = node.spec?.retryPolicy;
  const isPermanent = PERMANENT_REASONS.has(reason) || reason.startsWith(OUT_OF_RESOURCE);
  const triedSinceMs = triedSince(planning, node);
  const next = nextTry(isPermanent ? undefined : policy, retry, planning.nowMs - triedSinceMs);
  if (next.kind === 'none') {
    return changeNode(planning, node, {
      state: 'FAILED',
      reason,
      message: next.why === '' ? message : `${message}; ${next.why}`,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(atMs === undefined ? {} : { atMs }),
      ...(result === undefined ? {} : { outputs: { parameters: {}, artifacts: logArtifact(planning, node, result) } }),
    });
  }
  const what = `retry ${retry} of ${policy?.maxRetryCount ?? 0}`;
  if (next.delayMs === 0) return askForPod(planning, node, { attempt: retry, triedSinceMs, message: `${what}: ${message}` });
  const retryAtMs = planning.nowMs + next.delayMs;
  changeNode(planning, node, {
    state: 'WAITING',
    reason: 'WaitingForRetry',
    message: `${what} in ${durationText(next.delayMs)}: ${message}`,
    attempt: retry,
    triedSinceMs,
    retryAtMs,
  });
  lookAgainAt(planning, node, retryAtMs);
}
