// records: what piles up (experiments, pipelines, recurring runs, runs, tasks, artifacts and their metrics) in SQL tables with namespace
// and creator on every row, and a change feed that tells after each commit what changed. Knows no HTTP, no IR semantics,
// no Pod: it stores what it is given and finds it again.
export { newRun } from './new-run.ts';
export { openRecords, type RecordsOptions } from './open-records.ts';
export type { Page, Predicate, PredicateOperation, Query, RecordReader, RecordWriter, Records } from './records.ts';
export {
  hasRunEnded,
  hasTaskEnded,
  RUN_STATES,
  STORAGE_STATES,
  TASK_STATES,
  TASK_TYPES,
  TERMINATED_AT_ONCE,
  type Artifact,
  type EarlierPod,
  type Experiment,
  type Pipeline,
  type PipelineVersion,
  type RecordChange,
  type RecurringRun,
  type Run,
  type RunSnapshot,
  type RunState,
  type StateChange,
  type StorageState,
  type Task,
  type TaskState,
  type TaskType,
  type TaskValues,
} from './types.ts';
