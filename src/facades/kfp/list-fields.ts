// The names by which clients filter and sort each list, and the record fields that they stand for.

export type ListFieldType = 'text' | 'time' | 'number';
export interface ListField {
  readonly field: string;
  readonly type: ListFieldType;
}

/** Fields by name, and families of fields by prefix (`tags.<key>`, `metric:<name>`). */
export interface ListFields {
  readonly fields: Readonly<Record<string, ListField>>;
  readonly prefixes: Readonly<Record<string, ListFieldType>>;
}

/** Longest key after a prefix. */
const KEY_CHARS_MAX = 256;

export const EXPERIMENT_FIELDS = listFields({
  text: { id: 'experimentId', experiment_id: 'experimentId', name: 'displayName' },
  same: ['display_name', 'description', 'namespace', 'storage_state'],
  times: ['created_at', 'last_run_created_at'],
});

export const PIPELINE_FIELDS = listFields({
  text: { id: 'pipelineId', pipeline_id: 'pipelineId' },
  same: ['name', 'display_name', 'description', 'namespace'],
  times: ['created_at'],
  prefixes: { 'tags.': 'text' },
});

export const VERSION_FIELDS = listFields({
  text: { id: 'pipelineVersionId', pipeline_version_id: 'pipelineVersionId' },
  same: ['name', 'display_name', 'description', 'code_source_url', 'pipeline_id', 'namespace'],
  times: ['created_at'],
  prefixes: { 'tags.': 'text' },
});

export const RUN_FIELDS = listFields({
  text: { id: 'runId', run_id: 'runId', name: 'displayName', status: 'state' },
  same: [
    'display_name', 'description', 'storage_state', 'state', 'namespace', 'experiment_id', 'recurring_run_id',
    'pipeline_id', 'pipeline_version_id', 'pipeline_name', 'reason',
  ],
  times: ['created_at', 'scheduled_at', 'started_at', 'finished_at'],
  prefixes: { 'metric:': 'number' },
});

export const RECURRING_RUN_FIELDS = listFields({
  text: { id: 'recurringRunId', recurring_run_id: 'recurringRunId', name: 'displayName' },
  same: ['display_name', 'description', 'namespace', 'experiment_id', 'pipeline_id', 'status'],
  times: ['created_at', 'updated_at'],
});

export const TASK_FIELDS = listFields({
  text: { id: 'taskId', task_id: 'taskId', scope_path: 'path', parent_id: 'parentTaskId' },
  same: ['name', 'display_name', 'run_id', 'state', 'type', 'parent_task_id', 'cache_fingerprint', 'namespace', 'pod_name'],
  times: ['created_at', 'started_at', 'finished_at'],
});

export const ARTIFACT_FIELDS = listFields({
  text: { id: 'artifactId', artifact_id: 'artifactId' },
  same: ['name', 'type', 'uri', 'namespace', 'run_id'],
  times: ['created_at'],
});

/** Undefined when the list has no such field. */
export function findListField(fields: ListFields, name: string): ListField | undefined {
  if (Object.hasOwn(fields.fields, name)) return fields.fields[name];
  for (const [prefix, type] of Object.entries(fields.prefixes)) {
    const isKey = name.startsWith(prefix) && name.length > prefix.length && name.length <= prefix.length + KEY_CHARS_MAX;
    if (isKey) return { field: name, type };
  }
  return undefined;
}

export function listFieldNames(fields: ListFields): string {
  return [...Object.keys(fields.fields), ...Object.keys(fields.prefixes).map((prefix) => `${prefix}<name>`)].join(', ');
}

interface ListFieldsDescription {
  /** Names whose record field is called otherwise. */
  readonly text: Readonly<Record<string, string>>;
  /** Names that are the record field in snake_case. */
  readonly same: readonly string[];
  /** Likewise, with `Ms` at the end. */
  readonly times: readonly string[];
  readonly prefixes?: Readonly<Record<string, ListFieldType>>;
}

function listFields({ text, same, times, prefixes = {} }: ListFieldsDescription): ListFields {
  const fields: Record<string, ListField> = {};
  for (const [name, field] of Object.entries(text)) fields[name] = { field, type: 'text' };
  for (const name of same) fields[name] = { field: camelCase(name), type: 'text' };
  for (const name of times) fields[name] = { field: `${camelCase(name)}Ms`, type: 'time' };
  return { fields, prefixes };
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
