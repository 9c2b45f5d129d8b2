// The door of the room as an interface: reads are synchronous and see committed state, writes go through `write` and are
// durable when it resolves. PostgreSQL comes behind the same interface.
import type { Artifact, Experiment, Pipeline, PipelineVersion, RecordChange, RecurringRun, Run, RunSnapshot, Task } from './types.ts';

export type PredicateOperation =
  | 'EQUALS'
  | 'NOT_EQUALS'
  | 'GREATER_THAN'
  | 'GREATER_THAN_EQUALS'
  | 'LESS_THAN'
  | 'LESS_THAN_EQUALS'
  | 'IN'
  | 'IS_SUBSTRING';

export interface Predicate {
  readonly operation: PredicateOperation;
  /** A field of the table (camelCase row name), `tags.<key>`, or `metric:<name>`. */
  readonly field: string;
  readonly value: string | number | readonly string[] | readonly number[];
}

export interface Query {
  readonly namespace?: string;
  readonly experimentId?: string;
  readonly pipelineId?: string;
  readonly runId?: string;
  readonly predicates?: readonly Predicate[];
  /** Default createdAtMs ascending; ties are broken by the primary key in the same direction. */
  readonly sortBy?: { readonly field: string; readonly isDescending: boolean };
  /** Continue after the row with these sort value and id. */
  readonly after?: { readonly sortValue: string | number | null; readonly id: string };
  /** At most this many rows; the caller clamps. */
  readonly limit: number;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Rows that match without paging. */
  readonly totalSize: number;
  /** Position to continue after; undefined on the last page. */
  readonly next?: { readonly sortValue: string | number | null; readonly id: string };
}

/** Statements of one atomic group; only valid inside the callback of `write`. Puts replace the whole row, but for what makes a task the one that it is. */
export interface RecordWriter {
  putExperiment(row: Experiment): void;
  putPipeline(row: Pipeline): void;
  putPipelineVersion(row: PipelineVersion): void;
  putRecurringRun(row: RecurringRun): void;
  putRun(row: Run): void;
  putTask(row: Task): void;
  putArtifact(row: Artifact): void;
  deleteExperiment(experimentId: string): void;
  /** With its versions. */
  deletePipeline(pipelineId: string): void;
  deletePipelineVersion(pipelineVersionId: string): void;
  /** Its runs stay. */
  deleteRecurringRun(recurringRunId: string): void;
  /** With its tasks; artifacts stay, since cached steps of other runs may use them. */
  deleteRun(runId: string): void;
  deleteTask(taskId: string): void;
  archiveRunsOfExperiment(experimentId: string): void;
  /** Reads that see the statements of this group. */
  readonly read: RecordReader;
}

export interface RecordReader {
  experiment(experimentId: string): Experiment | undefined;
  experimentByName(namespace: string, displayName: string): Experiment | undefined;
  experiments(query: Query): Page<Experiment>;
  pipeline(pipelineId: string): Pipeline | undefined;
  pipelineByName(namespace: string, name: string): Pipeline | undefined;
  pipelines(query: Query): Page<Pipeline>;
  pipelineVersion(pipelineVersionId: string): PipelineVersion | undefined;
  pipelineVersionByName(pipelineId: string, name: string): PipelineVersion | undefined;
  pipelineVersions(query: Query): Page<PipelineVersion>;
  /** Newest by creation. */
  latestPipelineVersion(pipelineId: string): PipelineVersion | undefined;
  recurringRun(recurringRunId: string): RecurringRun | undefined;
  recurringRuns(query: Query): Page<RecurringRun>;
  enabledRecurringRunIds(): readonly string[];
  /** Runs of the series that are not in a terminal state. */
  unfinishedRunCountOf(recurringRunId: string): number;
  run(runId: string): Run | undefined;
  /** What tells whether somebody else moved the run, without its parameters, which may be large. */
  runProgress(runId: string): Pick<Run, 'state' | 'retryCount'> | undefined;
  runs(query: Query): Page<Run>;
  /** Runs that are not in a terminal state, oldest first. */
  unfinishedRunIds(): readonly string[];
  snapshot(runId: string): RunSnapshot | undefined;
  task(taskId: string): Task | undefined;
  tasks(query: Query): Page<Task>;
  /** Succeeded tasks with this fingerprint in this namespace that ran themselves (were not cached), newest first. */
  cachedTasks(namespace: string, cacheFingerprint: string, countMax: number): readonly Task[];
  /** Ids of the newest runs of the pipeline of this name that were created before `run`, newest first. */
  earlierRunIds(run: Run, countMax: number): readonly string[];
  taskByPath(runId: string, path: string): Task | undefined;
  artifact(artifactId: string): Artifact | undefined;
  artifacts(query: Query): Page<Artifact>;
  /** In no particular order; unknown ids are left out. */
  artifactsByIds(artifactIds: readonly string[]): readonly Artifact[];
  /** Steps of any run that took the artifact as an input, newest first. */
  tasksUsingArtifact(artifactId: string, limit: number): readonly Task[];
  /** Newest with this uri and type in this namespace (importer without reimport). */
  artifactByUri(namespace: string, uri: string, type: string): Artifact | undefined;
}

export interface Records extends RecordReader {
  /**
   * Atomic: all or nothing, durable when it resolves. `work` is synchronous. Throw inside it to refuse; the error comes
   * back to the caller and nothing of this group is written.
   */
  write<T>(work: (writer: RecordWriter) => T): Promise<T>;
  /** Called after each commit with its changes, in commit order. Returns the unsubscribe function. Must not throw. */
  onChange(listener: (changes: readonly RecordChange[]) => void): () => void;
}
