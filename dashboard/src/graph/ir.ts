// A compiled pipeline (IR), as far as the pages look into it: what tasks a DAG has and what each waits for.
import type { JsonObject } from '../api/messages.ts';

export interface ParameterSpec {
  readonly parameterType?: string;
  readonly defaultValue?: unknown;
  readonly isOptional?: boolean;
  readonly description?: string;
  readonly literals?: readonly unknown[];
}

interface InputsSpec {
  readonly parameters?: Readonly<Record<string, ParameterSpec>>;
  readonly artifacts?: Readonly<Record<string, { readonly artifactType?: { readonly schemaTitle?: string } }>>;
}

export interface ComponentSpec {
  readonly dag?: { readonly tasks?: Readonly<Record<string, TaskSpec>> };
  readonly executorLabel?: string;
  readonly inputDefinitions?: InputsSpec;
  readonly outputDefinitions?: InputsSpec;
}

export interface TaskSpec {
  readonly taskInfo?: { readonly name?: string };
  readonly componentRef?: { readonly name?: string };
  readonly dependentTasks?: readonly string[];
  readonly inputs?: { readonly parameters?: Readonly<Record<string, InputSpec>>; readonly artifacts?: Readonly<Record<string, InputSpec>> };
  readonly triggerPolicy?: { readonly condition?: string; readonly strategy?: string };
  readonly parameterIterator?: unknown;
  readonly artifactIterator?: unknown;
}

interface InputSpec {
  readonly taskOutputParameter?: { readonly producerTask?: string };
  readonly taskOutputArtifact?: { readonly producerTask?: string };
  readonly taskFinalStatus?: { readonly producerTask?: string };
}

export interface Ir {
  readonly pipelineInfo?: { readonly name?: string; readonly displayName?: string; readonly description?: string };
  readonly sdkVersion?: string;
  readonly root?: ComponentSpec;
  readonly components?: Readonly<Record<string, ComponentSpec>>;
  readonly deploymentSpec?: { readonly executors?: Readonly<Record<string, { readonly container?: { readonly image?: string }; readonly importer?: unknown }>> };
}

/** The pipeline itself, also where it comes with a platform document beside it. */
export function irOf(pipelineSpec: JsonObject | undefined): Ir {
  // The server has validated it; fields that are missing all the same are treated as empty.
  return ((pipelineSpec?.['pipeline_spec'] as JsonObject | undefined) ?? pipelineSpec ?? {}) as Ir;
}

export function componentOf(ir: Ir, task: TaskSpec): ComponentSpec {
  return ir.components?.[task.componentRef?.name ?? ''] ?? {};
}

export function tasksOf(component: ComponentSpec | undefined): readonly (readonly [string, TaskSpec])[] {
  return Object.entries(component?.dag?.tasks ?? {});
}

export type NodeKind = 'step' | 'pipeline' | 'loop' | 'condition' | 'exit' | 'importer';

export function kindOf(ir: Ir, task: TaskSpec): NodeKind {
  const component = componentOf(ir, task);
  if (task.parameterIterator !== undefined || task.artifactIterator !== undefined) return 'loop';
  if (component.dag !== undefined) return task.triggerPolicy?.condition === undefined ? 'pipeline' : 'condition';
  if (ir.deploymentSpec?.executors?.[component.executorLabel ?? '']?.importer !== undefined) return 'importer';
  return task.triggerPolicy?.strategy === 'ALL_UPSTREAM_TASKS_COMPLETED' ? 'exit' : 'step';
}

/** Names of the tasks of the same DAG that must end before this one starts. */
export function producersOf(task: TaskSpec): readonly string[] {
  const inputs = [...Object.values(task.inputs?.parameters ?? {}), ...Object.values(task.inputs?.artifacts ?? {})];
  const named = inputs.flatMap((input) => input.taskOutputParameter?.producerTask ?? input.taskOutputArtifact?.producerTask ?? input.taskFinalStatus?.producerTask ?? []);
  return [...new Set([...(task.dependentTasks ?? []), ...named])];
}

/** The component that a scope path (`root.report`, `root.for-loop[2]`) stands for; undefined when there is none. */
export function componentAt(ir: Ir, scopePath: string): ComponentSpec | undefined {
  const [, ...names] = scopePath.split('.');
  let component = ir.root;
  for (const name of names) {
    const task: TaskSpec | undefined = component?.dag?.tasks?.[name.replace(/\[\d+\]$/, '')];
    if (task === undefined) return undefined;
    component = componentOf(ir, task);
  }
  return component;
}
