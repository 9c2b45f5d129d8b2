// The list of runs, live: pages as they are scrolled to, then every change as the server tells it.
import { KFP, path, query, request } from './client.ts';
import { contains } from './contains.ts';
import { useLiveList } from './live-list.ts';
import type { RunSummary } from './messages.ts';

export interface RunFilter {
  /** A part of the name, in any case. */
  readonly name?: string | undefined;
  /** One of the states of a run. */
  readonly state?: string | undefined;
  readonly storage: 'AVAILABLE' | 'ARCHIVED';
  readonly experimentId?: string | undefined;
  readonly pipelineId?: string | undefined;
  readonly recurringRunId?: string | undefined;
  readonly sort: string;
}

interface ListOptions {
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/** The first page of a list, once. */
export async function listRuns(filter: RunFilter, { pageSize, signal }: ListOptions): Promise<readonly RunSummary[]> {
  const answer = await request<{ runs?: RunSummary[] }>(`${KFP}/runs${query({ ...parametersOf(filter), page_size: pageSize })}`, { signal });
  return answer.runs ?? [];
}

/** All pages, live. */
export function useRuns(filter: RunFilter) {
  return useLiveList<RunSummary>({
    path: `${KFP}/runs`,
    field: 'runs',
    idField: 'run_id',
    parameters: parametersOf(filter),
    isListed: (run) => isListed(run, filter),
    isNewestFirst: filter.sort === 'created_at desc',
  });
}

function parametersOf(filter: RunFilter): Readonly<Record<string, string | undefined>> {
  return { view: 'SUMMARY', sort_by: filter.sort, experiment_id: filter.experimentId, filter: JSON.stringify({ predicates: predicatesOf(filter) }) };
}

function predicatesOf({ name, state, storage, pipelineId, recurringRunId }: RunFilter): object[] {
  const equals = (key: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [{ operation: 'EQUALS', key, string_value: value }];
  const named = name === undefined || name === '' ? [] : [{ operation: 'IS_SUBSTRING', key: 'display_name', string_value: name }];
  return [...named, ...equals('state', state), ...equals('storage_state', storage), ...equals('pipeline_id', pipelineId), ...equals('recurring_run_id', recurringRunId)];
}

/** The same decision as the server's, for rows that an event brings. */
function isListed(run: RunSummary, { name = '', state = '', storage, experimentId = '', pipelineId = '', recurringRunId = '' }: RunFilter): boolean {
  return (
    contains(run.display_name, name) &&
    (state === '' || run.state === state) &&
    run.storage_state === storage &&
    (experimentId === '' || run.experiment_id === experimentId) &&
    (pipelineId === '' || run.pipeline_version_reference?.pipeline_id === pipelineId) &&
    (recurringRunId === '' || run.recurring_run_id === recurringRunId)
  );
}

export type RunVerb = 'terminate' | 'retry' | 'archive' | 'unarchive' | 'delete';

export function changeRun(runId: string, verb: RunVerb): Promise<unknown> {
  const address = KFP + path`/runs/${runId}`;
  return verb === 'delete' ? request(address, { method: 'DELETE' }) : request(`${address}:${verb}`, { method: 'POST' });
}
