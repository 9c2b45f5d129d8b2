// What piles up: experiments, pipelines, recurring runs, runs, tasks, artifacts. Plain readonly rows; every row has a namespace and a
// creator; times are milliseconds since the epoch.
import type { Json, JsonObject } from '../base/mod.ts';
import type { Trigger } from '../ir/mod.ts';

interface Row {
  /** '' in single-user mode. */
  readonly namespace: string;
  /** User that made the request which led to this row. */
  readonly creator: string;
  readonly createdAtMs: number;
}

export const STORAGE_STATES = ['AVAILABLE', 'ARCHIVED'] as const;
export type StorageState = (typeof STORAGE_STATES)[number];

export interface Experiment extends Row {
  readonly experimentId: string;
  readonly displayName: string;
  readonly description: string;
  readonly storageState: StorageState;
  /** 0 when no run was created in it yet. */
  readonly lastRunCreatedAtMs: number;
}

export interface Pipeline extends Row {
  readonly pipelineId: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface PipelineVersion extends Row {
  readonly pipelineVersionId: string;
  readonly pipelineId: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly codeSourceUrl: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The IR as uploaded: a bare pipeline spec, or `{pipeline_spec, platform_spec}`. Echoed byte-faithfully. */
  readonly pipelineSpec: JsonObject;
}

export const ACTIVE_RUN_STATES = ['PENDING', 'RUNNING', 'CANCELING'] as const;
/** The life of a run. It has ended when it is in none of the active ones. */
export const RUN_STATES = [...ACTIVE_RUN_STATES, 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const;
export type RunState = (typeof RUN_STATES)[number];

export function hasRunEnded(state: RunState): boolean {
  return !(ACTIVE_RUN_STATES as readonly RunState[]).includes(state);
}

/** Reason of a CANCELING run that a user has terminated again: its exit tasks are stopped, too. */
export const TERMINATED_AT_ONCE = 'TerminatedAtOnce';

export interface StateChange<State> {
  readonly atMs: number;
  readonly state: State;
  readonly message?: string;
}

export interface Run extends Row {
  readonly runId: string;
  readonly experimentId: string;
  readonly displayName: string;
  readonly description: string;
  readonly storageState: StorageState;
  readonly pipelineId?: string;
  readonly pipelineVersionId?: string;
  readonly recurringRunId?: string;
  readonly pipelineSpec: JsonObject;
  /** pipelineInfo.name of the IR. */
  readonly pipelineName: string;
  /** As the client sent them, after macro expansion, before defaults. */
  readonly parameters: JsonObject;
  /** '' takes the installation's default root. */
  readonly pipelineRoot: string;
  readonly serviceAccount: string;
  readonly state: RunState;
  /** CamelCase word and a plain sentence for every state that is not progress; '' when there is nothing to say. */
  readonly reason: string;
  readonly message: string;
  readonly stateHistory: readonly StateChange<RunState>[];
  readonly scheduledAtMs: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  /** Counts `:retry` requests; part of Pod names, so that a retried task gets a fresh Pod. */
  readonly retryCount: number;
}

/** A series of runs. */
export interface RecurringRun extends Row {
  readonly recurringRunId: string;
  readonly experimentId: string;
  readonly displayName: string;
  readonly description: string;
  /** The pipeline itself, or the ids of one: without a version each run has the newest. */
  readonly pipelineSpec?: JsonObject;
  readonly pipelineId?: string;
  readonly pipelineVersionId?: string;
  /** Before the macros of each run are expanded. */
  readonly parameters: JsonObject;
  readonly pipelineRoot: string;
  readonly serviceAccount: string;
  readonly trigger: Trigger;
  /** Runs of the series that have not ended, at most. */
  readonly maxConcurrency: number;
  readonly noCatchup: boolean;
  readonly status: 'ENABLED' | 'DISABLED';
  /** When a user changed it. */
  readonly updatedAtMs: number;
  /** The number of its last run, from 1. */
  readonly lastIndex: number;
  readonly lastStrikeMs?: number;
  /** Why there is no run for the last strike; '' when there is one. */
  readonly message: string;
}

const ACTIVE_TASK_STATES = ['WAITING', 'PENDING', 'RUNNING'] as const;
/**
 * The life of a task. WAITING: for upstream tasks, a retry time, or a free slot. PENDING: its Pod is asked for. RUNNING:
 * its Pod runs, or (DAG) it has unfinished children. It has ended when it is in none of these.
 */
export const TASK_STATES = [...ACTIVE_TASK_STATES, 'SUCCEEDED', 'CACHED', 'SKIPPED', 'FAILED', 'CANCELED'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export function hasTaskEnded(state: TaskState): boolean {
  return !(ACTIVE_TASK_STATES as readonly TaskState[]).includes(state);
}

/** As the native task API of KFP names them (pipelines #13986). RUNTIME is a step that gets a Pod. */
export const TASK_TYPES = ['ROOT', 'RUNTIME', 'CONDITION_BRANCH', 'CONDITION', 'LOOP', 'EXIT_HANDLER', 'IMPORTER', 'DAG'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export interface TaskValues {
  readonly parameters: Readonly<Record<string, Json>>;
  /** Artifact ids by key; a single artifact is a list of one. */
  readonly artifacts: Readonly<Record<string, readonly string[]>>;
}

/** The Pod of a try of a task that another one followed. Its log is kept as long as any. */
export interface EarlierPod {
  /** 1 for the first Pod of the task, also before retries of the whole run. */
  readonly number: number;
  readonly name: string;
  readonly uid: string;
}

export interface Task extends Row {
  readonly taskId: string;
  readonly runId: string;
  /** Undefined for the root task only. */
  readonly parentTaskId?: string;
  /** Key of the task in its DAG; 'root' for the root. */
  readonly name: string;
  readonly displayName: string;
  /** Unique in the run: `root.train`, `root.for-loop-1[3].train`. */
  readonly path: string;
  readonly componentName: string;
  readonly type: TaskType;
  /** Undefined outside loops; an iteration of a loop is a DAG task of its own. */
  readonly iterationIndex?: number;
  /** For LOOP tasks, once known. */
  readonly iterationCount?: number;
  readonly state: TaskState;
  readonly reason: string;
  readonly message: string;
  readonly stateHistory: readonly StateChange<TaskState>[];
  /** 0 for the first try. */
  readonly attempt: number;
  /** While WAITING for a retry: not before this time. */
  readonly retryAtMs?: number;
  /** When its first try began, for a task that is tried again: a retry policy limits the time of all tries together. */
  readonly triedSinceMs?: number;
  readonly podName?: string;
  readonly podUid?: string;
  readonly podNamespace?: string;
  /** In their order; of many the newest. */
  readonly earlierPods?: readonly EarlierPod[];
  readonly exitCode?: number;
  /** Hex; undefined when the task can't be cached. */
  readonly cacheFingerprint?: string;
  /** The task whose outputs are reused. */
  readonly cachedFromTaskId?: string;
  /** A sentence: what differs from the nearest entry of the cache. */
  readonly cacheMiss?: string;
  readonly inputs: TaskValues;
  readonly outputs: TaskValues;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
}

export interface Artifact extends Row {
  readonly artifactId: string;
  /** Runtime name; '' when the producer gave none. */
  readonly name: string;
  /** schemaTitle, for example system.Dataset. */
  readonly type: string;
  readonly schemaVersion: string;
  readonly uri: string;
  readonly metadata: JsonObject;
  readonly runId?: string;
  readonly producerTaskId?: string;
  readonly producerKey?: string;
  /** Undefined when not known. */
  readonly sizeBytes?: number;
}

/** One line of the change feed, published after the commit that made it durable. */
export interface RecordChange {
  readonly table: 'experiments' | 'pipelines' | 'pipeline_versions' | 'recurring_runs' | 'runs' | 'tasks' | 'artifacts';
  readonly id: string;
  readonly namespace: string;
  /** For runs, tasks and artifacts. */
  readonly runId?: string;
  readonly kind: 'upsert' | 'delete';
}

/** A whole run as the engine plans it: nothing else is needed to decide what happens next. */
export interface RunSnapshot {
  readonly run: Run;
  readonly tasks: readonly Task[];
}
