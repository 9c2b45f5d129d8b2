// facades: foreign dialects over objects and records; they hold no state of their own. kfp/ is the REST API of Kubeflow
// Pipelines (v2beta1) with what Slipway adds to it: server-sent events of runs and lists, and logs of tasks as a stream.
// A dialect turns every request into a refusal with a sentence or into records, and knows nothing of how runs are run:
// the engine sees a new or changed run through the change feed.
export type { KfpOptions, RetryPlan } from './kfp/context.ts';
export { createKfpRoutes } from './kfp/routes.ts';
// What the dialect answers, for the pages of the dashboard: types only.
export type { ExperimentMessage, PipelineMessage, PipelineVersionMessage, VersionSummary } from './kfp/messages.ts';
export type { RecurringRunMessage } from './kfp/recurring-run-message.ts';
export type { ExplainedRunMessage, RunMessage } from './kfp/run-message.ts';
export type { FoundLogLines } from './kfp/task-log-search.ts';
export type { ArtifactMessage, TaskMessage } from './kfp/task-message.ts';
// slipway/ is Slipway's own dialect, which only reads: bytes and previews of artifacts, their lineage, facts of the node.
export type { ArtifactDetails, ArtifactEntries, ArtifactStep, ArtifactTable, ArtifactView, ListedArtifact } from './slipway/artifact-messages.ts';
export type { ClusterFacts, ClusterSource, ContainerFacts, EnvironmentFacts, MachineFinding, WarmInterpreterFacts } from './slipway/cluster-facts.ts';
export { createContentLinks } from './slipway/content-link.ts';
export { createSlipwayRoutes } from './slipway/routes.ts';
