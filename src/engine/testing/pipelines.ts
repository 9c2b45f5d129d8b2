// Small pipelines for tests, written as TypeScript: `pipelineOf({load: step({...}), train: step({...})})` gives the IR
// document as a compiler would write it, one component and one executor per task.
import type { Json, JsonObject } from '../../base/mod.ts';
import type { ParameterType } from '../../ir/mod.ts';

interface Common {
  /** Type and source of each input parameter. */
  readonly inputs?: Readonly<Record<string, readonly [ParameterType, JsonObject | undefined, JsonObject?]>>;
  /** Source of each input artifact (system.Dataset). */
  readonly artifacts?: Readonly<Record<string, JsonObject>>;
  readonly after?: readonly string[];
  /** triggerPolicy.condition. */
  readonly when?: string;
  /** Starts when all upstreams have ended, however. */
  readonly isAnyEndFine?: boolean;
  readonly retryPolicy?: JsonObject;
}

export interface StepText extends Common {
  readonly kind: 'step';
  readonly outputs?: Readonly<Record<string, ParameterType>>;
  readonly outputArtifacts?: readonly string[];
  /** Output artifacts that are lists. */
  readonly outputLists?: readonly string[];
  readonly isCached?: boolean;
  readonly cacheKey?: string;
  readonly container?: JsonObject;
  readonly passthroughs?: readonly JsonObject[];
  readonly importer?: JsonObject;
}

export interface GroupText extends Common {
  readonly kind: 'group';
  readonly tasks: Readonly<Record<string, TaskText>>;
  readonly outputs?: JsonObject;
  readonly items?: { readonly raw: readonly Json[] } | { readonly inputParameter: string } | { readonly inputArtifact: string };
  readonly itemInput?: string;
  readonly itemType?: ParameterType;
  readonly parallelism?: number;
}

export type TaskText = StepText | GroupText;

export function step(text: Omit<StepText, 'kind'> = {}): StepText {
  return { kind: 'step', ...text };
}

export function group(text: Omit<GroupText, 'kind'>): GroupText {
  return { kind: 'group', ...text };
}

export function output(producerTask: string, outputParameterKey: string): JsonObject {
  return { taskOutputParameter: { producerTask, outputParameterKey } };
}

export function outputArtifact(producerTask: string, outputArtifactKey: string): JsonObject {
  return { taskOutputArtifact: { producerTask, outputArtifactKey } };
}

export function parent(componentInputParameter: string): JsonObject {
  return { componentInputParameter };
}

export function constant(value: Json): JsonObject {
  return { runtimeValue: { constant: value } };
}

export function pipelineOf(
  tasks: Readonly<Record<string, TaskText>>,
  root: { readonly inputs?: JsonObject; readonly outputs?: JsonObject; readonly platform?: JsonObject } = {},
): JsonObject {
  const components: Record<string, Json> = {};
  const executors: Record<string, Json> = {};
  const dag = dagOf(tasks, '', { components, executors });
  const spec: JsonObject = {
    pipelineInfo: { name: 'demo' },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.17.0',
    components,
    deploymentSpec: { executors },
    root: {
      ...(root.inputs === undefined ? {} : { inputDefinitions: { parameters: root.inputs } }),
      dag: { tasks: dag, ...(root.outputs === undefined ? {} : { outputs: root.outputs }) },
    },
  };
  if (root.platform === undefined) return spec;
  return { pipeline_spec: spec, platform_spec: { platforms: { kubernetes: root.platform } } };
}

interface Sink {
  readonly components: Record<string, Json>;
  readonly executors: Record<string, Json>;
}

function dagOf(tasks: Readonly<Record<string, TaskText>>, suffix: string, sink: Sink): JsonObject {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, text]) => {
      const label = name + suffix;
      sink.components[`comp-${label}`] = text.kind === 'step' ? stepComponent(text, label, sink) : groupComponent(text, label, sink);
      return [name, taskOf(text, name, label)];
    }),
  );
}

