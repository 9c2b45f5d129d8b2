// A `:retry` of a run that has failed: what succeeded stays, everything else starts anew under the same run id.
import { parsePipeline } from '../ir/mod.ts';
import type { Run, RunSnapshot, Task, TaskState } from '../records/mod.ts';
import { dagGraphOf } from './plan/dag-graph.ts';
import { NO_VALUES } from './plan/planning.ts';
import { buildRunTree, type TaskNode } from './plan/run-tree.ts';
import { appendState, isSettled } from './plan/task-life.ts';

/** What a `:retry` changes: rows to put, rows to delete. All of it is one write. */
export type RetryPlan =
  | { readonly ok: true; readonly run: Run; readonly tasks: readonly Task[]; readonly deletedTaskIds: readonly string[] }
  | { readonly ok: false; readonly message: string };

const MESSAGE = 'the run was retried';

export function planRetry(snapshot: RunSnapshot, nowMs: number): RetryPlan {
  const { run } = snapshot;
  if (run.state !== 'FAILED' && run.state !== 'CANCELED') {
    return { ok: false, message: `only a run that has failed can be retried, and this one is ${run.state}` };
  }
  const parsed = parsePipeline(run.pipelineSpec);
  if (!parsed.ok) return { ok: false, message: 'the pipeline of this run can not be read' };
  const { root } = buildRunTree(snapshot, parsed.pipeline);
  const changes: Changes = { nowMs, tasks: [], deletedTaskIds: [] };
  if (root !== undefined) resumeGroup(changes, root);
  return { ok: true, run: resumedRun(run, nowMs), tasks: changes.tasks, deletedTaskIds: changes.deletedTaskIds };
}

interface Changes {
  readonly nowMs: number;
  readonly tasks: Task[];
  readonly deletedTaskIds: string[];
}

function resumedRun(run: Run, nowMs: number): Run {
  const { finishedAtMs: _finishedAtMs, ...rest } = run;
  const state = 'PENDING';
  const stateHistory = appendState<Run['state']>(run.stateHistory, { atMs: nowMs, state, message: MESSAGE });
  return { ...rest, state, reason: '', message: '', stateHistory, retryCount: run.retryCount + 1 };
}

/** A group that did not succeed runs on, with those of its children that must run again. */
function resumeGroup(changes: Changes, group: TaskNode): void {
  changes.tasks.push(anew(group.row, 'RUNNING', changes.nowMs));
  const comeAfter = namesAfterUnsuccessful(group);
  for (const child of group.children) {
    // An exit task that had run, and whatever else comes after a task that runs again, begins from its first row.
    if (comeAfter.has(child.row.name)) startAnew(changes, child);
    else if (isUnsuccessful(child) && child.children.length > 0) resumeGroup(changes, child);
    else if (isUnsuccessful(child)) startAnew(changes, child);
  }
}

/** The task and everything below it begins again. */
function startAnew(changes: Changes, node: TaskNode): void {
  changes.tasks.push({ ...anew(node.row, 'WAITING', changes.nowMs), inputs: inputsBeforeStart(node), attempt: 0 });
  for (const child of node.children) deleteRows(changes, child);
}

function deleteRows(changes: Changes, node: TaskNode): void {
  changes.deletedTaskIds.push(node.row.taskId);
  for (const child of node.children) deleteRows(changes, child);
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
  return node.parent?.row.type === 'LOOP' ? node.row.inputs : NO_VALUES;
}

function anew(row: Task, state: TaskState, nowMs: number): Task {
  const { podName: _n, podNamespace: _s, podUid: _u, exitCode: _e, retryAtMs: _r, ...rest } = row;
  const { cacheFingerprint: _f, cachedFromTaskId: _c, startedAtMs: _t, finishedAtMs: _d, ...kept } = rest;
  const stateHistory = appendState(row.stateHistory, { atMs: nowMs, state, message: MESSAGE });
  const isGroup = state === 'RUNNING';
  return {
    ...kept,
    state,
    reason: '',
    message: isGroup ? '' : MESSAGE,
    stateHistory,
    outputs: NO_VALUES,
    ...(isGroup && row.startedAtMs !== undefined ? { startedAtMs: row.startedAtMs } : {}),
  };
}
