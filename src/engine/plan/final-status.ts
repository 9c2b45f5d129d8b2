// PipelineTaskFinalStatus: how a task that an exit handler watches has ended.
import type { JsonObject } from '../../base/mod.ts';
import { runResourceNameOf } from '../ids.ts';
import type { Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';
import { isSuccess } from './task-life.ts';

/** gRPC code that stands for a failed task. */
const ERROR_CODE_UNKNOWN = 2;

export function finalStatusOf(planning: Planning, watched: TaskNode): JsonObject {
  const { run } = planning.tree;
  const { state, message } = watched.row;
  return {
    state: isSuccess(state) ? planning.facts.settings.finalStatusSuccessWord : state,
    pipelineJobResourceName: runResourceNameOf(run.runId, run.pipelineName),
    pipelineTaskName: watched.row.name,
    error: state === 'FAILED' ? { code: ERROR_CODE_UNKNOWN, message } : {},
  };
}
