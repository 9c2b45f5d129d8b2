// /apis/v2beta1/runs/{run_id}/tasks and /apis/v2beta1/artifacts: the newer, native APIs, as far as they read.
import type { RecordReader, Records, Task } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, pathParameter, type KfpOptions } from './context.ts';
import { ARTIFACT_FIELDS, TASK_FIELDS } from './list-fields.ts';
import { LIST_PARAMETERS, listResponse, readListRequest } from './list-request.ts';
import { readParameters } from './query-parameters.ts';
import { jsonResponse, refusal } from './refusal.ts';
import { quote } from './request-message.ts';
import { getSnapshot } from './runs.ts';
import { artifactMessage, groupByParent, taskMessages } from './task-message.ts';

export function taskRoutes({ records }: KfpOptions): Route[] {
  const path = '/apis/v2beta1';
  return [
    kfpRoute('GET', `${path}/runs/{run_id}/tasks`, (request) => listTasks(records, request)),
    kfpRoute('GET', `${path}/runs/{run_id}/tasks/{task_id}`, (request) => readTask(records, request)),
    kfpRoute('GET', `${path}/artifacts`, (request) => listArtifacts(records, request)),
    kfpRoute('GET', `${path}/artifacts/{artifact_id}`, (request) => readArtifact(records, request)),
  ];
}

/** Throws a refusal when the run has no task with this id. */
export function getTask(records: Pick<RecordReader, 'task'>, runId: string, taskId: string): Task {
  const task = records.task(taskId);
  if (task === undefined || task.runId !== runId) {
    throw refusal('NotFound', `there is no task with task_id ${quote(taskId)} in the run ${quote(runId)}`);
  }
  return task;
}

/** `order_by` is this list's name for `sort_by`. */
function listTasks(records: Records, request: WebRequest): WebResponse {
  const runId = pathParameter(request, 'run_id');
  const { tasks } = getSnapshot(records, runId);
  const { parent_id: parentId, order_by: orderBy, ...parameters } = readParameters(request.query, [...LIST_PARAMETERS, 'order_by', 'parent_id']);
  const sorted = orderBy === undefined ? parameters : { ...parameters, sort_by: orderBy };
  const list = readListRequest('tasks', sorted, TASK_FIELDS, { runId });
  const byParent = parentId === undefined ? [] : ([{ operation: 'EQUALS', field: 'parentTaskId', value: parentId }] as const);
  const page = records.tasks({ ...list.query, predicates: [...(list.query.predicates ?? []), ...byParent] });
  const messages = new Map(taskMessages(records, page.rows, groupByParent(tasks)).map((message, index) => [page.rows[index], message]));
  return listResponse('tasks', list, page, (task) => messages.get(task) ?? {});
}

function readTask(records: Records, request: WebRequest): WebResponse {
  const runId = pathParameter(request, 'run_id');
  const { tasks } = getSnapshot(records, runId);
  const task = getTask(records, runId, pathParameter(request, 'task_id'));
  const [message = {}] = taskMessages(records, [task], groupByParent(tasks));
  return jsonResponse(message);
}

function listArtifacts(records: Records, { query }: WebRequest): WebResponse {
  const list = readListRequest('artifacts', readParameters(query, LIST_PARAMETERS), ARTIFACT_FIELDS, {});
  return listResponse('artifacts', list, records.artifacts(list.query), artifactMessage);
}

function readArtifact(records: Records, request: WebRequest): WebResponse {
  const artifactId = pathParameter(request, 'artifact_id');
  const artifact = records.artifact(artifactId);
  if (artifact === undefined) throw refusal('NotFound', `there is no artifact with artifact_id ${quote(artifactId)}`);
  return jsonResponse(artifactMessage(artifact));
}
