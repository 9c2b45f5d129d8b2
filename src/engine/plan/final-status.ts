// PipelineTaskFinalStatus: how a task that an exit handler watches has ended.
import type { JsonObject } from '../../base/mod.ts';
import type { Task, TaskState } from '../../records/mod.ts';
import { runResourceNameOf } from '../ids.ts';
import type { Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';
import { isSuccess } from './task-life.ts';

/** gRPC codes of a task that was canceled, and of one that failed. */
const CANCELED_CODE = 1;
const UNKNOWN_CODE = 2;

export function finalStatusOf(planning: Planning, watched: TaskNode): JsonObject {
  const { run } = planning.tree;
  return {
    state: wordOf(planning, watched.row.state),
    pipelineJobResourceName: runResourceNameOf(run.runId, run.pipelineName),
    pipelineTaskName: watched.row.name,
    error: errorOf(watched.row),
  };
}

/** The SDK documents SUCCEEDED, FAILED and CANCELLED. */
function wordOf({ facts }: Planning, state: TaskState): string {
  if (isSuccess(state)) return facts.settings.finalStatusSuccessWord;
  return state === 'CANCELED' ? 'CANCELLED' : state;
}

function errorOf({ state, message }: Task): JsonObject {
  if (state === 'FAILED') return { code: UNKNOWN_CODE, message };
  return state === 'CANCELED' ? { code: CANCELED_CODE, message } : {};
}
