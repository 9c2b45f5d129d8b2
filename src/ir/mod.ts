// ir: the KFP pipeline IR. Parses and validates it once (errors name the field), then answers pure questions about it:
// placeholders, conditions, run parameters, cache key. Knows no run, no Pod, no clock.
//
// Promises: nothing here throws for a bad document or value, only bugs do; what may fail answers with a sentence that
// names the field or parameter. Records by name have no prototype, so a lookup of any user's name is safe. Every document
// is bounded (limits.ts) before it is walked.
export { cacheFingerprint, type OutputArtifactIdentity, type StepIdentity } from './cache-fingerprint.ts';
export { replaceChannels } from './channels.ts';
export {
  compileContainer,
  type CompiledContainer,
  type ContainerCompilation,
  type ContainerOptions,
} from './compile-container.ts';
export { evaluateCondition, selectFromParameter, type ConditionInputs, type ConditionOutcome } from './condition.ts';
export { explainCondition } from './condition-explanation.ts';
export { WORKSPACE_PATH, expandConstants, fillReferences, itemOf, resolveConstant, speaksOfStep, type RunPlaceholders } from './constants.ts';
export { executorInputJson, type ArtifactList, type ExecutorInput, type RuntimeArtifact } from './executor-input.ts';
export { isTypeGuessed, itemMemberOf } from './loop-item-members.ts';
export { compareAsTheyAre } from './condition-types.ts';
export {
  DOCUMENT_SIZE_MAX_BYTES,
  NESTING_DEPTH_MAX,
  PARAMETERS_MAX,
  TASKS_MAX,
} from './limits.ts';
export { expandMacros } from './macros.ts';
export { parsePipeline, type PipelineParse } from './parse.ts';
export { parseItems } from './parse-iterator.ts';
export { parsePipelineText } from './parse-text.ts';
export { parsePipelineOnce, rememberPipeline } from './shared-parse.ts';
export { resolveRunParameters, type RunParameters } from './run-parameters.ts';
export type { FieldError } from './section.ts';
export { cronProblem, nextStrikeMs, type Trigger } from './trigger.ts';
export { stepSourceOf, type StepSource } from './step-source.ts';
export { hasExitTask, hasExitTaskAnywhere, isExitTask, taskDependencies } from './task-graph.ts';
export {
  PARAMETER_TYPES,
  type ArtifactIterator,
  type ArtifactSelector,
  type ArtifactSpec,
  type ArtifactTypeSchema,
  type ComponentSpec,
  type ContainerExecutor,
  type DagOutputs,
  type DagSpec,
  type Executor,
  type ImporterExecutor,
  type InputDefinitions,
  type OutputDefinitions,
  type ParameterIterator,
  type ParameterSelector,
  type ParameterSpec,
  type ParameterType,
  type PipelineSpec,
  type PipelineTaskSpec,
  type RetryPolicy,
  type TaskConfigField,
  type TaskInputArtifact,
  type TaskInputParameter,
} from './types.ts';
export {
  TYPE_WORDS,
  coerceParameter,
  matchesType,
  parameterText,
  parseOutputParameter,
  type Conversion,
} from './values.ts';
