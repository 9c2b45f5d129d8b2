// A step whose platform configuration takes an output of a sibling (the name of a claim, say) waits for that sibling. Newer
// compilers write that down as a dependency, older ones leave it to chance.
import { isJsonObject, type Json, type JsonObject } from '../base/mod.ts';
import { emptyRecord } from './section.ts';
import { taskDependencies } from './task-graph.ts';
import type { ComponentSpec, DagSpec, PipelineSpec, PipelineTaskSpec } from './types.ts';

export function addPlatformDependencies(pipeline: PipelineSpec): PipelineSpec {
  const deployment = pipeline.kubernetes['deploymentSpec'];
  const configs = isJsonObject(deployment) ? deployment['executors'] : undefined;
  if (!isJsonObject(configs)) return pipeline;
  const producersOf = (task: PipelineTaskSpec) => {
    const label = pipeline.components[task.componentRef.name]?.executorLabel;
    const config = label !== undefined && Object.hasOwn(configs, label) ? configs[label] : undefined;
    return config === undefined ? [] : producersIn(config);
  };
  const complete = (component: ComponentSpec): ComponentSpec =>
    component.dag === undefined ? component : { ...component, dag: completeDag(component.dag, producersOf) };
  const components = emptyRecord<ComponentSpec>();
  for (const [name, component] of Object.entries(pipeline.components)) components[name] = complete(component);
  return { ...pipeline, root: complete(pipeline.root), components };
}

function completeDag(dag: DagSpec, producersOf: (task: PipelineTaskSpec) => readonly string[]): DagSpec {
  const tasks = emptyRecord<PipelineTaskSpec>();
  for (const [name, task] of Object.entries(dag.tasks)) {
    const known = taskDependencies(task);
    const added = producersOf(task).filter((producer) => producer !== name && !known.has(producer) && Object.hasOwn(dag.tasks, producer));
    tasks[name] = added.length === 0 ? task : { ...task, dependentTasks: [...(task.dependentTasks ?? []), ...new Set(added)] };
  }
  return { ...dag, tasks };
}

/** Names under `taskOutputParameter.producerTask`, anywhere in the configuration of one executor. */
function producersIn(config: Json): readonly string[] {
  const producers: string[] = [];
  const waiting: Json[] = [config];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (Array.isArray(value)) waiting.push(...(value as readonly Json[]));
    else if (isJsonObject(value)) {
      producers.push(...producerOf(value));
      waiting.push(...Object.values(value).filter((member) => member !== undefined));
    }
  }
  return producers;
}

function producerOf({ taskOutputParameter: source }: JsonObject): readonly string[] {
  const producer = isJsonObject(source) ? source['producerTask'] : undefined;
  return typeof producer === 'string' ? [producer] : [];
}
