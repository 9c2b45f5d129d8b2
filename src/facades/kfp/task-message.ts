// Tasks and artifacts in the shape of the native task API of KFP (kubeflow/pipelines#13986). What its closed sets have no
// word for (a waiting task, a reason, the attempt) stands in `status_metadata.custom_properties`.
import type { Artifact, RecordReader, Task, TaskState, TaskValues } from '../../records/mod.ts';
import { omitDefaults } from './defaults.ts';
import { statusOf } from './run-message.ts';
import { timestamp } from './timestamp.ts';

type ArtifactsById = ReadonlyMap<string, Artifact>;

/** By the id of their parent. */
export type TasksByParent = ReadonlyMap<string | undefined, readonly Task[]>;

export function groupByParent(tasks: readonly Task[]): TasksByParent {
  return Map.groupBy(tasks, (task) => task.parentTaskId);
}

/** Messages of some tasks of one run; `childrenOf` has at least their own children. */
export function taskMessages(records: RecordReader, tasks: readonly Task[], childrenOf: TasksByParent): TaskMessage[] {
  const artifacts = artifactsOf(records, tasks);
  return tasks.map((task) => taskMessage(records, task, childrenOf.get(task.taskId) ?? [], artifacts));
}

export type ArtifactMessage = ReturnType<typeof artifactMessage>;
export type TaskMessage = ReturnType<typeof taskMessage>;

export function artifactMessage(row: Artifact) {
  return omitDefaults({
    artifact_id: row.artifactId,
    name: row.name || row.producerKey,
    type: ARTIFACT_TYPES[row.type] ?? 'Artifact',
    uri: row.uri,
    metadata: row.metadata,
    created_at: timestamp(row.createdAtMs),
    namespace: row.namespace,
  });
}

/** ArtifactType of artifact.proto by the title of the schema; others are plain artifacts there. */
const ARTIFACT_TYPES: Readonly<Record<string, string>> = {
  'system.Artifact': 'Artifact',
  'system.Model': 'Model',
  'system.Dataset': 'Dataset',
  'system.HTML': 'HTML',
  'system.Markdown': 'Markdown',
  'system.Metrics': 'Metric',
  'system.ClassificationMetrics': 'ClassificationMetric',
  'system.SlicedClassificationMetrics': 'SlicedClassificationMetric',
};

/** TaskState of run.proto knows neither what has not begun nor what was canceled. */
const STATE_OF_TASK: Readonly<Record<TaskState, string | undefined>> = {
  WAITING: undefined,
  PENDING: undefined,
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  CACHED: 'CACHED',
  SKIPPED: 'SKIPPED',
  FAILED: 'FAILED',
  CANCELED: 'FAILED',
};

function taskMessage(records: RecordReader, task: Task, children: readonly Task[], artifacts: ArtifactsById) {
  return omitDefaults({
    name: task.name,
    display_name: task.displayName,
    task_id: task.taskId,
    run_id: task.runId,
    pods: task.podName === undefined ? [] : [omitDefaults({ name: task.podName, uid: task.podUid, type: 'EXECUTOR' })],
    cache_fingerprint: task.cacheFingerprint,
    create_time: timestamp(task.createdAtMs),
    end_time: task.finishedAtMs === undefined ? undefined : timestamp(task.finishedAtMs),
    state: STATE_OF_TASK[task.state],
    status_metadata: omitDefaults({ message: task.message, custom_properties: customProperties(records, task) }),
    state_history: task.stateHistory.map(({ atMs, state, message = '' }) =>
      omitDefaults({ update_time: timestamp(atMs), state: STATE_OF_TASK[state], error: statusOf(state, message) }),
    ),
    type: task.type,
    type_attributes: typeAttributes(task),
    parent_task_id: task.parentTaskId,
    child_tasks: children.map((child) => ({ task_id: child.taskId, name: child.name })),
    inputs: valuesMessage(task.inputs, undefined, artifacts),
    outputs: valuesMessage(task.outputs, 'OUTPUT', artifacts),
    scope_path: task.path,
  });
}

/** Proto3 optionals: 0 is a value and stays. */
function typeAttributes({ iterationIndex, iterationCount }: Task): { readonly iteration_index?: string; readonly iteration_count?: string } {
  return {
    ...(iterationIndex === undefined ? {} : { iteration_index: String(iterationIndex) }),
    ...(iterationCount === undefined ? {} : { iteration_count: String(iterationCount) }),
  };
}

function customProperties(records: RecordReader, task: Task) {
  const { startedAtMs, retryAtMs, exitCode, cachedFromTaskId, earlierPods = [] } = task;
  return {
    ...omitDefaults({
      state: task.state,
      component_name: task.componentName,
      started_at: startedAtMs === undefined ? undefined : timestamp(startedAtMs),
      retry_at: retryAtMs === undefined ? undefined : timestamp(retryAtMs),
      reason: task.reason,
      attempt: task.attempt,
      earlier_tries: earlierPods.map(({ number, name, uid }) => ({ number, pod_name: name, pod_uid: uid })),
      pod_namespace: task.podNamespace,
      cache_miss: task.cacheMiss,
      cached_from_task_id: cachedFromTaskId,
      // Absent when that run was deleted.
      cached_from_run_id: cachedFromTaskId === undefined ? undefined : records.task(cachedFromTaskId)?.runId,
    }),
    ...(exitCode === undefined ? {} : { exit_code: exitCode }),
  };
}

/** The records don't say how an input came about, so that only outputs have a `type`. */
function valuesMessage(values: TaskValues, type: string | undefined, artifacts: ArtifactsById) {
  const kind: { readonly type?: string } = type === undefined ? {} : { type };
  return omitDefaults({
    parameters: Object.entries(values.parameters).map(([key, value]) => ({ value, ...kind, parameter_key: key })),
    artifacts: Object.entries(values.artifacts).map(([key, ids]) => ({
      artifacts: ids.flatMap((id) => artifacts.get(id) ?? []).map(artifactMessage),
      ...kind,
      artifact_key: key,
    })),
  });
}

function artifactsOf(records: RecordReader, tasks: readonly Task[]): ArtifactsById {
  const ids = new Set<string>();
  for (const { inputs, outputs } of tasks) {
    for (const list of [...Object.values(inputs.artifacts), ...Object.values(outputs.artifacts)]) {
      for (const id of list) ids.add(id);
    }
  }
  return new Map(records.artifactsByIds([...ids]).map((artifact) => [artifact.artifactId, artifact]));
}
