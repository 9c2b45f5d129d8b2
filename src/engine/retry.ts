// A `:retry` of a run that has failed: what succeeded stays, everything else starts anew under the same run id.
import { parsePipelineOnce } from '../ir/mod.ts';
import type { Run, RunSnapshot, Task } from '../records/mod.ts';
import { anew, planRestart } from './plan/restart.ts';
import { buildRunTree } from './plan/run-tree.ts';
import { appendState } from './plan/task-life.ts';

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
  const parsed = parsePipelineOnce(run.pipelineSpec);
  if (!parsed.ok) return { ok: false, message: 'the pipeline of this run can not be read' };
  const { root } = buildRunTree(snapshot, parsed.pipeline);
  const reason = { nowMs, message: MESSAGE };
  const { rows, removed } = root === undefined ? { rows: new Map<never, Task>(), removed: [] } : planRestart(root, reason);
  return {
    ok: true,
    run: resumedRun(run, nowMs),
    tasks: root === undefined ? [] : [anew(root.row, 'RUNNING', reason), ...rows.values()],
    deletedTaskIds: removed.map(({ row }) => row.taskId),
  };
}

function resumedRun(run: Run, nowMs: number): Run {
  const { finishedAtMs: _finishedAtMs, ...rest } = run;
  const state = 'PENDING';
  const stateHistory = appendState<Run['state']>(run.stateHistory, { atMs: nowMs, state, message: MESSAGE });
  return { ...rest, state, reason: '', message: '', stateHistory, retryCount: run.retryCount + 1 };
}
