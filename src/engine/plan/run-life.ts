// The life of a run: it starts with the root task's inputs, and ends as the root task ends.
import { isJsonObject } from '../../base/mod.ts';
import { hasRunEnded, type Run, type RunState, type TaskValues } from '../../records/mod.ts';
import { expandMacros, resolveRunParameters } from '../../ir/mod.ts';
import { startDag } from './dag.ts';
import { constantOf } from './inputs.ts';
import { own } from './own.ts';
import { workspaceClaimName } from '../pod/workspace.ts';
import { podNamespaceOf } from './attempt.ts';
import { addEffect, addTask, changeNode, NO_VALUES, type Planning } from './planning.ts';
import { durationText } from './retry-policy.ts';
import type { RunTree, TaskNode } from './run-tree.ts';
import { appendState } from './task-life.ts';

export function startRun(planning: Planning): void {
  const { run, pipeline } = planning.tree;
  const parameters = resolveRunParameters(pipeline, run.parameters);
  if (!parameters.ok) return endRun(planning, 'FAILED', { reason: 'InputUnresolved', message: parameters.message });
  changeRun(planning, { state: 'RUNNING', reason: '', message: '' });
  const root = addTask(planning, undefined, {
    name: 'root',
    displayName: run.displayName,
    path: 'root',
    type: 'ROOT',
    componentName: 'root',
  });
  if (root.component.dag !== undefined) return startDag(planning, root, { ...NO_VALUES, parameters: rootParameters(planning, root, parameters.value) });
  changeNode(planning, root, { state: 'FAILED', reason: 'Unsupported', message: 'the root of the pipeline is not a DAG' });
}

/**
 * In a default, a macro or a placeholder means a value. In what the client gave, macros were expanded when the run was created, and
 * a placeholder is only text.
 */
function rootParameters(planning: Planning, root: TaskNode, parameters: TaskValues['parameters']): TaskValues['parameters'] {
  const { run } = planning.tree;
  const isDefault = (name: string) => (own(run.parameters, name) ?? null) === null;
  const defaults = Object.fromEntries(Object.entries(parameters).filter(([name]) => isDefault(name)));
  const scheduled = run.recurringRunId === undefined ? {} : { scheduledAtMs: run.scheduledAtMs };
  const expanded = expandMacros(defaults, { runId: run.runId, nowMs: run.createdAtMs, ...scheduled });
  const resolved = Object.entries(expanded).map(([name, value]) => [name, constantOf(planning, root, value ?? null)] as const);
  return { ...parameters, ...Object.fromEntries(resolved) };
}

/** When the run has taken as long as its pipeline allows (activeDeadlineSeconds); undefined when it may take any time. */
export function deadlineMsOf({ run, pipeline }: RunTree): number | undefined {
  const config = pipeline.kubernetes['pipelineConfig'];
  const seconds = Number((isJsonObject(config) ? config['activeDeadlineSeconds'] : undefined) ?? 0);
  const startedAtMs = run.stateHistory.findLast(({ state }) => state === 'RUNNING')?.atMs;
  return seconds > 0 && startedAtMs !== undefined ? startedAtMs + seconds * 1000 : undefined;
}

/** Its tasks are canceled, and it ends as failed. */
export function stopLateRun(planning: Planning, deadlineMs: number): void {
  const startedAtMs = planning.tree.run.stateHistory.findLast(({ state }) => state === 'RUNNING')?.atMs ?? deadlineMs;
  const message = `the run took longer than the ${durationText(deadlineMs - startedAtMs)} that its pipeline allows (activeDeadlineSeconds)`;
  changeRun(planning, { state: 'CANCELING', reason: LATE, message });
}

/** Reason of a run that was stopped because it took too long. */
export const LATE = 'DeadlineExceeded';

/** A run that was asked to retry: its rows stand as `planRetry` left them. */
export function resumeRun(planning: Planning): void {
  changeRun(planning, { state: 'RUNNING', reason: '', message: '' });
}

/** Ends the run when the root task has ended. */
export function endRunWithRoot(planning: Planning): void {
  const { root } = planning.tree;
  if (root === undefined) return;
  const { state, reason, message } = root.row;
  if (state === 'SUCCEEDED') {
    endRun(planning, 'SUCCEEDED', { reason: '', message: '' });
    removeWorkspace(planning, root);
  } else if (state === 'FAILED') endRun(planning, 'FAILED', { reason, message });
  else if (state === 'CANCELED') endRun(planning, planning.facts.settings.terminatedRunState, { reason, message });
}

function removeWorkspace(planning: Planning, root: TaskNode): void {
  const name = workspaceClaimName(planning.tree);
  if (name === undefined) return;
  addEffect(planning, { kind: 'deleteClaim', taskId: root.row.taskId, namespace: podNamespaceOf(planning), name });
}

export function endRun(
  planning: Planning,
  state: RunState,
  why: { readonly reason: string; readonly message: string },
): void {
  changeRun(planning, { state, ...why });
}

/** A run whose document this version can not read has failed. */
export function unreadableRun(run: Run, message: string, nowMs: number): Run {
  const state: RunState = 'FAILED';
  const stateHistory = appendState(run.stateHistory, { atMs: nowMs, state, message });
  return { ...run, state, reason: 'InvalidPipeline', message, stateHistory, finishedAtMs: nowMs };
}

function changeRun(
  planning: Planning,
  change: { readonly state: RunState; readonly reason: string; readonly message: string },
): void {
  const { tree, nowMs } = planning;
  const { state, message } = change;
  const run: Run = {
    ...tree.run,
    ...change,
    stateHistory: appendState(tree.run.stateHistory, { atMs: nowMs, state, message }),
    ...(state === 'RUNNING' ? { startedAtMs: tree.run.startedAtMs ?? nowMs } : {}),
    ...(hasRunEnded(state) ? { finishedAtMs: nowMs } : {}),
  };
  tree.run = run;
  planning.run = run;
}
