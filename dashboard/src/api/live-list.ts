// A list of any length, live: pages as they are scrolled to, then every change as the server tells it.
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { query, request } from './client.ts';
import { useEvents } from './events.ts';
import { hasPlace, withoutRow, withRow, type ListPage, type ListRow } from './list-pages.ts';
import { applyTold, readAgain } from './told.ts';

export interface LiveListOptions<Row> {
  /** Of the list, for example /apis/v2beta1/pipelines; its changes come from `<path>:events`. */
  readonly path: string;
  /** Of the rows in the answer. */
  readonly field: string;
  readonly idField: string & keyof Row;
  /** Filter and order as the server takes them; the same values mean the same list. */
  readonly parameters: Readonly<Record<string, string | number | undefined>>;
  /** The same decision as the server's filter, for rows that an event brings. */
  readonly isListed: (row: Row) => boolean;
  /** New rows belong at the top; in another order they are found when the list is read again. */
  readonly isNewestFirst: boolean;
}

/** The server's largest page. */
const PAGE_SIZE = 200;
/** Between two readings for rows whose place only the server knows: a thousand may change at once. */
const READ_PERIOD_MS = 1_000;

export function useLiveList<Row extends ListRow>(options: LiveListOptions<Row>) {
  const { path, field, idField } = options;
  const client = useQueryClient();
  const text = query({ page_size: PAGE_SIZE, ...options.parameters });
  const key = useMemo(() => ['list', path, text], [path, text]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }): Promise<ListPage<Row>> => {
      const answer = await request<Record<string, unknown>>(`${path}${text}${pageParam === undefined ? '' : `&page_token=${encodeURIComponent(pageParam)}`}`, { signal });
      return { rows: (answer[field] ?? []) as Row[], totalSize: Number(answer['total_size'] ?? 0), nextPageToken: answer['next_page_token'] as string | undefined };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextPageToken,
    placeholderData: (previous) => previous,
    // What changed while another page was shown was not told.
    staleTime: 0,
  });
  const change = (edit: (pages: readonly ListPage<Row>[]) => readonly ListPage<Row>[]) =>
    applyTold<InfiniteData<ListPage<Row>, string | undefined>>(client, key, (old) => old && { pageParams: old.pageParams, pages: [...edit(old.pages)] });
  const readSoon = useReadSoon(() => readAgain(client, key));
  useEvents(`${path}:events`, {
    reset: () => readAgain(client, key),
    changed: (row: Row) => {
      change((pages) => (options.isListed(row) ? withRow(pages, row, options) : withoutRow(pages, row[idField], idField)));
      const pages = client.getQueryData<InfiniteData<ListPage<Row>>>(key)?.pages;
      if (pages !== undefined && options.isListed(row) && !hasPlace(pages, row, options)) readSoon();
    },
    deleted: (gone: Row) => change((pages) => withoutRow(pages, gone[idField], idField)),
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.rows) ?? [], [list.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const onReach = useMemo(
    () => (index: number) => {
      if (index >= rows.length - 1 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    [rows.length, hasNextPage, isFetchingNextPage, fetchNextPage],
  );
  return { ...list, rows, totalSize: list.data?.pages.at(-1)?.totalSize ?? 0, onReach };
}

/** Calls `read` in a moment, however often it is asked to until then. */
function useReadSoon(read: () => void): () => void {
  const latest = useRef(read);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, READ_PERIOD_MS);
  }, []);
}
