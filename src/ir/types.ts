// The IR as kfp compiles it (pipeline_spec.proto, schema 2.1.0), with the proto's own field names. These types describe a
// document that has passed `parsePipeline`; nothing else may be cast to them.
import type { Json, JsonObject } from '../base/mod.ts';

export const PARAMETER_TYPES = [
  'NUMBER_DOUBLE',
  'NUMBER_INTEGER',
  'STRING',
  'BOOLEAN',
  'LIST',
  'STRUCT',
  'TASK_FINAL_STATUS',
  'TASK_CONFIG',
] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

export interface ParameterSpec {
  readonly parameterType: ParameterType;
  readonly defaultValue?: Json;
  readonly isOptional?: boolean;
  readonly description?: string;
  readonly literals?: readonly Json[];
}

export interface ArtifactTypeSchema {
  readonly schemaTitle?: string;
  readonly instanceSchema?: string;
  readonly schemaUri?: string;
  readonly schemaVersion?: string;
}

export interface ArtifactSpec {
  readonly artifactType: ArtifactTypeSchema;
  readonly isArtifactList?: boolean;
  readonly isOptional?: boolean;
  readonly description?: string;
  readonly metadata?: JsonObject;
}

export interface InputDefinitions {
  readonly parameters?: Readonly<Record<string, ParameterSpec>>;
  readonly artifacts?: Readonly<Record<string, ArtifactSpec>>;
}

export interface OutputDefinitions {
  readonly parameters?: Readonly<Record<string, ParameterSpec>>;
  readonly artifacts?: Readonly<Record<string, ArtifactSpec>>;
}

export interface ArtifactSelector {
  readonly producerSubtask: string;
  readonly outputArtifactKey: string;
}

export interface ParameterSelector {
  readonly producerSubtask: string;
  readonly outputParameterKey: string;
}

export interface DagOutputs {
  readonly artifacts?: Readonly<Record<string, { readonly artifactSelectors: readonly ArtifactSelector[] }>>;
  readonly parameters?: Readonly<
    Record<
      string,
      {
        readonly valueFromParameter?: ParameterSelector;
        readonly valueFromOneof?: { readonly parameterSelectors: readonly ParameterSelector[] };
      }
    >
  >;
}

export interface TaskInputParameter {
  readonly taskOutputParameter?: { readonly producerTask: string; readonly outputParameterKey: string };
  readonly runtimeValue?: { readonly constant?: Json; readonly runtimeParameter?: string };
  readonly componentInputParameter?: string;
  readonly taskFinalStatus?: { readonly producerTask: string };
  readonly parameterExpressionSelector?: string;
}

export interface TaskInputArtifact {
  readonly taskOutputArtifact?: { readonly producerTask: string; readonly outputArtifactKey: string };
  readonly componentInputArtifact?: string;
}

export interface ParameterIterator {
  readonly items: { readonly raw?: string; readonly inputParameter?: string };
  readonly itemInput: string;
}

export interface ArtifactIterator {
  readonly items: { readonly inputArtifact: string };
  readonly itemInput: string;
}

export interface RetryPolicy {
  readonly maxRetryCount?: number;
  /** Protobuf duration text, for example "30s". */
  readonly backoffDuration?: string;
  readonly backoffFactor?: number;
  readonly backoffMaxDuration?: string;
}

export interface PipelineTaskSpec {
  readonly taskInfo?: { readonly name?: string };
  readonly componentRef: { readonly name: string };
  readonly inputs?: {
    readonly parameters?: Readonly<Record<string, TaskInputParameter>>;
    readonly artifacts?: Readonly<Record<string, TaskInputArtifact>>;
  };
  readonly dependentTasks?: readonly string[];
  readonly cachingOptions?: { readonly enableCache?: boolean; readonly cacheKey?: string };
  readonly triggerPolicy?: { readonly condition?: string; readonly strategy?: string };
  readonly parameterIterator?: ParameterIterator;
  readonly artifactIterator?: ArtifactIterator;
  readonly iteratorPolicy?: { readonly parallelismLimit?: number };
  readonly retryPolicy?: RetryPolicy;
}

export interface DagSpec {
  readonly tasks: Readonly<Record<string, PipelineTaskSpec>>;
  readonly outputs?: DagOutputs;
}

/** What may be passed to a TASK_CONFIG parameter, in the order of the proto's enum. */
export const TASK_CONFIG_FIELDS = [
  'RESOURCES',
  'ENV',
  'KUBERNETES_AFFINITY',
  'KUBERNETES_TOLERATIONS',
  'KUBERNETES_NODE_SELECTOR',
  'KUBERNETES_VOLUMES',
  'KUBERNETES_RESOURCE_CLAIMS',
] as const;
export type TaskConfigField = (typeof TASK_CONFIG_FIELDS)[number];

export interface TaskConfigPassthrough {
  readonly field: TaskConfigField;
  readonly applyToTask?: boolean;
}

export interface ComponentSpec {
  readonly inputDefinitions?: InputDefinitions;
  readonly outputDefinitions?: OutputDefinitions;
  /** Exactly one of these two. */
  readonly dag?: DagSpec;
  readonly executorLabel?: string;
  readonly taskConfigPassthroughs?: readonly TaskConfigPassthrough[];
}

export interface ContainerExecutor {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: JsonObject;
}

export interface ImporterExecutor {
  readonly artifactUri: { readonly constant?: Json; readonly runtimeParameter?: string };
  readonly typeSchema: ArtifactTypeSchema;
  readonly metadata?: JsonObject;
  readonly reimport?: boolean;
  readonly downloadToWorkspace?: boolean;
}

/** `unsupported` keeps what Slipway does not run (resolver, customJob), so that only a run that reaches it fails. */
export type Executor =
  | { readonly kind: 'container'; readonly container: ContainerExecutor }
  | { readonly kind: 'importer'; readonly importer: ImporterExecutor }
  | { readonly kind: 'unsupported'; readonly what: string };

export interface PipelineSpec {
  /** pipelineInfo.name. */
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly sdkVersion: string;
  readonly schemaVersion: string;
  readonly root: ComponentSpec;
  readonly components: Readonly<Record<string, ComponentSpec>>;
  readonly executors: Readonly<Record<string, Executor>>;
  /** platforms.kubernetes of the second document; {} when absent. */
  readonly kubernetes: JsonObject;
}
