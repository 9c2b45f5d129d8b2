// api: the kinds as data (types, schemas, defaults, validation, table columns), one folder per API group, and the step
// documents by which engine and node talk. Pure; knows no storage, no HTTP.
export { apiVersionOf, fieldOf, resourceName, type KindDefinition, type KindSchema, type Subresource, type TableColumn } from './kind.ts';
export {
  RUN_ID_LABEL,
  STEP_ANNOTATION,
  STEP_CONTAINER,
  TASK_ID_LABEL,
  containerPathOf,
  type StepArtifact,
  type StepDocument,
  type StepOutputParameter,
  type StepResult,
  type StepResultSink,
} from './slipway/step.ts';
