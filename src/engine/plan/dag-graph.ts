// Who waits for whom inside one DAG of the IR, worked out once per DAG.
import { oncePer } from '../../base/mod.ts';
import { taskDependencies, type DagSpec } from '../../ir/mod.ts';

export interface DagGraph {
  readonly taskCount: number;
  /** Tasks that must end before this one is looked at, each once. */
  upstreamsOf(taskName: string): readonly string[];
  dependentsOf(taskName: string): readonly string[];
}

export const dagGraphOf = oncePer(buildGraph);

function buildGraph(dag: DagSpec): DagGraph {
  const upstreams = new Map<string, readonly string[]>();
  const dependents = new Map<string, string[]>();
  for (const [name, task] of Object.entries(dag.tasks)) {
    const producers = [...taskDependencies(task)];
    upstreams.set(name, producers);
    for (const producer of producers) {
      const list = dependents.get(producer);
      if (list === undefined) dependents.set(producer, [name]);
      else list.push(name);
    }
  }
  return {
    taskCount: upstreams.size,
    upstreamsOf: (name) => upstreams.get(name) ?? [],
    dependentsOf: (name) => dependents.get(name) ?? [],
  };
}
