// Runs as the REST API writes them, in the shape of kfp 2.x (`run_details.task_details`) and in the newer one (`tasks`,
// `task_count`) at once: clients read the one they know.
import type { Run, RunSnapshot, StateChange, Task, TaskState } from '../../records/mod.ts';
import { omitDefaults } from './defaults.ts';
import { EPOCH_TIMESTAMP, timestamp } from './timestamp.ts';

/** google.rpc.Code of a run or task that did not succeed. */
const CODE_CANCELLED = 1;
const CODE_INTERNAL = 13;

export type RunMessage = ReturnType<typeof runMessage>;

export function runMessage(run: Run) {
  const { pipelineId, pipelineVersionId } = run;
  const reference = pipelineVersionId === undefined ? undefined : omitDefaults({ pipeline_id: pipelineId, pipeline_version_id: pipelineVersionId });
  return omitDefaults({
    experiment_id: run.experimentId,
    run_id: run.runId,
    display_name: run.displayName,
    storage_state: run.storageState,
    description: run.description,
    pipeline_spec: reference === undefined ? run.pipelineSpec : undefined,
    pipeline_version_reference: reference,
    pipeline_reference: reference,
    runtime_config: omitDefaults({ parameters: run.parameters, pipeline_root: run.pipelineRoot }),
    service_account: run.serviceAccount,
    created_at: timestamp(run.createdAtMs),
    scheduled_at: timestamp(run.scheduledAtMs),
    finished_at: run.finishedAtMs === undefined ? EPOCH_TIMESTAMP : timestamp(run.finishedAtMs),
    state: run.state,
    error: statusOf(run.state, run.message),
    recurring_run_id: run.recurringRunId,
    state_history: run.stateHistory.map(stateChangeMessage),
  });
}

/**
 * For live lists and pages: without the pipeline, which never changes, and with the reason and the sentence of the run's state,
 * the name of the pipeline, and when the first step started.
 */
export type ExplainedRunMessage = ReturnType<typeof explainedRunMessage>;

export function explainedRunMessage(run: Run) {
  const { pipeline_spec: _spec, ...message } = runMessage(run);
  const startedAt = run.startedAtMs === undefined ? undefined : timestamp(run.startedAtMs);
  const explanation = { state_reason: run.reason, state_message: run.message, pipeline_name: run.pipelineName, started_at: startedAt };
  return { ...message, ...omitDefaults(explanation) };
}

/** With what kfp 2.x clients find under `run_details`, and the number of tasks. */
export function runWithDetailsMessage({ run, tasks }: RunSnapshot) {
  if (tasks.length === 0) return runMessage(run);
  const childrenOf = Map.groupBy(tasks, (task) => task.parentTaskId);
  const details = tasks.map((task) => taskDetail(task, childrenOf.get(task.taskId) ?? []));
  return { ...runMessage(run), run_details: { task_details: details }, task_count: tasks.length };
}

export function taskDetail(task: Task, children: readonly Task[]) {
  return omitDefaults({
    run_id: task.runId,
    task_id: task.taskId,
    display_name: task.displayName || task.name,
    create_time: timestamp(task.createdAtMs),
    start_time: task.startedAtMs === undefined ? undefined : timestamp(task.startedAtMs),
    end_time: task.finishedAtMs === undefined ? EPOCH_TIMESTAMP : timestamp(task.finishedAtMs),
    state: RUNTIME_STATE_OF_TASK[task.state],
    error: statusOf(task.state, task.message),
    parent_task_id: task.parentTaskId,
    state_history: task.stateHistory.map((change) => stateChangeMessage({ ...change, state: RUNTIME_STATE_OF_TASK[change.state] })),
    pod_name: task.podName,
    child_tasks: children.map((child) => ({ task_id: child.taskId })),
  });
}

/** RuntimeState of run.proto has no CACHED and no WAITING. */
const RUNTIME_STATE_OF_TASK: Readonly<Record<TaskState, string>> = {
  WAITING: 'PENDING',
  PENDING: 'PENDING',
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  CACHED: 'SUCCEEDED',
  SKIPPED: 'SKIPPED',
  FAILED: 'FAILED',
  CANCELED: 'CANCELED',
};

function stateChangeMessage<State extends string>({ atMs, state, message }: StateChange<State>) {
  return omitDefaults({ update_time: timestamp(atMs), state, error: statusOf(state, message ?? '') });
}

/** google.rpc.Status; undefined for states that need no explanation. */
export function statusOf(state: string, message: string): { readonly code: number; readonly message: string } | undefined {
  if (message === '') return undefined;
  if (state === 'FAILED') return { code: CODE_INTERNAL, message };
  return state === 'CANCELED' || state === 'CANCELING' ? { code: CODE_CANCELLED, message } : undefined;
}
