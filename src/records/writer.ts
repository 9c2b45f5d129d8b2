// The statements of one write, and the list of what they changed.
import type { SqlRow, Transaction } from '../sql/mod.ts';
import type { ArtifactUses } from './artifact-uses.ts';
import { createReader } from './reader.ts';
import type { RecordReader, RecordWriter } from './records.ts';
import type { Specs } from './specs.ts';
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
import type { Artifact, Experiment, Pipeline, PipelineVersion, RecordChange, RecurringRun, Run, Task } from './types.ts';

/** Artifacts of this type hold scalars in their metadata; runs can be sorted and filtered by them. */
const METRICS_TYPE = 'system.Metrics';

const DELETE_METRICS_OF_ARTIFACT = 'DELETE FROM metrics WHERE artifact_id = ?';
const DELETE_METRICS_OF_RUN = 'DELETE FROM metrics WHERE run_id = ?';
const INSERT_METRIC = `INSERT INTO metrics (run_id, name, artifact_id, value) VALUES (?, ?, ?, ?)
  ON CONFLICT (run_id, name) DO UPDATE SET artifact_id = excluded.artifact_id, value = excluded.value`;
const TASK_IDS_OF_RUN = 'SELECT task_id FROM tasks WHERE run_id = ?';
const DELETE_TASKS_OF_RUN = 'DELETE FROM tasks WHERE run_id = ?';
const AVAILABLE_RUNS_OF_EXPERIMENT = `SELECT run_id, namespace FROM runs WHERE experiment_id = ? AND storage_state = 'AVAILABLE'`;
const ARCHIVE_RUNS_OF_EXPERIMENT = `UPDATE runs SET storage_state = 'ARCHIVED' WHERE experiment_id = ? AND storage_state = 'AVAILABLE'`;
const VERSION_IDS_OF_PIPELINE = 'SELECT pipeline_version_id FROM pipeline_versions WHERE pipeline_id = ?';

export class SqlRecordWriter implements RecordWriter {
  readonly read: RecordReader;
  readonly changes: RecordChange[] = [];
  readonly #transaction: Transaction;
  readonly #specs: Specs;
  readonly #uses: ArtifactUses;
  readonly #codec: SpecCodec;

  constructor(transaction: Transaction, specs: Specs, uses: ArtifactUses) {
    this.#transaction = transaction;
    this.#specs = specs;
    this.#uses = uses;
    this.#codec = specs.writing(transaction);
    this.read = createReader(transaction, this.#codec);
  }

  putExperiment(row: Experiment): void {
    this.#put(experimentsTable, row, { id: row.experimentId, namespace: row.namespace });
  }

  putPipeline(row: Pipeline): void {
    this.#put(pipelinesTable, row, { id: row.pipelineId, namespace: row.namespace });
  }

  putPipelineVersion(row: PipelineVersion): void {
    this.#put(pipelineVersionsTable, row, { id: row.pipelineVersionId, namespace: row.namespace });
  }

  putRecurringRun(row: RecurringRun): void {
    this.#put(recurringRunsTable, row, { id: row.recurringRunId, namespace: row.namespace });
  }

  putRun(row: Run): void {
    this.#put(runsTable, row, { id: row.runId, namespace: row.namespace, runId: row.runId });
  }

  putTask(row: Task): void {
    this.#put(tasksTable, row, { id: row.taskId, namespace: row.namespace, runId: row.runId });
    this.#uses.put(this.#transaction, row);
  }

  putArtifact(row: Artifact): void {
    const { artifactId: id, namespace, runId } = row;
    this.#put(artifactsTable, row, runId === undefined ? { id, namespace } : { id, namespace, runId });
    if (row.type === METRICS_TYPE && runId !== undefined) this.#putMetrics(runId, row);
  }

  deleteExperiment(experimentId: string): void {
    this.#delete(experimentsTable, experimentId);
  }

  deletePipeline(pipelineId: string): void {
    const versions = this.#transaction.all<{ pipeline_version_id: string }>(VERSION_IDS_OF_PIPELINE, pipelineId);
    for (const version of versions) this.deletePipelineVersion(version.pipeline_version_id);
    this.#delete(pipelinesTable, pipelineId);
  }

  deletePipelineVersion(pipelineVersionId: string): void {
    this.#delete(pipelineVersionsTable, pipelineVersionId);
  }

  deleteRecurringRun(recurringRunId: string): void {
    this.#delete(recurringRunsTable, recurringRunId);
  }

  deleteRun(runId: string): void {
    const run = this.#delete(runsTable, runId);
    if (run === undefined) return;
    const namespace = String(run['namespace']);
    for (const { task_id: id } of this.#transaction.all<{ task_id: string }>(TASK_IDS_OF_RUN, runId)) {
      this.changes.push({ table: 'tasks', id, namespace, runId, kind: 'delete' });
    }
    this.#uses.deleteOfRun(this.#transaction, runId);
    this.#transaction.run(DELETE_TASKS_OF_RUN, runId);
    this.#transaction.run(DELETE_METRICS_OF_RUN, runId);
  }

  deleteTask(taskId: string): void {
    this.#uses.deleteOfTask(this.#transaction, taskId);
    this.#delete(tasksTable, taskId);
  }

  archiveRunsOfExperiment(experimentId: string): void {
    const runs = this.#transaction.all<{ run_id: string; namespace: string }>(AVAILABLE_RUNS_OF_EXPERIMENT, experimentId);
    this.#transaction.run(ARCHIVE_RUNS_OF_EXPERIMENT, experimentId);
    for (const { run_id: id, namespace } of runs) {
      this.changes.push({ table: 'runs', id, namespace, runId: id, kind: 'upsert' });
    }
  }

  #put<T>(table: Table<T>, row: T, key: { id: string; namespace: string; runId?: string }): void {
    this.#transaction.run(table.insert, ...table.encode(row, this.#codec));
    this.changes.push({ table: table.name, ...key, kind: 'upsert' });
  }

  #putMetrics(runId: string, artifact: Artifact): void {
    this.#transaction.run(DELETE_METRICS_OF_ARTIFACT, artifact.artifactId);
    for (const [name, value] of Object.entries(artifact.metadata)) {
      if (typeof value === 'number') this.#transaction.run(INSERT_METRIC, runId, name, artifact.artifactId, value);
    }
  }

  #delete<T>(table: Table<T>, id: string): SqlRow | undefined {
    const row = this.#transaction.get<SqlRow>(table.selectById, id);
    if (row === undefined) return undefined;
    this.#transaction.run(table.deleteById, id);
    const digest = row['spec_sha256'];
    if (typeof digest === 'string') this.#specs.deleteUnused(this.#transaction, digest);
    const runId = row['run_id'];
    const ofRun = typeof runId === 'string' ? { runId } : {};
    this.changes.push({ table: table.name, id, namespace: String(row['namespace']), ...ofRun, kind: 'delete' });
    return row;
  }
}
