// /apis/v2beta1/recurringruns: series of runs. The engine makes their runs (src/engine/recurring-runs.ts).
import { cronProblem, expandMacros, nextStrikeMs, type Trigger } from '../../ir/mod.ts';
import type { RecordWriter, Records, RecurringRun } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, NAMESPACE, pathParameter, PIPELINE_BODY_BYTES_MAX, type KfpOptions } from './context.ts';
import { ensureDefaultExperiment, getExperiment } from './experiments.ts';
import { RECURRING_RUN_FIELDS } from './list-fields.ts';
import { LIST_PARAMETERS, listResponse, readListRequest } from './list-request.ts';
import { DISPLAY_NAME_CHARS_MAX } from './names.ts';
import type { PackageParser } from './package-parser.ts';
import { readParameters } from './query-parameters.ts';
import { recurringRunMessage } from './recurring-run-message.ts';
import { invalid, jsonResponse, refusal } from './refusal.ts';
import { quote, readMessage, type MessageOf } from './request-message.ts';
import { checkParameters, readRunSource, RUN_SOURCE } from './run-source.ts';
import { timestamp } from './timestamp.ts';

const SPAN = { start_time: 'timestamp', end_time: 'timestamp' } as const;
const TRIGGER = {
  cron_schedule: { message: { ...SPAN, cron: 'string' } },
  periodic_schedule: { message: { ...SPAN, interval_second: 'integer' } },
} as const;
const RECURRING_RUN = {
  ...RUN_SOURCE,
  recurring_run_id: 'ignored',
  max_concurrency: 'integer',
  trigger: { message: TRIGGER },
  mode: { enum: ['MODE_UNSPECIFIED', 'ENABLE', 'DISABLE'] },
  created_at: 'ignored',
  updated_at: 'ignored',
  status: 'ignored',
  error: 'ignored',
  no_catchup: 'boolean',
  namespace: 'string',
  last_run_at: 'ignored',
  next_run_at: 'ignored',
} as const;

const SCHEDULE = { trigger: { message: TRIGGER }, no_catchup: 'boolean' } as const;
/** Enough to see whether a schedule is meant so. */
const STRIKES_TOLD = 3;

/** As the official server limits it. */
const CONCURRENCY_MAX = 10;
const CRON_CHARS_MAX = 128;
/** Three hundred years. */
const INTERVAL_SECONDS_MAX = 1e10;
/** The number that the name of each run ends with. */
const INDEX_CHARS_MAX = 12;

export function recurringRunRoutes(options: KfpOptions, parser: PackageParser): Route[] {
  const { records, clock } = options;
  const path = '/apis/v2beta1/recurringruns';
  const one = `${path}/{recurring_run_id}`;
  const change = (method: Route['method'], place: string, apply: (writer: RecordWriter, series: RecurringRun) => void) =>
    kfpRoute(method, place, async (request) => {
      await records.write((writer) => apply(writer, getRecurringRun(writer.read, pathParameter(request, 'recurring_run_id'))));
      return jsonResponse({});
    });
  return [
    kfpRoute('GET', path, (request) => listRecurringRuns(options, request)),
    kfpRoute('POST', path, (request) => createRecurringRun(options, parser, request), { bodyBytesMax: PIPELINE_BODY_BYTES_MAX }),
    kfpRoute('POST', `${path}:strikes`, (request) => listStrikes(options, parser, request)),
    kfpRoute('GET', one, (request) => jsonResponse(recurringRunMessage(getRecurringRun(records, pathParameter(request, 'recurring_run_id')), clock.now()))),
    change('DELETE', one, (writer, { recurringRunId }) => writer.deleteRecurringRun(recurringRunId)),
    change('POST', `${one}:enable`, (writer, series) => enable(writer, series, clock.now())),
    change('POST', `${one}:disable`, (writer, series) => writer.putRecurringRun({ ...series, status: 'DISABLED', updatedAtMs: clock.now() })),
  ];
}

/** Throws a refusal when there is none with this id. */
export function getRecurringRun(records: Pick<Records, 'recurringRun'>, recurringRunId: string): RecurringRun {
  const series = records.recurringRun(recurringRunId);
  if (series === undefined) throw refusal('NotFound', `there is no recurring run with recurring_run_id ${quote(recurringRunId)}`);
  return series;
}

/** Strikes that it missed meanwhile are caught up on, unless it has no_catchup. */
function enable(writer: RecordWriter, series: RecurringRun, nowMs: number): void {
  if (writer.read.experiment(series.experimentId)?.storageState === 'ARCHIVED') throw refusal('FailedPrecondition', 'the experiment of the recurring run is archived: restore the experiment first');
  writer.putRecurringRun({ ...series, status: 'ENABLED', updatedAtMs: nowMs });
}

function listRecurringRuns({ records, clock }: KfpOptions, { query }: WebRequest): WebResponse {
  const parameters = readParameters(query, [...LIST_PARAMETERS, 'experiment_id']);
  const { experiment_id: experimentId } = parameters;
  const request = readListRequest('recurringRuns', parameters, RECURRING_RUN_FIELDS, experimentId === undefined ? {} : { experimentId });
  const page = records.recurringRuns(request.query);
  if (experimentId !== undefined && page.totalSize === 0) getExperiment(records, experimentId);
  const nowMs = clock.now();
  return listResponse('recurringRuns', request, page, (row) => recurringRunMessage(row, nowMs));
}

