// All record changes of one plan as one write, refused when somebody else changed the run in between.
import type { RecordWriter, Run, RunState } from '../../records/mod.ts';
import { runChanged, type ActiveRun } from '../active-run.ts';
import type { Action } from '../plan/action.ts';

/** `from` is the state of the run that the plan started from. */
export function writeActions(writer: RecordWriter, active: ActiveRun, actions: readonly Action[], from: RunState): void {
  const { runId, retryCount } = active.tree.run;
  if (active.isBroken) throw runChanged(runId);
  const current = writer.read.runProgress(runId);
  if (current === undefined || current.state !== from || current.retryCount !== retryCount) throw runChanged(runId);
  for (const action of actions) {
    if (action.kind === 'deleteTask') writer.deleteTask(action.taskId);
    else if (action.kind === 'putTask') writer.putTask(action.task);
    else if (action.kind === 'putArtifact') writer.putArtifact(action.artifact);
    else if (action.kind === 'putRun') writer.putRun(withEngineFields(writer.read.run(runId)!, action.run));
  }
}

/** The engine's fields of the run over whatever else was changed meanwhile (name, storage state). */
function withEngineFields(current: Run, planned: Run): Run {
  const { state, reason, message, stateHistory, startedAtMs, finishedAtMs } = planned;
  return {
    ...current,
    state,
    reason,
    message,
    stateHistory,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
  };
}

export function hasPuts(actions: readonly Action[]): boolean {
  return actions.some(isWrite);
}

/** Record changes; everything else an action may ask for happens outside of the records. */
export function isWrite(action: Action): action is Extract<Action, { kind: 'putRun' | 'putTask' | 'putArtifact' | 'deleteTask' }> {
  return ['putRun', 'putTask', 'putArtifact', 'deleteTask'].includes(action.kind);
}
