// Termination: every task that has not ended is CANCELED (of a large run in several plannings), its Pod deleted; the run ends when the
// Pods are gone.
import type { KubeObject } from '../../base/mod.ts';
import { fieldOf } from '../../api/mod.ts';
import { addEffect, changeNode, type Planning } from './planning.ts';
import { endRun, LATE } from './run-life.ts';
import type { TaskNode } from './run-tree.ts';
import { isSettled } from './task-life.ts';

/** A run that is being canceled waits this long for its Pods to stop, then ends without them. */
const STOP_WAIT_MS_MAX = 120_000;

/** `lookAtMs`: when to look again although nothing changed. */
export function cancelRun(planning: Planning): { readonly lookAtMs?: number } {
  const { tree, nowMs } = planning;
  const isLate = tree.run.reason === LATE;
  const why = isLate ? { reason: LATE, message: tree.run.message } : { reason: 'Terminated', message: 'the run was terminated by request' };
  if (!cancelTasks(planning, isLate ? 'the run took too long' : 'the run was terminated')) return { lookAtMs: nowMs };
  const stopping = stoppingTasks(planning);
  const requestedAtMs = tree.run.stateHistory.findLast(({ state }) => state === 'CANCELING')?.atMs ?? nowMs;
  const deadlineMs = requestedAtMs + STOP_WAIT_MS_MAX;
  if (stopping.length > 0 && nowMs < deadlineMs) return { lookAtMs: deadlineMs };
  const late = stopping.length === 0 ? '' : `; ${stopping.length} Pods did not stop in time`;
  const state = isLate ? 'FAILED' : planning.facts.settings.terminatedRunState;
  endRun(planning, state, { ...why, message: `${why.message}${late}` });
  return {};
}

/** Those with a Pod at once, so that nothing is told of them any more, and of the others as many as a planning may write. False when some are left. */
function cancelTasks(planning: Planning, message: string): boolean {
  const { tree } = planning;
  const cancel = (node: TaskNode) => changeNode(planning, node, { state: 'CANCELED', reason: 'Terminated', message });
  for (const node of [...tree.withPod]) {
    cancel(node);
    deletePodOf(planning, node);
  }
  for (const node of tree.byId.values()) {
    if (isSettled(node.row.state)) continue;
    if (planning.rowsLeft-- <= 0) return false;
    cancel(node);
  }
  return true;
}

/** Tasks whose Pods have not ended yet, or may still come; they are told to. */
function stoppingTasks(planning: Planning): readonly TaskNode[] {
  const stopping: TaskNode[] = [];
  for (const node of planning.tree.byId.values()) {
    if (node.row.podName === undefined || node.row.state !== 'CANCELED') continue;
    const pod = podOf(planning, node);
    if (pod === undefined ? mayStillAppear(planning, node) : !hasEnded(pod)) stopping.push(node);
    deletePodOf(planning, node);
  }
  return stopping;
}

function podOf({ facts }: Planning, { row: { podNamespace = '', podName = '' } }: TaskNode): KubeObject | undefined {
  return facts.pod(podNamespace, podName);
}

/** A Pod that was asked for a moment ago may not be in the cache yet; it is deleted when it comes. */
function mayStillAppear(planning: Planning, node: TaskNode): boolean {
  if (!planning.facts.arePodsKnown) return true;
  return planning.facts.podRequest(node.row.podNamespace ?? '', node.row.podName ?? '')?.kind === 'asked';
}

function deletePodOf(planning: Planning, node: TaskNode): void {
  const pod = podOf(planning, node);
  if (pod === undefined || hasEnded(pod) || pod.metadata.deletionTimestamp !== undefined) return;
  const { taskId, podNamespace: namespace = '', podName: name = '' } = node.row;
  addEffect(planning, { kind: 'deletePod', taskId, namespace, name });
}

function hasEnded(pod: KubeObject): boolean {
  const phase = fieldOf(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}
