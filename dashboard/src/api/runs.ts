// The list of runs, live: pages as they are scrolled to, then every change as the server tells it.
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';
import { KFP, path, query, request } from './client.ts';
import { useEvents } from './events.ts';
import type { RunSummary } from './messages.ts';

export interface RunFilter {
  /** A part of the name, in its own case: that is how the server compares. */
  readonly name?: string | undefined;
  /** One of the states of a run. */
  readonly state?: string | undefined;
  readonly storage: 'AVAILABLE' | 'ARCHIVED';
  readonly experimentId?: string | undefined;
  readonly pipelineId?: string | undefined;
  readonly sort: string;
}

export interface RunPage {
  readonly rows: readonly RunSummary[];
  readonly totalSize: number;
  readonly nextPageToken: string | undefined;
}

const PAGE_SIZE = 200;
const NEWEST_FIRST = 'created_at desc';

interface ListOptions {
  readonly pageSize?: number;
  readonly pageToken?: string | undefined;
  readonly signal?: AbortSignal;
}

export async function listRuns(filter: RunFilter, { pageSize = PAGE_SIZE, pageToken, signal }: ListOptions): Promise<RunPage> {
  const parameters = {
    view: 'SUMMARY',
    page_size: pageSize,
    page_token: pageToken,
    sort_by: filter.sort,
    experiment_id: filter.experimentId,
    filter: JSON.stringify({ predicates: predicatesOf(filter) }),
  };
  const answer = await request<{ runs?: RunSummary[]; total_size?: number; next_page_token?: string }>(`${KFP}/runs${query(parameters)}`, { signal });
  return { rows: answer.runs ?? [], totalSize: answer.total_size ?? 0, nextPageToken: answer.next_page_token };
}

function predicatesOf({ name, state, storage, pipelineId }: RunFilter): object[] {
  const equals = (key: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [{ operation: 'EQUALS', key, string_value: value }];
  const named = name === undefined || name === '' ? [] : [{ operation: 'IS_SUBSTRING', key: 'display_name', string_value: name }];
  return [...named, ...equals('state', state), ...equals('storage_state', storage), ...equals('pipeline_id', pipelineId)];
}

/** The same decision as the server's, for rows that an event brings. */
function isListed(run: RunSummary, { name = '', state = '', storage, experimentId = '', pipelineId = '' }: RunFilter): boolean {
  return (
    (run.display_name ?? '').includes(name) &&
    (state === '' || run.state === state) &&
    run.storage_state === storage &&
    (experimentId === '' || run.experiment_id === experimentId) &&
    (pipelineId === '' || run.pipeline_version_reference?.pipeline_id === pipelineId)
  );
}

export function useRuns(filter: RunFilter) {
  const client = useQueryClient();
  const key = useMemo(() => ['runs', filter], [filter]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => listRuns(filter, { pageToken: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextPageToken,
    placeholderData: (previous) => previous,
    /** Missed while another page was shown. */
    staleTime: 0,
  });
  const change = (edit: (pages: readonly RunPage[]) => readonly RunPage[] | undefined) =>
    client.setQueryData<InfiniteData<RunPage, string | undefined>>(key, (old) => {
      const pages = old && edit(old.pages);
      return pages === undefined ? old : { pageParams: old!.pageParams, pages: [...pages] };
    });
  useEvents(`${KFP}/runs:events${query({ experiment_id: filter.experimentId })}`, {
    reset: () => void client.invalidateQueries({ queryKey: key }),
    changed: (run: RunSummary) => change((pages) => withRun(pages, run, filter)),
    deleted: ({ run_id: runId }: { run_id: string }) => change((pages) => withoutRun(pages, runId)),
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.rows) ?? [], [list.data]);
  return { ...list, rows, totalSize: list.data?.pages[0]?.totalSize ?? 0 };
}

/** The pages with the run as it is now: in its place, new at the top, or gone because the filter no longer lists it. */
export function withRun(pages: readonly RunPage[], run: RunSummary, filter: RunFilter): readonly RunPage[] | undefined {
  const isKnown = pages.some((page) => page.rows.some((row) => row.run_id === run.run_id));
  if (!isListed(run, filter)) return isKnown ? withoutRun(pages, run.run_id ?? '') : undefined;
  if (isKnown) return pages.map((page) => ({ ...page, rows: page.rows.map((row) => (row.run_id === run.run_id ? run : row)) }));
  const [first] = pages;
  if (first === undefined) return undefined;
  // In another order its place is not known here: it is counted, and found when the list is read again.
  const rows = filter.sort === NEWEST_FIRST ? [run, ...first.rows] : first.rows;
  return pages.map((page, index) => ({ ...page, totalSize: page.totalSize + 1, ...(index === 0 ? { rows } : {}) }));
}

function withoutRun(pages: readonly RunPage[], runId: string): readonly RunPage[] {
  const isKnown = pages.some((page) => page.rows.some((row) => row.run_id === runId));
  if (!isKnown) return pages;
  return pages.map((page) => ({ ...page, totalSize: page.totalSize - 1, rows: page.rows.filter((row) => row.run_id !== runId) }));
}

export type RunVerb = 'terminate' | 'retry' | 'archive' | 'unarchive' | 'delete';

export function changeRun(runId: string, verb: RunVerb): Promise<unknown> {
  const address = KFP + path`/runs/${runId}`;
  return verb === 'delete' ? request(address, { method: 'DELETE' }) : request(`${address}:${verb}`, { method: 'POST' });
}
