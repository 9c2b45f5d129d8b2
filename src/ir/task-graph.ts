// Who waits for whom inside one DAG.
import type { DagSpec, PipelineSpec, PipelineTaskSpec } from './types.ts';

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

/** Whether it starts when the tasks that it waits for have ended, however: what `dsl.ExitHandler` runs, and `ignore_upstream_failure`. */
export function isExitTask({ triggerPolicy }: PipelineTaskSpec): boolean {
  return triggerPolicy?.strategy === 'ALL_UPSTREAM_TASKS_COMPLETED';
}

export function hasExitTask({ tasks }: DagSpec): boolean {
  return Object.values(tasks).some(isExitTask);
}

export function hasExitTaskAnywhere({ root, components }: PipelineSpec): boolean {
  return [root, ...Object.values(components)].some(({ dag }) => dag !== undefined && hasExitTask(dag));
}
