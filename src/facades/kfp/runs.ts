// /apis/v2beta1/runs: list, get, delete, and the verbs that change a run. Creation is in run-create.ts.
import { hasExitTaskAnywhere, parsePipelineOnce } from '../../ir/mod.ts';
import { TERMINATED_AT_ONCE, type RecordWriter, type Records, type Run, type RunSnapshot } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, pathParameter, PIPELINE_BODY_BYTES_MAX, type KfpOptions } from './context.ts';
import { getExperiment } from './experiments.ts';
import { largeRunText } from './large-run.ts';
import { RUN_FIELDS } from './list-fields.ts';
import { LIST_PARAMETERS, listResponse, readListRequest } from './list-request.ts';
import { readParameters } from './query-parameters.ts';
import { invalid, jsonResponse, jsonTextResponse, refusal } from './refusal.ts';
import { quote } from './request-message.ts';
import type { PackageParser } from './package-parser.ts';
import { createRun } from './run-create.ts';
import { explainedRunMessage, runMessage, runWithDetailsMessage, type RunMessage } from './run-message.ts';
import { groupByParent, taskMessages, type TaskMessage } from './task-message.ts';

export function runRoutes(options: KfpOptions, parser: PackageParser): Route[] {
  const { records } = options;
  const path = '/apis/v2beta1/runs';
  const verb = (name: string, change: (writer: RecordWriter, run: Run) => void) =>
    kfpRoute('POST', `${path}/{run_id}:${name}`, async (request) => {
      await records.write((writer) => change(writer, getRun(writer.read, pathParameter(request, 'run_id'))));
      return jsonResponse({});
    });
  return [
    kfpRoute('GET', path, (request) => listRuns(records, request)),
    kfpRoute('POST', path, (request) => createRun(options, parser, request), { bodyBytesMax: PIPELINE_BODY_BYTES_MAX }),
    kfpRoute('GET', `${path}/{run_id}`, (request) => readRun(records, request)),
    kfpRoute('DELETE', `${path}/{run_id}`, async (request) => {
      await records.write((writer) => writer.deleteRun(getRun(writer.read, pathParameter(request, 'run_id')).runId));
      return jsonResponse({});
    }),
    verb('archive', (writer, run) => writer.putRun({ ...run, storageState: 'ARCHIVED' })),
    verb('unarchive', unarchiveRun),
    verb('terminate', (writer, run) => terminateRun(writer, run, options)),
    verb('retry', (writer, run) => retryRun(writer, run, options)),
  ];
}

/** Throws a refusal when there is none with this id. */
export function getRun(records: Pick<Records, 'run'>, runId: string): Run {
  const run = records.run(runId);
  if (run === undefined) throw refusal('NotFound', `there is no run with run_id ${quote(runId)}`);
  return run;
}

/** Likewise, with its tasks. */
export function getSnapshot(records: Pick<Records, 'snapshot'>, runId: string): RunSnapshot {
  const snapshot = records.snapshot(runId);
  if (snapshot === undefined) throw refusal('NotFound', `there is no run with run_id ${quote(runId)}`);
  return snapshot;
}

/**
 * With `view=FULL` every run of the page has its tasks. Slipway adds `view=SUMMARY`: runs without their pipelines, as the list's
 * event stream tells them, so that a page of many stays small.
 */
function listRuns(records: Records, { query }: WebRequest): WebResponse {
  const parameters = readParameters(query, [...LIST_PARAMETERS, 'experiment_id', 'view']);
  const messageOf = parameters.view === 'SUMMARY' ? explainedRunMessage : readView(parameters.view) ? (run: Run) => fullMessage(records, run.runId) : runMessage;
  const { experiment_id: experimentId } = parameters;
  const request = readListRequest('runs', parameters, RUN_FIELDS, experimentId === undefined ? {} : { experimentId });
  const page = records.runs(request.query);
  // Runs outlive their experiment; of one that never was there are none, and a list without any would hide the mistake.
  if (experimentId !== undefined && page.totalSize === 0) getExperiment(records, experimentId);
  return listResponse('runs', request, page, messageOf);
}

