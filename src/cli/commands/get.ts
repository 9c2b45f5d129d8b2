// slipway get
import { Failure, type JsonObject } from '../../base/mod.ts';
import { EXIT, usageFailure, type Command } from '../command.ts';
import { formatAge, formatDuration, formatTable } from '../format.ts';
import type { Connection } from '../server/connection.ts';
import { connect, SERVER_OPTIONS } from '../server/locate.ts';
import { objectsAt, textAt, timeAt } from '../server/wire.ts';

/** A list of the pipelines API: where it is and what its table shows. */
interface RecordList {
  readonly path: string;
  readonly member: string;
  /** When it is another word. */
  readonly title?: string;
  readonly header: readonly string[];
  /** What the table asks for: runs without their pipelines, which may be large. */
  readonly view?: 'SUMMARY';
  row(item: JsonObject, nowMs: number): readonly string[];
}

const RECORD_LISTS: Readonly<Record<string, RecordList>> = {
  runs: {
    path: '/apis/v2beta1/runs',
    member: 'runs',
    header: ['RUN', 'NAME', 'STATE', 'TOOK', 'AGE'],
    view: 'SUMMARY',
    row: (run, nowMs) => [textAt(run, 'run_id'), textAt(run, 'display_name'), textAt(run, 'state'), tookOf(run), ageOf(run, nowMs)],
  },
  'recurring-runs': {
    path: '/apis/v2beta1/recurringruns',
    member: 'recurringRuns',
    title: 'recurring runs',
    header: ['RECURRING RUN', 'NAME', 'STATUS', 'SCHEDULE', 'LAST', 'NEXT', 'ERROR'],
    row: (one, nowMs) => [textAt(one, 'recurring_run_id'), textAt(one, 'display_name'), textAt(one, 'status'), scheduleOf(one), lastOf(one, nowMs), nextOf(one, nowMs), textAt(one, 'error', 'message')],
  },
  pipelines: {
    path: '/apis/v2beta1/pipelines',
    member: 'pipelines',
    header: ['PIPELINE', 'NAME', 'DESCRIPTION', 'AGE'],
    row: (pipeline, nowMs) => [textAt(pipeline, 'pipeline_id'), textAt(pipeline, 'display_name'), textAt(pipeline, 'description'), ageOf(pipeline, nowMs)],
  },
  experiments: {
    path: '/apis/v2beta1/experiments',
    member: 'experiments',
    header: ['EXPERIMENT', 'NAME', 'STATE', 'AGE'],
    row: (experiment, nowMs) => [
      textAt(experiment, 'experiment_id'),
      textAt(experiment, 'display_name'),
      textAt(experiment, 'storage_state'),
      ageOf(experiment, nowMs),
    ],
  },
};

/** Kubernetes resources by the names that kubectl takes for them; others: use kubectl. */
const OBJECT_LISTS: Readonly<Record<string, string>> = {
  pods: 'pods',
  pod: 'pods',
  po: 'pods',
  namespaces: 'namespaces',
  ns: 'namespaces',
  nodes: 'nodes',
  events: 'events',
  configmaps: 'configmaps',
  secrets: 'secrets',
};

const RESOURCES = [...new Set(Object.values(OBJECT_LISTS))];

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
/** The longest page that the pipelines API gives. */
const PAGE_SIZE = 200;

export const getCommand: Command = {
  name: 'get',
  operands: 'runs|pipelines|experiments|pods|…',
  operandCount: { min: 1, max: 1 },
  summary: 'List runs, pipelines, experiments, Pods and other objects.',
  details: `Newest first. Also: recurring-runs, ${RESOURCES.join(', ')}. Everything else: kubectl (see "slipway kubeconfig").`,
  options: [
    { name: 'output', short: 'o', value: 'json', sentence: 'Print what the server sent instead of a table.' },
    { name: 'namespace', short: 'n', value: 'NAME', sentence: 'Only objects of this namespace; default: all.' },
    { name: 'limit', value: 'N', sentence: `At most N rows, up to ${PAGE_SIZE} (default 50).` },
    ...SERVER_OPTIONS,
  ],
  examples: [
    ['slipway get runs', 'The newest 50 runs with their state.'],
    ['slipway get recurring-runs', 'What runs again and again: when last, when next, and why a strike made no run.'],
    ['slipway get pods -n kubeflow', 'The Pods of pipeline steps that are still kept.'],
    ['slipway get runs -o json', 'For jq and scripts.'],
  ],
  async run(input, terminal) {
    const [what = ''] = input.operands;
    const format = input.text('output') ?? 'table';
    if (format !== 'table' && format !== 'json') throw usageFailure(getCommand, `-o ${format}: only json is known`);
    const connection = connect(input, terminal);
    const options = { isJson: format === 'json', limit: parseLimit(input.text('limit')), signal: terminal.signal };
    const records = RECORD_LISTS[what] ?? RECORD_LISTS[`${what}s`];
    const resource = OBJECT_LISTS[what];
    if (records !== undefined) terminal.out(await listRecords(connection, records, { ...options, nowMs: terminal.clock.now() }));
    else if (resource !== undefined) terminal.out(await listObjects(connection, resource, { ...options, namespace: input.text('namespace') }));
    else throw usageFailure(getCommand, `"${what}" is not one of ${[...Object.keys(RECORD_LISTS), ...RESOURCES].join(', ')}: try "kubectl get ${what}"`);
    return EXIT.success;
  },
};

