// What KFP's run placeholders stand for in one task.
import { oncePer, toRfc3339 } from '../../base/mod.ts';
import type { RunPlaceholders } from '../../ir/mod.ts';
import type { Run } from '../../records/mod.ts';
import { runResourceNameOf } from '../ids.ts';
import type { RunTree, TaskNode } from './run-tree.ts';

type OfRun = Omit<RunPlaceholders, 'pipelineTaskName' | 'pipelineTaskUuid' | 'pipelineRoot'>;

export function runPlaceholdersOf(tree: RunTree, node: TaskNode, defaultRootUri: string): RunPlaceholders {
  const { name, taskId } = node.row;
  return { ...ofRun(tree.run), pipelineTaskName: name, pipelineTaskUuid: taskId, pipelineRoot: pipelineRootOf(tree, defaultRootUri) };
}

/** Every step and every constant of a run asks for them. */
const ofRun = oncePer(
  (run: Run): OfRun => ({
    pipelineJobName: run.displayName,
    pipelineJobResourceName: runResourceNameOf(run.runId, run.pipelineName),
    pipelineJobUuid: run.runId,
    pipelineJobCreateTimeUtc: toRfc3339(run.createdAtMs),
    pipelineJobScheduleTimeUtc: toRfc3339(run.scheduledAtMs > 0 ? run.scheduledAtMs : run.createdAtMs),
  }),
);

/** Without the query string, which chooses credentials upstream and is not part of the place, and without a last slash. */
export function pipelineRootOf(tree: RunTree, defaultRootUri: string): string {
  const [root = ''] = (tree.run.pipelineRoot === '' ? defaultRootUri : tree.run.pipelineRoot).split('?', 1);
  return root.replace(/\/+$/, '');
}