async function readRun(records: Records, request: WebRequest): Promise<WebResponse> {
  const runId = pathParameter(request, 'run_id');
  if (readView(readParameters(request.query, ['view']).view)) return jsonResponse(withPipeline(fullMessage(records, runId), getRun(records, runId)));
  const text = await largeRunText(records, getRun(records, runId));
  return text === undefined ? jsonResponse(runWithDetailsMessage(getSnapshot(records, runId))) : jsonTextResponse(text);
}

function fullMessage(records: Records, runId: string): RunMessage & { readonly tasks?: readonly TaskMessage[] } {
  const snapshot = getSnapshot(records, runId);
  if (snapshot.tasks.length === 0) return runMessage(snapshot.run);
  return { ...runWithDetailsMessage(snapshot), tasks: taskMessages(records, snapshot.tasks, groupByParent(snapshot.tasks)) };
}

/** As upstream, one run in full has its pipeline itself in place of the version that it names, which may be gone by now. */
function withPipeline({ pipeline_version_reference: _reference, ...message }: RunMessage, run: Run): object {
  return { ...message, pipeline_spec: run.pipelineSpec };
}

function readView(view: string | undefined): boolean {
  if (view === undefined || view === 'DEFAULT' || view === '0') return false;
  if (view === 'FULL' || view === '1') return true;
  throw invalid(`view is ${quote(view)}, it must be DEFAULT or FULL`);
}

function unarchiveRun(writer: RecordWriter, run: Run): void {
  if (writer.read.experiment(run.experimentId)?.storageState === 'ARCHIVED') {
    throw refusal('FailedPrecondition', 'the experiment of the run is archived: restore the experiment first');
  }
  writer.putRun({ ...run, storageState: 'AVAILABLE' });
}

/**
 * The engine sees CANCELING, stops the tasks, lets exit tasks run, and gives the run its last state. Asked again, it stops the exit
 * tasks, too.
 */
function terminateRun(writer: RecordWriter, run: Run, { clock }: KfpOptions): void {
  if (run.state !== 'PENDING' && run.state !== 'RUNNING' && run.state !== 'CANCELING') {
    throw refusal('FailedPrecondition', `the run is ${run.state}: only a pending or running run can be terminated`);
  }
  if (run.reason === TERMINATED_AT_ONCE) return;
  const isAgain = run.state === 'CANCELING';
  const message = isAgain ? 'terminated by a user again: what still runs is stopped, exit tasks, too' : terminationMessage(run);
  const change = { atMs: clock.now(), state: 'CANCELING', message } as const;
  const reason = isAgain ? TERMINATED_AT_ONCE : 'Terminated';
  writer.putRun({ ...run, state: 'CANCELING', reason, message, stateHistory: [...run.stateHistory, change] });
}

function terminationMessage({ pipelineSpec }: Run): string {
  const parsed = parsePipelineOnce(pipelineSpec);
  const hasExitTasks = parsed.ok && hasExitTaskAnywhere(parsed.pipeline);
  return hasExitTasks ? 'terminated by a user: its exit tasks run before it ends; terminate it again to stop those, too' : 'terminated by a user';
}

function retryRun(writer: RecordWriter, run: Run, { clock, planRetry }: KfpOptions): void {
  if (run.storageState === 'ARCHIVED') throw refusal('FailedPrecondition', 'the run is archived: restore it first, then retry it');
  const plan = planRetry(getSnapshot(writer.read, run.runId), clock.now());
  if (!plan.ok) throw refusal('FailedPrecondition', plan.message);
  for (const taskId of plan.deletedTaskIds) writer.deleteTask(taskId);
  for (const task of plan.tasks) writer.putTask(task);
  writer.putRun(plan.run);
}