function parseLimit(given: string | undefined): number {
  const limit = Number(given ?? 50);
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_SIZE) return limit;
  throw usageFailure(getCommand, `--limit must be a whole number from 1 to ${PAGE_SIZE}, not "${given}"`);
}

interface ListOptions {
  readonly isJson: boolean;
  readonly limit: number;
  readonly signal: AbortSignal;
}

async function listRecords(connection: Connection, list: RecordList, options: ListOptions & { nowMs: number }): Promise<string> {
  const view = options.isJson || list.view === undefined ? {} : { view: list.view };
  const query = new URLSearchParams({ page_size: String(options.limit), sort_by: 'created_at desc', ...view });
  const answer = await connection.get(`${list.path}?${String(query)}`, { signal: options.signal });
  if (options.isJson) return `${JSON.stringify(answer, null, 2)}\n`;
  const items = objectsAt(answer, list.member);
  return items.length === 0 ? `There are no ${list.title ?? list.member} yet.\n` : formatTable(list.header, items.map((item) => list.row(item, options.nowMs)));
}

async function listObjects(connection: Connection, resource: string, options: ListOptions & { namespace: string | undefined }): Promise<string> {
  const place = options.namespace === undefined ? '' : `namespaces/${encodeURIComponent(options.namespace)}/`;
  const path = `/api/v1/${place}${resource}?limit=${options.limit}`;
  const answer = await connection.get(path, { accept: options.isJson ? 'application/json' : TABLE, signal: options.signal });
  if (options.isJson) return `${JSON.stringify(answer, null, 2)}\n`;
  return renderKubernetesTable(answer, { resource, hasNamespaces: options.namespace === undefined });
}

/** A meta.k8s.io/v1 Table as kubectl shows it; with a NAMESPACE column when it spans several. */
export function renderKubernetesTable(table: JsonObject, options: { resource: string; hasNamespaces: boolean }): string {
  const rows = objectsAt(table, 'rows');
  if (table['kind'] !== 'Table') throw new Failure('NoTable', `the server sent no table of ${options.resource}; try -o json`);
  if (rows.length === 0) return `There are no ${options.resource}.\n`;
  const columns = objectsAt(table, 'columnDefinitions').map((column) => ({ name: textAt(column, 'name'), isWide: column['priority'] !== 0 && column['priority'] !== undefined }));
  const isShown = (_: unknown, index: number) => columns[index]?.isWide !== true;
  const namespaces = rows.map((row) => textAt(row, 'object', 'metadata', 'namespace'));
  const isNamespaced = options.hasNamespaces && namespaces.some((namespace) => namespace !== '');
  const header = columns.filter(isShown).map(({ name }) => name.toUpperCase());
  const cells = rows.map((row) => (Array.isArray(row['cells']) ? row['cells'] : []).filter(isShown).map((cell) => textAt(cell)));
  if (!isNamespaced) return formatTable(header, cells);
  return formatTable(['NAMESPACE', ...header], cells.map((row, index) => [namespaces[index]!, ...row]));
}

function ageOf(item: JsonObject, nowMs: number): string {
  const createdAtMs = timeAt(item, 'created_at');
  return createdAtMs === undefined ? '' : formatAge(nowMs - createdAtMs);
}

function scheduleOf(one: JsonObject): string {
  const seconds = textAt(one, 'trigger', 'periodic_schedule', 'interval_second');
  return seconds === '' ? textAt(one, 'trigger', 'cron_schedule', 'cron') : `every ${intervalText(Number(seconds))}`;
}

/** As `--every` takes it: 1h30m. */
function intervalText(seconds: number): string {
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']] as const;
  return parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
}

function lastOf(one: JsonObject, nowMs: number): string {
  const lastMs = timeAt(one, 'last_run_at');
  return lastMs === undefined ? '' : `${formatAge(nowMs - lastMs)} ago`;
}

/** `due` while it waits for one of its runs to end. */
function nextOf(one: JsonObject, nowMs: number): string {
  const nextMs = timeAt(one, 'next_run_at');
  if (nextMs === undefined) return '';
  return nextMs <= nowMs ? 'due' : `in ${formatAge(nextMs - nowMs)}`;
}

function tookOf(run: JsonObject): string {
  const [createdAtMs, finishedAtMs] = [timeAt(run, 'created_at'), timeAt(run, 'finished_at')];
  return createdAtMs === undefined || finishedAtMs === undefined ? '' : formatDuration(finishedAtMs - createdAtMs);
}
