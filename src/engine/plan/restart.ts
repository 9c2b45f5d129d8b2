// What runs again in a group that did not succeed: what succeeded stays, everything else begins anew. The retry of a run and
// that of a nested pipeline choose alike.
import type { Task, TaskState } from '../../records/mod.ts';
import { dagGraphOf } from './dag-graph.ts';
import { NO_VALUES, type Planning } from './planning.ts';
import { isIteration, removeNode, reopenNode, type TaskNode } from './run-tree.ts';
import { appendState, isSettled, podsBeforeNext } from './task-life.ts';

export interface Restart {
  /** New rows of tasks that run again. */
  readonly rows: Map<TaskNode, Task>;
  /** Tasks that are no more: they come back when the group that they belong to starts again. */
  readonly removed: TaskNode[];
}

export interface RestartReason {
  readonly nowMs: number;
  readonly message: string;
}

/** Of what lies below the group; its own row is the caller's. */
export function planRestart(group: TaskNode, reason: RestartReason): Restart {
  const restart: Restart = { rows: new Map(), removed: [] };
  restartChildren(restart, group, reason);
  return restart;
}

/** Lets the group, which is RUNNING again, run what did not succeed. */
export function restartGroup(planning: Planning, group: TaskNode, message: string): void {
  const { tree, changedNodes, work, nowMs } = planning;
  const { rows, removed } = planRestart(group, { nowMs, message });
  for (const node of removed) {
    removeNode(tree, node);
    changedNodes.delete(node);
    planning.deletedTaskIds.add(node.row.taskId);
  }
  for (const [node, row] of rows) {
    reopenNode(node, row);
    changedNodes.add(node);
  }
  work.push(...rows.keys(), group);
}

/** The row of a task that begins again. */
export function anew(row: Task, state: TaskState, { nowMs, message }: RestartReason): Task {
  const { podName: _n, podNamespace: _s, podUid: _u, exitCode: _e, retryAtMs: _r, triedSinceMs: _w, ...rest } = row;
  const { cacheFingerprint: _f, cachedFromTaskId: _c, cacheMiss: _m, startedAtMs: _t, finishedAtMs: _d, ...kept } = rest;
  const stateHistory = appendState(row.stateHistory, { atMs: nowMs, state, message });
  const isGroup = state === 'RUNNING';
  return {
    ...kept,
    ...podsBeforeNext(row),
    state,
    reason: '',
    message: isGroup ? '' : message,
    stateHistory,
    attempt: 0,
    outputs: NO_VALUES,
    ...(isGroup && row.startedAtMs !== undefined ? { startedAtMs: row.startedAtMs, triedSinceMs: nowMs } : {}),
  };
}

function restartChildren(restart: Restart, group: TaskNode, reason: RestartReason): void {
  const comeAfter = namesAfterUnsuccessful(group);
  for (const child of group.children) {
    // An exit task that had run, and whatever else comes after a task that runs again, begins from its first row.
    if (comeAfter.has(child.row.name)) startAnew(restart, child, reason);
    else if (isUnsuccessful(child) && child.children.length > 0) resume(restart, child, reason);
    else if (isUnsuccessful(child)) startAnew(restart, child, reason);
  }
}

/** An iteration waits for its place in the loop and is restarted then; any other group runs on at once. */
function resume(restart: Restart, group: TaskNode, reason: RestartReason): void {
  if (isIteration(group)) {
    restart.rows.set(group, anew(group.row, 'WAITING', reason));
    return;
  }
  restart.rows.set(group, anew(group.row, 'RUNNING', reason));
  restartChildren(restart, group, reason);
}

/** The task and everything below it begins again. */
function startAnew(restart: Restart, node: TaskNode, reason: RestartReason): void {
  restart.rows.set(node, { ...anew(node.row, 'WAITING', reason), inputs: inputsBeforeStart(node) });
  for (const child of node.children) remove(restart, child);
}

function remove(restart: Restart, node: TaskNode): void {
  restart.removed.push(node);
  for (const child of node.children) remove(restart, child);
}

/** Tasks of a DAG that wait, directly or not, for one that did not succeed. Iterations do not wait for each other. */
function namesAfterUnsuccessful(group: TaskNode): ReadonlySet<string> {
  const names = new Set<string>();
  if (group.row.type === 'LOOP' || group.component.dag === undefined) return names;
  const graph = dagGraphOf(group.component.dag);
  const work = group.children.filter(isUnsuccessful).map(({ row }) => row.name);
  for (const name of work) {
    for (const dependent of graph.dependentsOf(name)) {
      if (names.has(dependent)) continue;
      names.add(dependent);
      work.push(dependent);
    }
  }
  return names;
}

/** A condition that was false stays false: what it reads has not changed. */
function isUnsuccessful({ row }: TaskNode): boolean {
  if (row.state === 'SKIPPED') return row.reason !== 'ConditionFalse';
  return row.state === 'FAILED' || row.state === 'CANCELED' || !isSettled(row.state);
}

/** An iteration has its item from the start; everything else is resolved when it starts. */
function inputsBeforeStart(node: TaskNode): Task['inputs'] {
  return isIteration(node) ? node.row.inputs : NO_VALUES;
}
