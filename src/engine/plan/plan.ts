// The planner: from a run's rows, its pipeline and the facts, to what is to be written and done. Pure; the same arguments
// always give the same actions, and a run at rest gives none.
import type { StepResult } from '../../api/mod.ts';
import type { PipelineSpec } from '../../ir/mod.ts';
import { hasRunEnded, type RunSnapshot } from '../../records/mod.ts';
import type { Action, Effect } from './action.ts';
import { advance } from './advance.ts';
import { cancelRun } from './cancel.ts';
import type { PlanFacts } from './facts.ts';
import { isSettled } from './task-life.ts';
import { deadlineMsOf, endRunWithRoot, resumeRun, startRun, stopLateRun } from './run-life.ts';
import type { Planning } from './planning.ts';
import { buildRunTree, triesOf, type RunTree, type TaskNode } from './run-tree.ts';
import { applyResult, receptionOf, type ResultReception } from './step-result.ts';

/** Steps that one planning starts, so that a wide run does not hold up the turn of the loop; the next one goes on. */
export const STARTS_PER_PLANNING_MAX = 8;
/** Rows that one planning adds, or cancels, for the same reason. */
const ROWS_PER_PLANNING_MAX = 60;

/** Plans a run from its rows alone. */
export function planRun(snapshot: RunSnapshot, pipeline: PipelineSpec, facts: PlanFacts, nowMs: number): readonly Action[] {
  return planTree(buildRunTree(snapshot, pipeline), facts, nowMs);
}

/** Plans what is dirty or due, and changes the tree to what the actions will have written. */
export function planTree(tree: RunTree, facts: PlanFacts, nowMs: number): readonly Action[] {
  const dirty = [...tree.dirty];
  tree.dirty.clear();
  return finish(begin(tree, facts, nowMs, dirty));
}

/** Records a step's result and plans what follows from it, as one list of actions; what else is dirty stays so. */
export function planResult(
  tree: RunTree,
  result: StepResult,
  facts: PlanFacts,
  nowMs: number,
): { readonly reception: ResultReception; readonly actions: readonly Action[] } {
  const node = tree.byId.get(result.taskId);
  const reception = receptionOf(node && { row: node.row, tries: triesOf(tree.run.retryCount, node) }, result);
  if (reception !== 'recorded' || node === undefined) return { reception, actions: [] };
  const planning = begin(tree, facts, nowMs, []);
  applyResult(planning, node, result);
  return { reception, actions: finish(planning) };
}

function begin(tree: RunTree, facts: PlanFacts, nowMs: number, work: TaskNode[]): Planning {
  return {
    tree,
    facts,
    nowMs,
    work,
    changedNodes: new Set(),
    deletedTaskIds: new Set(),
    artifacts: [],
    effects: new Map(),
    run: undefined,
    startsLeft: STARTS_PER_PLANNING_MAX,
    rowsLeft: ROWS_PER_PLANNING_MAX,
  };
}

function finish(planning: Planning): readonly Action[] {
  const lookAtMs = moveRun(planning);
  const { tree, nowMs } = planning;
  const timesMs = [...tree.timers.values(), ...(lookAtMs === undefined ? [] : [lookAtMs])];
  if (tree.dirty.size > 0) timesMs.push(nowMs);
  return [
    ...(planning.run === undefined ? [] : [{ kind: 'putRun' as const, run: planning.run }]),
    ...[...planning.deletedTaskIds].map((taskId) => ({ kind: 'deleteTask' as const, taskId })),
    ...[...planning.changedNodes].map(({ row }) => ({ kind: 'putTask' as const, task: row })),
    ...planning.artifacts.map((artifact) => ({ kind: 'putArtifact' as const, artifact })),
    ...[...planning.effects.values()].filter((effect) => isWanted(planning, effect)),
    ...(timesMs.length === 0 ? [] : [{ kind: 'lookAgain' as const, atMs: Math.min(...timesMs) }]),
  ];
}

/** The time to look again, when only time moves the run. */
function moveRun(planning: Planning): number | undefined {
  const { tree } = planning;
  if (hasRunEnded(tree.run.state)) return undefined;
  const deadlineMs = tree.run.state === 'RUNNING' ? deadlineMsOf(tree) : undefined;
  if (deadlineMs !== undefined && deadlineMs <= planning.nowMs) stopLateRun(planning, deadlineMs);
  if (tree.run.state === 'CANCELING') return cancelRun(planning).lookAtMs;
  if (tree.root === undefined) startRun(planning);
  else if (tree.run.state === 'PENDING') resumeRun(planning);
  advance(planning);
  if (tree.root !== undefined && isSettled(tree.root.row.state)) endRunWithRoot(planning);
  return hasRunEnded(tree.run.state) ? undefined : deadlineMsOf(tree);
}

/** A Pod asked for early in a planning whose task ended later in the same planning is not created. */
function isWanted(planning: Planning, effect: Effect): boolean {
  if (effect.kind !== 'createPod') return true;
  const state = planning.tree.byId.get(effect.taskId)?.row.state;
  return state === 'PENDING' || state === 'RUNNING';
}
