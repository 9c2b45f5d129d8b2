// Termination: every task that has not ended is CANCELED (of a large run in several plannings), its Pod deleted; when the Pods are gone,
// exit tasks run, and the run ends after them. One that is terminated again ends without them.
import type { KubeObject } from '../../base/mod.ts';
import { hasEnded } from '../../api/mod.ts';
import { TERMINATED_AT_ONCE, type Run } from '../../records/mod.ts';
import { advance } from './advance.ts';
import { exitTasksOf, hasBegun, NO_EXIT_TASKS, type ExitTasks } from './exit-tasks.ts';
import { addEffect, changeNode, type Planning } from './planning.ts';
import { endRun, LATE } from './run-life.ts';
import type { TaskNode } from './run-tree.ts';
import { isSettled } from './task-life.ts';

/** A run that is being canceled waits this long for its Pods to stop, then goes on without them. */
const STOP_WAIT_MS_MAX = 120_000;

/** `lookAtMs`: when to look again although nothing changed. */
export function cancelRun(planning: Planning): { readonly lookAtMs?: number } {
  const { tree, nowMs, facts } = planning;
  const exitTasks = tree.run.reason === TERMINATED_AT_ONCE ? NO_EXIT_TASKS : exitTasksOf(tree);
  if (!cancelTasks(planning, exitTasks)) return { lookAtMs: nowMs };
  const stopping = stoppingTasks(planning);
  const requestedAtMs = tree.run.stateHistory.findLast(({ state }) => state === 'CANCELING')?.atMs ?? nowMs;
  const deadlineMs = requestedAtMs + STOP_WAIT_MS_MAX;
  const isStopping = stopping.length > 0 && nowMs < deadlineMs;
  if (exitTasks.count > 0) {
    runExitTasks(planning, exitTasks, isStopping);
    // What came or ended just now is looked at in the next planning.
    const hasMoved = exitTasks.growing.size > 0 || [...exitTasks.tasks].some(({ row }) => isSettled(row.state));
    if (hasMoved) return { lookAtMs: nowMs };
    return isStopping ? { lookAtMs: deadlineMs } : {};
  }
  if (isStopping) return { lookAtMs: deadlineMs };
  const isLate = tree.run.reason === LATE;
  const why = isLate ? { reason: LATE, message: tree.run.message } : { reason: 'Terminated', message: 'the run was terminated by request' };
  const late = stopping.length === 0 ? '' : `; ${stopping.length} Pods did not stop in time`;
  endRun(planning, isLate ? 'FAILED' : facts.settings.terminatedRunState, { ...why, message: `${why.message}${late}` });
  return {};
}

/** Those with a Pod at once, so that nothing is told of them any more, and of the others as many as a planning may write. False when some are left. */
function cancelTasks(planning: Planning, exitTasks: ExitTasks): boolean {
  const { tree, work } = planning;
  const message = messageOf(tree.run);
  const cancel = (node: TaskNode) => changeNode(planning, node, { state: 'CANCELED', reason: 'Terminated', message });
  for (const node of [...tree.withPod]) {
    if (exitTasks.spares(node)) continue;
    cancel(node);
    deletePodOf(planning, node);
  }
  for (const node of tree.byId.values()) {
    if (isSettled(node.row.state) || exitTasks.spares(node)) continue;
    if (planning.rowsLeft-- > 0) {
      cancel(node);
      continue;
    }
    // What is known of exit tasks that run is for the next planning.
    for (const waiting of work) if (!isSettled(waiting.row.state)) tree.dirty.add(waiting);
    return false;
  }
  return true;
}

function messageOf({ reason }: Run): string {
  return reason === LATE ? 'the run took too long' : 'the run was terminated';
}

/** Brings those forward that have begun, and begins the others once nothing is stopping any more. */
function runExitTasks(planning: Planning, exitTasks: ExitTasks, isStopping: boolean): void {
  if (!isStopping) for (const task of exitTasks.tasks) if (!hasBegun(task)) planning.work.push(task);
  planning.work.push(...exitTasks.growing);
  advance(planning, (node) => {
    const task = exitTasks.taskOf(node);
    if (task === undefined) return exitTasks.growing.has(node);
    return !isStopping || hasBegun(task);
  });
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
