// ir: the KFP pipeline IR. Parses and validates it once (errors name the field), then answers pure questions about it:
// placeholders, conditions, run parameters, cache key. Knows no run, no Pod, no clock.
export {
  PARAMETER_TYPES,
  type ArtifactSpec,
  type ArtifactTypeSchema,
  type ComponentSpec,
  type ContainerExecutor,
  type DagSpec,
  type Executor,
  type ImporterExecutor,
  type ParameterSpec,
  type ParameterType,
  type PipelineSpec,
  type PipelineTaskSpec,
  type RetryPolicy,
  type TaskInputArtifact,
  type TaskInputParameter,
} from './types.ts';
