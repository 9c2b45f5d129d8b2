// Reads over one connection: the committed state, or, inside a write, the state with the statements of the group.
import type { Database, SqlRow } from '../sql/mod.ts';
import { queryPage, type QueryPlan } from './query.ts';
import type { Query, RecordReader } from './records.ts';
import {
  artifactsTable,
  experimentsTable,
  pipelineVersionsTable,
  pipelinesTable,
  recurringRunsTable,
  runsTable,
  tasksTable,
  type SpecCodec,
  type Table,
} from './tables.ts';
import { ACTIVE_RUN_STATES, type Artifact, type Experiment, type Pipeline, type PipelineVersion, type RecurringRun, type Run, type Task } from './types.ts';

type Connection = Pick<Database, 'get' | 'all'>;

const EXPERIMENTS: QueryPlan<Experiment> = { table: experimentsTable, scopes: ['displayName', 'namespace'], hasMetrics: false };
const PIPELINES: QueryPlan<Pipeline> = { table: pipelinesTable, scopes: ['name', 'displayName', 'namespace'], hasMetrics: false };
const VERSIONS: QueryPlan<PipelineVersion> = { table: pipelineVersionsTable, scopes: ['pipelineId'], hasMetrics: false };
const RECURRING_RUNS: QueryPlan<RecurringRun> = { table: recurringRunsTable, scopes: ['experimentId', 'namespace'], hasMetrics: false };
const RUNS: QueryPlan<Run> = { table: runsTable, scopes: ['recurringRunId', 'experimentId', 'pipelineId', 'namespace'], hasMetrics: true };
const TASKS: QueryPlan<Task> = { table: tasksTable, scopes: ['runId', 'namespace'], hasMetrics: false };
const ARTIFACTS: QueryPlan<Artifact> = { table: artifactsTable, scopes: ['runId', 'type', 'namespace'], hasMetrics: false };

const EXPERIMENT_BY_NAME = `${experimentsTable.select} WHERE display_name = ? AND namespace = ?`;
const PIPELINE_BY_NAME = `${pipelinesTable.select} WHERE name = ? AND namespace = ?`;
const VERSION_BY_NAME = `${pipelineVersionsTable.select} WHERE pipeline_id = ? AND name = ?`;
const LATEST_VERSION = `${pipelineVersionsTable.select} WHERE pipeline_id = ? ORDER BY created_at_ms DESC, rowid DESC LIMIT 1`;
/** The condition is the one of the index `runs_unfinished`, word for word. */
const IS_UNFINISHED = `state IN (${ACTIVE_RUN_STATES.map((state) => `'${state}'`).join(', ')})`;
const UNFINISHED_RUN_IDS = `SELECT run_id FROM runs WHERE ${IS_UNFINISHED} ORDER BY created_at_ms, run_id`;
const UNFINISHED_RUNS_OF_SERIES = `SELECT count(*) AS count FROM runs WHERE recurring_run_id = ? AND ${IS_UNFINISHED}`;
const ENABLED_RECURRING_RUN_IDS = `SELECT recurring_run_id FROM recurring_runs WHERE status = 'ENABLED'`;
const RUN_PROGRESS = 'SELECT state, retry_count AS retryCount FROM runs WHERE run_id = ?';
/** In order of creation; rowids survive a replacement of the row. */
const TASKS_OF_RUN = `${tasksTable.select} WHERE run_id = ? ORDER BY rowid`;
const CACHED_TASKS = `${tasksTable.select} WHERE namespace = ? AND cache_fingerprint = ? AND state = 'SUCCEEDED'
  AND cached_from_task_id IS NULL ORDER BY finished_at_ms DESC, rowid DESC LIMIT ?`;
const EARLIER_RUN_IDS = `SELECT run_id FROM runs WHERE namespace = ? AND pipeline_name = ? AND created_at_ms <= ? AND run_id <> ?
  ORDER BY created_at_ms DESC LIMIT ?`;
const TASK_BY_PATH = `${tasksTable.select} WHERE run_id = ? AND path = ?`;
const ARTIFACTS_BY_IDS = `${artifactsTable.select} WHERE artifact_id IN (SELECT value FROM json_each(?))`;
const ARTIFACT_BY_URI = `${artifactsTable.select} WHERE uri = ? AND namespace = ? AND type = ?
  ORDER BY created_at_ms DESC, rowid DESC LIMIT 1`;