async function createRecurringRun(options: KfpOptions, parser: PackageParser, request: WebRequest): Promise<WebResponse> {
  const message = readMessage(RECURRING_RUN, await parser.readBody(await request.body()), '');
  const { reference, pipeline, document, ...source } = readRunSource(options, message, DISPLAY_NAME_CHARS_MAX - INDEX_CHARS_MAX);
  const { max_concurrency: maxConcurrency = 1 } = message;
  if (maxConcurrency < 1 || maxConcurrency > CONCURRENCY_MAX) throw invalid(`max_concurrency is ${maxConcurrency}, it must be 1 to ${CONCURRENCY_MAX}`);
  const trigger = readTrigger(message.trigger ?? {});
  const nowMs = options.clock.now();
  checkParameters(pipeline, expandMacros(source.parameters, { runId: options.rng.uuid(), nowMs, scheduledAtMs: nowMs, index: 1 }));
  const isVersionNamed = Boolean(message.pipeline_version_reference?.pipeline_version_id || message.pipeline_version_id);
  const { pipelineId, pipelineVersionId } = reference;
  const what = pipelineId === undefined ? { pipelineSpec: document } : { pipelineId, ...(isVersionNamed ? { pipelineVersionId: pipelineVersionId! } : {}) };
  const series = await options.records.write((writer) => {
    const creator = request.identity.user;
    const experiment = message.experiment_id ? getExperiment(writer.read, message.experiment_id) : ensureDefaultExperiment(writer, options, creator);
    if (experiment.storageState === 'ARCHIVED') throw refusal('FailedPrecondition', 'the experiment is archived: restore it first, or name another one');
    const row: RecurringRun = {
      ...source,
      ...what,
      recurringRunId: options.rng.uuid(),
      namespace: NAMESPACE,
      creator,
      createdAtMs: nowMs,
      experimentId: experiment.experimentId,
      trigger,
      maxConcurrency,
      noCatchup: message.no_catchup === true,
      status: message.mode === 'DISABLE' ? 'DISABLED' : 'ENABLED',
      updatedAtMs: nowMs,
      lastIndex: 0,
      message: '',
    };
    writer.putRecurringRun(row);
    return row;
  });
  return jsonResponse(recurringRunMessage(series, nowMs));
}

/** When a recurring run that is made now would strike next, for those who are about to make one. */
async function listStrikes({ clock }: KfpOptions, parser: PackageParser, request: WebRequest): Promise<WebResponse> {
  const { trigger: given = {}, no_catchup: noCatchup = false } = readMessage(SCHEDULE, await parser.readBody(await request.body()), '');
  const trigger = readTrigger(given);
  const nowMs = clock.now();
  const strikes: number[] = [];
  while (strikes.length < STRIKES_TOLD) {
    const last = strikes.at(-1);
    const next = nextStrikeMs({ trigger, noCatchup, createdAtMs: nowMs, ...(last === undefined ? {} : { lastStrikeMs: last }) }, nowMs);
    if (next === undefined) break;
    strikes.push(next);
  }
  return jsonResponse({ strikes: strikes.map(timestamp) });
}

function readTrigger({ cron_schedule: cronSchedule, periodic_schedule: periodic }: MessageOf<typeof TRIGGER>): Trigger {
  if (cronSchedule !== undefined && periodic !== undefined) throw invalid('give either trigger.cron_schedule or trigger.periodic_schedule, not both');
  if (cronSchedule !== undefined) {
    const { cron = '' } = cronSchedule;
    const place = 'trigger.cron_schedule';
    const problem = cron.length > CRON_CHARS_MAX ? `longer than ${CRON_CHARS_MAX} characters` : cronProblem(cron);
    if (problem !== undefined) throw invalid(`${place}.cron ${quote(cron)} is no schedule of second, minute, hour, day of month, month and day of week, such as "0 30 9 * * 1-5": ${problem}`);
    return { cron, ...readSpan(place, cronSchedule) };
  }
  if (periodic === undefined) throw invalid('trigger is missing: give trigger.cron_schedule or trigger.periodic_schedule');
  const { interval_second: intervalSeconds = 0 } = periodic;
  if (intervalSeconds < 1 || intervalSeconds > INTERVAL_SECONDS_MAX) throw invalid(`trigger.periodic_schedule.interval_second is ${intervalSeconds}, it must be 1 to ${INTERVAL_SECONDS_MAX}`);
  return { intervalSeconds, ...readSpan('trigger.periodic_schedule', periodic) };
}

function readSpan(place: string, { start_time: startMs, end_time: endMs }: { readonly start_time?: number; readonly end_time?: number }): { startMs?: number; endMs?: number } {
  if (startMs !== undefined && endMs !== undefined && endMs < startMs) throw invalid(`${place}.end_time is before ${place}.start_time`);
  return { ...(startMs === undefined ? {} : { startMs }), ...(endMs === undefined ? {} : { endMs }) };
}
