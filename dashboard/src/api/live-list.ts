// A list of any length, live: pages as they are scrolled to, then every change as the server tells it.
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';
import { query, request } from './client.ts';
import { useEvents } from './events.ts';
import { applyTold } from './told.ts';

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

interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly totalSize: number;
  readonly nextPageToken: string | undefined;
}

/** The server's largest page. */
const PAGE_SIZE = 200;

export function useLiveList<Row>(options: LiveListOptions<Row>) {
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
  useEvents(`${path}:events`, {
    reset: () => void client.invalidateQueries({ queryKey: key }),
    changed: (row: Row) => change((pages) => (options.isListed(row) ? withRow(pages, row, options) : withoutRow(pages, row[idField], idField))),
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
  return { ...list, rows, totalSize: list.data?.pages[0]?.totalSize ?? 0, onReach };
}

function withRow<Row>(pages: readonly ListPage<Row>[], row: Row, { idField, isNewestFirst }: LiveListOptions<Row>): readonly ListPage<Row>[] {
  const isSame = (other: Row) => other[idField] === row[idField];
  if (pages.some((page) => page.rows.some(isSame))) {
    return pages.map((page) => ({ ...page, rows: page.rows.map((other) => (isSame(other) ? row : other)) }));
  }
  return pages.map((page, index) => ({
    ...page,
    totalSize: page.totalSize + 1,
    rows: index === 0 && isNewestFirst ? [row, ...page.rows] : page.rows,
  }));
}

function withoutRow<Row>(pages: readonly ListPage<Row>[], id: unknown, idField: keyof Row): readonly ListPage<Row>[] {
  if (!pages.some((page) => page.rows.some((row) => row[idField] === id))) return pages;
  return pages.map((page) => ({ ...page, totalSize: page.totalSize - 1, rows: page.rows.filter((row) => row[idField] !== id) }));
}
