// api: the kinds as data (types, schemas, defaults, validation, table columns), one folder per API group, and the step
// documents by which engine and node talk. Pure; knows no storage, no HTTP.
//
// The way of a request body: `checkTypes` (decoding errors, 400) → `findUnknownFields` (named or refused, by fieldValidation) →
// `pruneUnknown` (unknown members and nulls dropped, quantities and times canonical) → `applyDefaults` → the kind's
// prepareForCreate / prepareForUpdate → `validateObject` (causes; `invalidStatus` makes the 422 of them).
export { ageOf, humanDuration } from './age.ts';
export { duplicate, forbidden, immutable, invalid, invalidStatus, notFound, notSupported, required, tooLong, typeInvalid } from './causes.ts';
export { AGE_COLUMN, NAME_COLUMN, isConditionTrue, itemsAt, numberAt, textAt, textColumn, wideColumn } from './columns.ts';
export { depthComplaint } from './schema/depth.ts';
export { meetsCondition } from './admission/match-condition.ts';
export { isDefinitionKind, customResourceDefinitionKind } from './apiextensions/custom-resource-definition.ts';
export { compareVersions, customKinds, storedKind, valueAtSimplePath } from './apiextensions/custom-kind.ts';
export { DEFINITION_FINALIZER, withDefinitionCondition } from './apiextensions/definition.ts';
export { acceptNames } from './apiextensions/naming.ts';
export { NAMESPACE_FINALIZER } from './core/namespace.ts';
export { summarizePod, type PodSummary } from './core/pod-columns.ts';
export { hasEnded } from './core/pod-phase.ts';
export { asReplicaSet } from './core/replication-controller.ts';
export { amountOf, isDevice, isGpu, plus, podAmounts, quantityOf, ZERO, type Amounts } from './core/pod-resources.ts';
export { resizedPod } from './core/pod-resize.ts';
export {
  apiVersionOf,
  fieldOf,
  type Conversion,
  type CustomKind,
  resourceName,
  type KindDefinition,
  type KindSchema,
  type StoredForm,
  type NameRule,
  type Subresource,
  type TableColumn,
} from './kind.ts';
export { builtinKindsWith, builtinKinds } from './kinds.ts';
export { KUBERNETES_MAJOR, KUBERNETES_MINOR, KUBERNETES_VERSION } from './kubernetes-release.ts';
export { LOOPBACK, MACHINE_ADDRESS } from './ip-address.ts';
export { labelSelectorText, labelsOf, matchesLabels } from './label-selector.ts';
export { jsonPatch, type JsonPatchOutcome } from './patch/json-patch.ts';
export { mergePatch } from './patch/merge-patch.ts';
export { strategicMergePatch, type StrategicMergeOutcome } from './patch/strategic-merge.ts';
export { PROTOBUF_MEDIA_TYPE, decodeProtobuf, type DecodedProtobuf } from './protobuf/decode.ts';
export { isCanonical } from './schema/canonical.ts';
export {
  AUTOSCALERS,
  CLAIMS,
  CLUSTER_ROLES,
  CLUSTER_ROLE_BINDINGS,
  CONFIG_MAPS,
  CONTROLLER_REVISIONS,
  CRON_JOBS,
  CUSTOM_RESOURCE_DEFINITIONS,
  DAEMON_SETS,
  DEPLOYMENTS,
  ENDPOINTS,
  ENDPOINT_SLICES,
  EVENTS,
  JOBS,
  NAMESPACES,
  NODES,
  PERSISTENT_VOLUMES,
  PODS,
  POD_DISRUPTION_BUDGETS,
  PRIORITY_CLASSES,
  REPLICA_SETS,
  REPLICATION_CONTROLLERS,
  ROLES,
  ROLE_BINDINGS,
  SECRETS,
  SERVICES,
  SERVICE_ACCOUNTS,
  STATEFUL_SETS,
  STORAGE_CLASSES,
} from './resource-types.ts';
export { checkTypes, validateSchema } from './schema/check.ts';
export { applyDefaults } from './schema/defaults.ts';
export { memberSchema, objectSchema, reachableDefinitions, resolveSchema, schemaDefinition, zeroMembers } from './schema/definitions.ts';
export {
  LOG_ARTIFACT_KEY,
  LOG_POD_METADATA,
  PIPELINE_ACCOUNT,
  RUN_ID_LABEL,
  STEP_ANNOTATION,
  STEP_CONTAINER,
  TASK_ID_LABEL,
  containerPathOf,
  isLogArtifact,
  type StepArtifact,
  type StepDocument,
  type StepOutputParameter,
  type StepResult,
  type StepResultSink,
} from './slipway/step.ts';
export { DIRECTORY_DRIVER } from './storage/storage-class.ts';
export { scaleCauses, scaleKind, scaleOf, withScale } from './autoscaling/scale.ts';
export { tableOf, type IncludeObject, type TableOptions } from './table.ts';
export { findUnknownFields, pruneUnknown } from './unknown-fields.ts';
export { validationSteps } from './validation.ts';
export { ALL_VERBS, STATUS_SUBRESOURCE } from './verbs.ts';
export { validateStructural } from './structural/validate.ts';
