// Who waits for whom inside one DAG.
import type { PipelineTaskSpec } from './types.ts';

/** Names of the sibling tasks that a task waits for: producers of its inputs and statuses, and `dependentTasks`. */
export function taskDependencies(task: PipelineTaskSpec): ReadonlySet<string> {
  const names = new Set(task.dependentTasks ?? []);
  for (const input of Object.values(task.inputs?.parameters ?? {})) {
    if (input.taskOutputParameter) names.add(input.taskOutputParameter.producerTask);
    if (input.taskFinalStatus) names.add(input.taskFinalStatus.producerTask);
  }
  for (const input of Object.values(task.inputs?.artifacts ?? {})) {
    if (input.taskOutputArtifact) names.add(input.taskOutputArtifact.producerTask);
  }
  return names;
}
