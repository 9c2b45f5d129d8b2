// What KFP's run placeholders stand for in one task.
import { toRfc3339 } from '../../base/mod.ts';
import type { RunPlaceholders } from '../../ir/mod.ts';
import { runResourceNameOf } from '../ids.ts';
import type { RunTree, TaskNode } from './run-tree.ts';

export function runPlaceholdersOf(tree: RunTree, node: TaskNode, defaultRootUri: string): RunPlaceholders {
  const { run } = tree;
  return {
    pipelineJobName: run.displayName,
    pipelineJobResourceName: runResourceNameOf(run.runId, run.pipelineName),
    pipelineJobUuid: run.runId,
    pipelineTaskName: node.row.name,
    pipelineTaskUuid: node.row.taskId,
    pipelineJobCreateTimeUtc: toRfc3339(run.createdAtMs),
    pipelineJobScheduleTimeUtc: toRfc3339(run.scheduledAtMs > 0 ? run.scheduledAtMs : run.createdAtMs),
    pipelineRoot: pipelineRootOf(tree, defaultRootUri),
  };
}

/** Without the query string, which chooses credentials upstream and is not part of the place, and without a last slash. */
export function pipelineRootOf(tree: RunTree, defaultRootUri: string): string {
  const [root = ''] = (tree.run.pipelineRoot === '' ? defaultRootUri : tree.run.pipelineRoot).split('?', 1);
  return root.replace(/\/+$/, '');
}
