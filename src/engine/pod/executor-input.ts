// The executor input (ExecutorInput of the IR): what a step is told about its inputs and where its outputs go.
import { containerPathOf } from '../../api/mod.ts';
import type { ArtifactTypeSchema, ComponentSpec, ExecutorInput, RuntimeArtifact } from '../../ir/mod.ts';
import type { Artifact, TaskValues } from '../../records/mod.ts';
import { attemptUuidOf } from '../ids.ts';
import { pipelineRootOf } from '../plan/placeholder-context.ts';
import { attemptKeyOf, type RunTree, type TaskNode } from '../plan/run-tree.ts';

/** Where the executor of kfp expects a file per output parameter. */
const OUTPUT_PARAMETERS_DIRECTORY = '/tmp/kfp/outputs';
/** Lies in the task root: `dsl.get_uri()` takes its directory for the root of the task. */
const EXECUTOR_OUTPUT_FILE = 'output_metadata.json';
/** Type of an artifact whose component names none. */
const UNTYPED = 'system.Artifact';
const SCHEMA_VERSION = '0.0.1';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface StepPlaces {
  /** Of the run, without a slash at the end. */
  readonly rootUri: string;
  /** `<root>/<pipeline>/<run>/<task>/<uuid>`. */
  readonly taskRootUri: string;
  /** Absolute path inside the container; undefined when the root's scheme has none. */
  readonly executorOutputPath: string | undefined;
}

export function stepPlacesOf(tree: RunTree, node: TaskNode, defaultRootUri: string): StepPlaces {
  const { run } = tree;
  const rootUri = pipelineRootOf(tree, defaultRootUri);
  const taskRootUri = [rootUri, run.pipelineName, run.runId, node.row.name, attemptUuidOf(attemptKeyOf(tree, node))].join('/');
  const directory = containerPathOf(taskRootUri);
  return { rootUri, taskRootUri, executorOutputPath: directory === undefined ? undefined : `${directory}/${EXECUTOR_OUTPUT_FILE}` };
}

/** The directory of all attempts of the task that made an artifact, `<root>/<pipeline>/<run>/<task>`; undefined when no step made it. */
export function taskDirectoryOf(uri: string, rootUri: string): string | undefined {
  if (!uri.startsWith(`${rootUri}/`)) return undefined;
  const [pipeline, run, task, uuid, key] = uri.slice(rootUri.length + 1).split('/', 5);
  return key !== undefined && UUID.test(uuid!) ? [rootUri, pipeline, run, task].join('/') : undefined;
}

export function attemptUriOf(tree: RunTree, node: TaskNode, defaultRootUri: string, key: string): string {
  return `${stepPlacesOf(tree, node, defaultRootUri).taskRootUri}/${key}`;
}

export function outputParameterPath(name: string): string {
  return `${OUTPUT_PARAMETERS_DIRECTORY}/${name}`;
}

export function executorInputOf(
  component: ComponentSpec,
  inputs: { readonly values: TaskValues; readonly artifacts: Readonly<Record<string, readonly RuntimeArtifact[]>> },
  places: StepPlaces,
): ExecutorInput {
  const { parameters = {}, artifacts = {} } = component.outputDefinitions ?? {};
  return {
    inputs: {
      parameterValues: inputs.values.parameters,
      artifacts: mapValues(inputs.artifacts, (list) => ({ artifacts: list })),
    },
    outputs: {
      parameters: mapValues(parameters, (_spec, name) => ({ outputFile: outputParameterPath(name) })),
      artifacts: mapValues(artifacts, ({ artifactType: type, metadata = {} }, name) => ({
        artifacts: [{ name, type, uri: `${places.taskRootUri}/${name}`, metadata }],
      })),
      outputFile: places.executorOutputPath ?? '',
    },
  };
}

/** The artifacts behind the ids of a task's values; ids without a record are left out. */
export function runtimeArtifactsOf(
  values: TaskValues,
  artifactOf: (artifactId: string) => Artifact | undefined,
): Readonly<Record<string, readonly RuntimeArtifact[]>> {
  return mapValues(values.artifacts, (ids) =>
    ids.flatMap((id) => {
      const artifact = artifactOf(id);
      return artifact === undefined ? [] : [runtimeArtifact(artifact)];
    }),
  );
}

/** The schema title and version under which records keep an artifact. */
export function artifactTypeOf(type: ArtifactTypeSchema): { readonly type: string; readonly schemaVersion: string } {
  const title = type.schemaTitle ?? titleIn(type.instanceSchema) ?? UNTYPED;
  return { type: title, schemaVersion: type.schemaVersion ?? SCHEMA_VERSION };
}

function runtimeArtifact({ name, type, schemaVersion, uri, metadata }: Artifact): RuntimeArtifact {
  return { name, type: { schemaTitle: type, schemaVersion }, uri, metadata };
}

/** Old compilers write the whole schema as YAML text; its title stands on a line of its own. */
function titleIn(instanceSchema: string | undefined): string | undefined {
  return /^\s*"?title"?:\s*"?([\w.]+)/m.exec(instanceSchema ?? '')?.[1];
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, convert: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value, name)]));
}
