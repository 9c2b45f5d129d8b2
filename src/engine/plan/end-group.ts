// The end of a DAG or a loop whose children have all ended: failed when one of them failed, whatever became of the others.
import { triedSince } from './attempt.ts';
import { dagOutputs } from './dag.ts';
import { collectedOutputs } from './loop.ts';
import { changeNode, lookAgainAt, type Planning } from './planning.ts';
import { restartGroup } from './restart.ts';
import { durationText, nextTry } from './retry-policy.ts';
import type { TaskNode } from './run-tree.ts';
import type { TaskChange } from './task-life.ts';

export function endGroup(planning: Planning, node: TaskNode): void {
  const failed = firstFailed(node);
  if (failed !== undefined) {
    return failGroup(planning, node, `${relativePath(failed)} failed: ${failed.row.message}`);
  }
  if (node.children.some(({ row }) => row.state === 'CANCELED')) {
    return changeNode(planning, node, { state: 'CANCELED', reason: 'Terminated', message: 'a task in it was canceled' });
  }
  const outputs = node.row.type === 'LOOP' ? collectedOutputs(node) : dagOutputs(node);
  changeNode(planning, node, { state: 'SUCCEEDED', reason: '', message: '', outputs });
}

/** Another attempt after the policy's waiting time, or the group has failed. A loop leaves that to its iterations. */
function failGroup(planning: Planning, node: TaskNode, why: string): void {
  const policy = node.row.type === 'LOOP' ? undefined : node.spec?.retryPolicy;
  const attempt = node.row.attempt + 1;
  const triedSinceMs = triedSince(planning, node);
  const next = nextTry(policy, attempt, planning.nowMs - triedSinceMs);
  if (next.kind === 'none') {
    const message = next.why === '' ? why : `${why}; ${next.why}`;
    return changeNode(planning, node, { state: 'FAILED', reason: 'StepFailed', message });
  }
  const retry = `retry ${attempt} of ${policy?.maxRetryCount ?? 0}`;
  if (next.delayMs === 0) return retryGroup(planning, node, { attempt, triedSinceMs, message: `${retry}: ${why}` });
  const retryAtMs = planning.nowMs + next.delayMs;
  const message = `${retry} in ${durationText(next.delayMs)}: ${why}`;
  changeNode(planning, node, { state: 'WAITING', reason: 'WaitingForRetry', message, attempt, triedSinceMs, retryAtMs });
  lookAgainAt(planning, node, retryAtMs);
}

/** What succeeded in the group stays. */
export function retryGroup(planning: Planning, node: TaskNode, change: Pick<TaskChange, 'attempt' | 'triedSinceMs' | 'message'>): void {
  changeNode(planning, node, { ...change, state: 'RUNNING', reason: '' });
  restartGroup(planning, node, `${relativePath(node)} is tried again`);
}

/** The task in which the failure began: the first one that failed, followed down to a step. */
function firstFailed(node: TaskNode): TaskNode | undefined {
  let first: TaskNode | undefined;
  for (const child of node.children) {
    if (child.row.state !== 'FAILED') continue;
    if (first === undefined || (child.row.finishedAtMs ?? 0) < (first.row.finishedAtMs ?? 0)) first = child;
  }
  return first === undefined ? undefined : (firstFailed(first) ?? first);
}

/** `train`, `for-loop-1[3].train`: the path without the root. */
function relativePath(node: TaskNode): string {
  return node.row.path.replace(/^root\./, '');
}