function taskOf(text: TaskText, name: string, label: string): JsonObject {
  const { inputs = {}, artifacts = {}, after = [], when, isAnyEndFine = false, retryPolicy } = text;
  const parameters = Object.entries(inputs).flatMap(([input, [, source]]) => (source === undefined ? [] : [[input, source] as const]));
  const trigger = {
    ...(when === undefined ? {} : { condition: when }),
    ...(isAnyEndFine ? { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' } : {}),
  };
  return {
    taskInfo: { name },
    componentRef: { name: `comp-${label}` },
    inputs: { parameters: Object.fromEntries(parameters), artifacts },
    ...(after.length === 0 ? {} : { dependentTasks: after }),
    ...(Object.keys(trigger).length === 0 ? {} : { triggerPolicy: trigger }),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    ...(text.kind === 'step' ? { cachingOptions: cachingOf(text) } : iteratorOf(text)),
  };
}

function cachingOf({ isCached, cacheKey }: StepText): JsonObject {
  return { ...(isCached === true ? { enableCache: true } : {}), ...(cacheKey === undefined ? {} : { cacheKey }) };
}

function iteratorOf({ items, itemInput = 'item', parallelism }: GroupText): JsonObject {
  if (items === undefined) return {};
  if ('inputArtifact' in items) return { artifactIterator: { itemInput, items } };
  return {
    parameterIterator: { itemInput, items: 'raw' in items ? { raw: JSON.stringify(items.raw) } : items },
    ...(parallelism === undefined ? {} : { iteratorPolicy: { parallelismLimit: parallelism } }),
  };
}

function inputDefinitions({ inputs = {}, artifacts = {} }: Common): JsonObject {
  const parameters = Object.entries(inputs).map(([name, [parameterType, , more]]) => [name, { parameterType, ...more }]);
  const names = Object.keys(artifacts).map((name) => [name, { artifactType: dataset }]);
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(names) };
}

const dataset: JsonObject = { schemaTitle: 'system.Dataset', schemaVersion: '0.0.1' };

function stepComponent(text: StepText, label: string, { executors }: Sink): JsonObject {
  const { outputs = {}, outputArtifacts = [], outputLists = [], container, importer, passthroughs } = text;
  const image = { image: 'python:3.11', command: ['python3', label], args: ['{{$}}'] };
  executors[`exec-${label}`] = importer === undefined ? { container: { ...image, ...container } } : { importer };
  const parameters = Object.entries(outputs).map(([name, parameterType]) => [name, { parameterType }]);
  const single = outputArtifacts.map((name) => [name, { artifactType: dataset }]);
  const lists = outputLists.map((name) => [name, { artifactType: dataset, isArtifactList: true }]);
  return {
    executorLabel: `exec-${label}`,
    ...(passthroughs === undefined ? {} : { taskConfigPassthroughs: passthroughs }),
    inputDefinitions: inputDefinitions(text),
    outputDefinitions: {
      parameters: Object.fromEntries(parameters),
      artifacts: Object.fromEntries([...single, ...lists]),
    },
  };
}

function groupComponent(text: GroupText, label: string, sink: Sink): JsonObject {
  const { tasks, outputs, items, itemInput = 'item', itemType = 'STRING' } = text;
  const definitions = inputDefinitions(text) as { readonly parameters: JsonObject; readonly artifacts: JsonObject };
  const isOverArtifacts = items !== undefined && 'inputArtifact' in items;
  const item = items === undefined || isOverArtifacts ? {} : { [itemInput]: { parameterType: itemType } };
  const artifactItem = isOverArtifacts ? { [itemInput]: { artifactType: dataset } } : {};
  return {
    inputDefinitions: {
      parameters: { ...definitions.parameters, ...item },
      artifacts: { ...definitions.artifacts, ...artifactItem },
    },
    outputDefinitions: outputDefinitions(outputs),
    dag: { tasks: dagOf(tasks, `-in-${label}`, sink), ...(outputs === undefined ? {} : { outputs }) },
  };
}

/** The engine hands values on as they are, whatever a group's outputs are declared as. */
function outputDefinitions({ parameters = {}, artifacts = {} }: JsonObject = {}): JsonObject {
  const names = (members: Json) => Object.keys(members as JsonObject);
  return {
    parameters: Object.fromEntries(names(parameters).map((name) => [name, { parameterType: 'STRING' }])),
    artifacts: Object.fromEntries(names(artifacts).map((name) => [name, { artifactType: dataset }])),
  };
}
