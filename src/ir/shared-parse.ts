// One parse of a document for everybody who holds it. Documents are shared between runs of the same text, so whoever asks next
// finds the pipeline that somebody else has read.
import { deepFreeze, type JsonObject } from '../base/mod.ts';
import { parsePipeline, type PipelineParse } from './parse.ts';
import { emptyRecord } from './section.ts';
import type { ComponentSpec, DagSpec, PipelineSpec, PipelineTaskSpec } from './types.ts';

const parses = new WeakMap<JsonObject, PipelineParse>();

/** Freezes the document: its pipeline is remembered for as long as it lives. Never throws. */
export function parsePipelineOnce(document: JsonObject): PipelineParse {
  const known = parses.get(document);
  if (known !== undefined) return known;
  const parse = parsePipeline(document);
  if (parse.ok) parses.set(deepFreeze(document), parse);
  return parse;
}

/** Takes over the pipeline that another thread has read from this document. */
export function rememberPipeline(document: JsonObject, received: PipelineSpec): PipelineParse {
  const parse: PipelineParse = { ok: true, pipeline: withoutInheritedNames(received), document };
  parses.set(deepFreeze(document), parse);
  return parse;
}

/** What travels between threads comes as plain objects, in which `constructor` is a name. */
function withoutInheritedNames(pipeline: PipelineSpec): PipelineSpec {
  return { ...pipeline, root: ofComponent(pipeline.root), components: bare(pipeline.components, ofComponent), executors: bare(pipeline.executors) };
}

function ofComponent(component: ComponentSpec): ComponentSpec {
  const { inputDefinitions, outputDefinitions, dag } = component;
  return {
    ...component,
    ...(inputDefinitions === undefined ? {} : { inputDefinitions: bareSorts(inputDefinitions) }),
    ...(outputDefinitions === undefined ? {} : { outputDefinitions: bareSorts(outputDefinitions) }),
    ...(dag === undefined ? {} : { dag: ofDag(dag) }),
  };
}

function ofDag({ tasks, outputs }: DagSpec): DagSpec {
  return { tasks: bare(tasks, ofTask), ...(outputs === undefined ? {} : { outputs: bareSorts(outputs) }) };
}

function ofTask(task: PipelineTaskSpec): PipelineTaskSpec {
  return task.inputs === undefined ? task : { ...task, inputs: bareSorts(task.inputs) };
}

/** Parameters and artifacts, each by name. */
function bareSorts<Sorts extends { readonly parameters?: object; readonly artifacts?: object }>(sorts: Sorts): Sorts {
  const copy: { -readonly [Sort in keyof Sorts]: Sorts[Sort] } = { ...sorts };
  if (copy.parameters !== undefined) copy.parameters = Object.assign(emptyRecord(), copy.parameters);
  if (copy.artifacts !== undefined) copy.artifacts = Object.assign(emptyRecord(), copy.artifacts);
  return copy;
}

function bare<T>(record: Readonly<Record<string, T>>, of: (entry: T) => T = (entry) => entry): Record<string, T> {
  const copy = emptyRecord<T>();
  for (const [name, entry] of Object.entries(record)) copy[name] = of(entry);
  return copy;
}