/** Steps alone; the DAGs around them take the same inputs. */
const TASKS_USING_ARTIFACT = `${tasksTable.select} WHERE type = 'RUNTIME'
  AND task_id IN (SELECT task_id FROM artifact_uses WHERE artifact_id = ?) ORDER BY created_at_ms DESC, task_id LIMIT ?`;

export function createReader(connection: Connection, specs: SpecCodec): RecordReader {
  const first = <T>(table: Table<T>, sql: string, ...values: string[]): T | undefined => {
    const row = connection.get<SqlRow>(sql, ...values);
    return row === undefined ? undefined : table.decode(row, specs);
  };
  const all = <T>(table: Table<T>, sql: string, ...values: (string | number)[]): T[] =>
    connection.all<SqlRow>(sql, ...values).map((row) => table.decode(row, specs));
  const byId = <T>(table: Table<T>, id: string) => first(table, table.selectById, id);
  const page = <T>(plan: QueryPlan<T>, query: Query) => queryPage(connection, plan, query, specs);
  return {
    experiment: (experimentId) => byId(experimentsTable, experimentId),
    experimentByName: (namespace, displayName) => first(experimentsTable, EXPERIMENT_BY_NAME, displayName, namespace),
    experiments: (query) => page(EXPERIMENTS, query),
    pipeline: (pipelineId) => byId(pipelinesTable, pipelineId),
    pipelineByName: (namespace, name) => first(pipelinesTable, PIPELINE_BY_NAME, name, namespace),
    pipelines: (query) => page(PIPELINES, query),
    pipelineVersion: (pipelineVersionId) => byId(pipelineVersionsTable, pipelineVersionId),
    pipelineVersionByName: (pipelineId, name) => first(pipelineVersionsTable, VERSION_BY_NAME, pipelineId, name),
    pipelineVersions: (query) => page(VERSIONS, query),
    latestPipelineVersion: (pipelineId) => first(pipelineVersionsTable, LATEST_VERSION, pipelineId),
    recurringRun: (recurringRunId) => byId(recurringRunsTable, recurringRunId),
    recurringRuns: (query) => page(RECURRING_RUNS, query),
    enabledRecurringRunIds: () => connection.all<{ recurring_run_id: string }>(ENABLED_RECURRING_RUN_IDS).map((row) => row.recurring_run_id),
    unfinishedRunCountOf: (recurringRunId) => connection.get<{ count: number }>(UNFINISHED_RUNS_OF_SERIES, recurringRunId)?.count ?? 0,
    run: (runId) => byId(runsTable, runId),
    runProgress: (runId) => connection.get<Pick<Run, 'state' | 'retryCount'>>(RUN_PROGRESS, runId),
    runs: (query) => page(RUNS, query),
    unfinishedRunIds: () => connection.all<{ run_id: string }>(UNFINISHED_RUN_IDS).map((row) => row.run_id),
    snapshot: (runId) => {
      const run = byId(runsTable, runId);
      return run === undefined ? undefined : { run, tasks: all(tasksTable, TASKS_OF_RUN, runId) };
    },
    task: (taskId) => byId(tasksTable, taskId),
    tasks: (query) => page(TASKS, query),
    cachedTasks: (namespace, cacheFingerprint, countMax) => all(tasksTable, CACHED_TASKS, namespace, cacheFingerprint, countMax),
    earlierRunIds: ({ namespace, pipelineName, createdAtMs, runId }, countMax) =>
      connection.all<{ run_id: string }>(EARLIER_RUN_IDS, namespace, pipelineName, createdAtMs, runId, countMax).map((row) => row.run_id),
    taskByPath: (runId, path) => first(tasksTable, TASK_BY_PATH, runId, path),
    artifact: (artifactId) => byId(artifactsTable, artifactId),
    artifacts: (query) => page(ARTIFACTS, query),
    artifactsByIds: (artifactIds) =>
      artifactIds.length === 0 ? [] : all(artifactsTable, ARTIFACTS_BY_IDS, JSON.stringify(artifactIds)),
    tasksUsingArtifact: (artifactId, limit) => all(tasksTable, TASKS_USING_ARTIFACT, artifactId, limit),
    artifactByUri: (namespace, uri, type) => first(artifactsTable, ARTIFACT_BY_URI, uri, namespace, type),
  };
}
