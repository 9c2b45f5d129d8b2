// What each table's columns are and how a row becomes a record: one description per table, from which the statements and
// both conversions follow.
import { assert, deepFreeze } from '../base/mod.ts';
import type { SqlRow, SqlValue } from '../sql/mod.ts';
import type { Artifact, Experiment, Pipeline, PipelineVersion, RecordChange, RecurringRun, Run, Task } from './types.ts';

/** `spec` is JSON kept once in the table `specs`; the column holds its digest. */
type ColumnKind = 'text' | 'integer' | 'json' | 'spec';

export interface Column {
  /** CamelCase name in the record. */
  readonly field: string;
  readonly column: string;
  readonly kind: ColumnKind;
  /** NULL in the table, absent in the record. */
  readonly isOptional: boolean;
}

/** Turns the JSON of a `spec` column into its digest and back. */
export interface SpecCodec {
  digestOf(spec: unknown): string;
  specOf(sha256: string): unknown;
}

export interface Table<T> {
  readonly name: RecordChange['table'];
  readonly id: Column;
  readonly columns: readonly Column[];
  readonly insert: string;
  readonly selectById: string;
  readonly deleteById: string;
  /** `SELECT <columns> FROM <table>`, to be continued. */
  readonly select: string;
  encode(record: T, specs: SpecCodec): SqlValue[];
  /** Deeply frozen. */
  decode(row: SqlRow, specs: SpecCodec): T;
}

const ROW = ['namespace', 'creator', 'createdAtMs:integer'];

export const experimentsTable = describeTable<Experiment>('experiments', [
  'experimentId', ...ROW, 'displayName', 'description', 'storageState', 'lastRunCreatedAtMs:integer',
]);

export const pipelinesTable = describeTable<Pipeline>('pipelines', [
  'pipelineId', ...ROW, 'name', 'displayName', 'description', 'tags:json',
]);

export const pipelineVersionsTable = describeTable<PipelineVersion>('pipeline_versions', [
  'pipelineVersionId', ...ROW, 'pipelineId', 'name', 'displayName', 'description', 'codeSourceUrl', 'tags:json', 'pipelineSpec:spec',
]);

export const runsTable = describeTable<Run>('runs', [
  'runId', ...ROW, 'experimentId', 'displayName', 'description', 'storageState', 'pipelineId?', 'pipelineVersionId?',
  'recurringRunId?', 'pipelineSpec:spec', 'pipelineName', 'parameters:json', 'pipelineRoot', 'serviceAccount', 'state',
  'reason', 'message', 'stateHistory:json', 'scheduledAtMs:integer', 'startedAtMs?:integer', 'finishedAtMs?:integer',
  'retryCount:integer',
]);

export const recurringRunsTable = describeTable<RecurringRun>('recurring_runs', [
  'recurringRunId', ...ROW, 'experimentId', 'displayName', 'description', 'pipelineSpec?:spec', 'pipelineId?', 'pipelineVersionId?', 'parameters:json',
  'pipelineRoot', 'serviceAccount', 'trigger:json', 'maxConcurrency:integer', 'noCatchup:json', 'status', 'updatedAtMs:integer',
  'lastIndex:integer', 'lastStrikeMs?:integer', 'message',
]);

/** Of a task, what its place in the pipeline says. */
const TASK_IDENTITY = [
  'namespace', 'creator', 'createdAtMs', 'runId', 'parentTaskId', 'name', 'displayName', 'path', 'componentName', 'type', 'iterationIndex',
];

export const tasksTable = describeTable<Task>('tasks', [
  'taskId', ...ROW, 'runId', 'parentTaskId?', 'name', 'displayName', 'path', 'componentName', 'type',
  'iterationIndex?:integer', 'iterationCount?:integer', 'state', 'reason', 'message', 'stateHistory:json',
  'attempt:integer', 'retryAtMs?:integer', 'triedSinceMs?:integer', 'podName?', 'podUid?', 'podNamespace?', 'exitCode?:integer', 'earlierPods?:json',
  'cacheFingerprint?', 'cachedFromTaskId?', 'cacheMiss?', 'inputs:json', 'outputs:json', 'startedAtMs?:integer', 'finishedAtMs?:integer',
], TASK_IDENTITY);

export const artifactsTable = describeTable<Artifact>('artifacts', [
  'artifactId', ...ROW, 'name', 'type', 'schemaVersion', 'uri', 'metadata:json', 'runId?', 'producerTaskId?',
  'producerKey?', 'sizeBytes?:integer',
]);

/**
 * A column is written `field`, `field?` (optional), `field:kind` or `field?:kind`; the first one is the primary key. A put of a row that
 * is there leaves its `fixed` fields alone: SQLite would rewrite every index that has one of them, whether its value differs or not.
 */
function describeTable<T extends object>(name: RecordChange['table'], descriptions: readonly string[], fixed: readonly string[] = []): Table<T> {
  const columns = descriptions.map(describeColumn);
  const id = columns[0];
  assert(id !== undefined, `table ${name} has no columns`);
  const names = columns.map(({ column }) => column);
  const changing = columns.slice(1).filter(({ field }) => !fixed.includes(field));
  const assignments = changing.map(({ column }) => `${column} = excluded.${column}`);
  const select = `SELECT ${names.join(', ')} FROM ${name}`;
  return {
    name,
    id,
    columns,
    insert:
      `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ` +
      `ON CONFLICT (${id.column}) DO UPDATE SET ${assignments.join(', ')}`,
    selectById: `${select} WHERE ${id.column} = ?`,
    deleteById: `DELETE FROM ${name} WHERE ${id.column} = ?`,
    select,
    encode: (record, specs) => columns.map((column) => encodeValue(column, fieldOf(record, column.field), specs)),
    decode: (row, specs) => decodeRow(columns, row, specs) as T, // The columns describe exactly this record type.
  };
}

function describeColumn(description: string): Column {
  const [name = '', kind = 'text'] = description.split(':');
  const isOptional = name.endsWith('?');
  const field = isOptional ? name.slice(0, -1) : name;
  const column = kind === 'spec' ? 'spec_sha256' : field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return { field, column, kind: kind as ColumnKind, isOptional }; // The kinds are literals of this file.
}

function fieldOf(record: object, field: string): unknown {
  return (record as Readonly<Record<string, unknown>>)[field];
}

function encodeValue(column: Column, value: unknown, specs: SpecCodec): SqlValue {
  // Sentences are made when they are needed: this is done for each column of each row.
  if (value === undefined) {
    if (!column.isOptional) assert(false, `${column.field} is missing`);
    return null;
  }
  if (column.kind === 'json') return JSON.stringify(value);
  if (column.kind === 'spec') return specs.digestOf(value);
  if (typeof value !== (column.kind === 'text' ? 'string' : 'number')) assert(false, `${column.field} is not ${column.kind}`);
  return value as string | number;
}

function decodeRow(columns: readonly Column[], row: SqlRow, specs: SpecCodec): object {
  const record: Record<string, unknown> = {};
  for (const { field, column, kind } of columns) {
    const value = row[column];
    if (value === null || value === undefined) continue;
    if (kind === 'json') record[field] = JSON.parse(String(value));
    else if (kind === 'spec') record[field] = specs.specOf(String(value));
    else record[field] = value;
  }
  return deepFreeze(record);
}
