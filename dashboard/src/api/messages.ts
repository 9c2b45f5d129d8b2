// What the server answers: the very types that it builds its answers with, so the two can't drift apart. Types only; nothing
// of the server's code gets into the pages.
import type { ExplainedRunMessage, RunMessage, TaskMessage } from '../../../src/facades/mod.ts';

export type { Json, JsonObject } from '../../../src/base/mod.ts';
export type { ArtifactMessage, ExperimentMessage, PipelineMessage, PipelineVersionMessage, RecurringRunMessage, VersionSummary } from '../../../src/facades/mod.ts';
export type { ArtifactDetails, ArtifactEntries, ArtifactStep, ArtifactTable, ArtifactView, ListedArtifact } from '../../../src/facades/mod.ts';
export type { FoundLogLines } from '../../../src/facades/mod.ts';
export type { ClusterFacts, EnvironmentFacts, MachineFinding } from '../../../src/facades/mod.ts';

/** A run without its pipeline, as lists and events have it. */
export type RunSummary = ExplainedRunMessage;
/** A run with its pipeline, as it comes alone. */
export type Run = ExplainedRunMessage & Pick<RunMessage, 'pipeline_spec'>;
export type Task = TaskMessage;
export type TaskProperties = NonNullable<NonNullable<Task['status_metadata']>['custom_properties']>;
/** `view=FULL`. */
export type RunWithTasks = RunMessage & { readonly tasks?: readonly Task[] };
