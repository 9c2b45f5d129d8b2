// Artifacts: the list, one of them, and what is stored in it. What a step wrote never changes and is read once; who used it is told live.
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { contains } from './contains.ts';
import { fetchOk, path, query, request, SLIPWAY } from './client.ts';
import { useEvents } from './events.ts';
import { useLiveList } from './live-list.ts';
import type { ArtifactDetails, ArtifactEntries, ArtifactTable, ArtifactView, ListedArtifact } from './messages.ts';
import { applyTold } from './told.ts';

/** What steps printed is an artifact of each of them; pages show it as their log, beside what they made. */
export const LOG_NAME = 'executor-logs';

export interface ArtifactFilter {
  /** A part of the URI, in any case: pipeline, run, step and name stand in it. */
  readonly place?: string | undefined;
  /** schemaTitles; all when there are none. */
  readonly types: readonly string[];
  readonly sort: string;
}

export function useArtifacts({ place = '', types, sort }: ArtifactFilter) {
  const predicates = [
    { operation: 'NOT_EQUALS', key: 'name', string_value: LOG_NAME },
    ...(place === '' ? [] : [{ operation: 'IS_SUBSTRING', key: 'uri', string_value: place }]),
    ...(types.length === 0 ? [] : [{ operation: 'IN', key: 'type', string_values: { values: types } }]),
  ];
  return useLiveList<ListedArtifact>({
    path: `${SLIPWAY}/artifacts`,
    field: 'artifacts',
    idField: 'artifact_id',
    parameters: { sort_by: sort, filter: JSON.stringify({ predicates }) },
    isListed: ({ name, uri, type }) => name !== LOG_NAME && contains(uri, place) && (types.length === 0 || types.includes(type)),
    isNewestFirst: sort === 'created_at desc',
  });
}

const addressOf = (artifactId: string) => SLIPWAY + path`/artifacts/${artifactId}`;

/** With the steps that used it so far, live. */
export function useArtifact(artifactId: string) {
  const client = useQueryClient();
  const key = ['artifact', artifactId];
  useEvents(`${addressOf(artifactId)}/events`, { details: (next: ArtifactDetails) => applyTold(client, key, () => next) });
  // An event stream that is refused does not say why; the artifact itself does.
  return useQuery({ queryKey: key, queryFn: ({ signal }) => request<ArtifactDetails>(addressOf(artifactId), { signal }), staleTime: 0 });
}

/** What is stored at a path of an artifact and how it is best shown. */
export function useArtifactView(artifactId: string, innerPath: string) {
  return useQuery({
    queryKey: ['artifact-view', artifactId, innerPath],
    queryFn: ({ signal }) => request<ArtifactView>(`${addressOf(artifactId)}/view${query({ path: innerPath })}`, { signal }),
  });
}

export function useArtifactEntries(artifactId: string, innerPath: string) {
  return useQuery({
    queryKey: ['artifact-entries', artifactId, innerPath],
    queryFn: ({ signal }) => request<ArtifactEntries>(`${addressOf(artifactId)}/entries${query({ path: innerPath })}`, { signal }),
  });
}

export function useArtifactTable(artifactId: string, innerPath: string, rowCount: number) {
  return useQuery({
    queryKey: ['artifact-table', artifactId, innerPath, rowCount],
    queryFn: ({ signal }) => request<ArtifactTable>(`${addressOf(artifactId)}/table${query({ path: innerPath, row_count: rowCount })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** The beginning of a text. */
export function useArtifactText(artifactId: string, innerPath: string, sizeBytes: number, bytesMax: number) {
  return useQuery({
    queryKey: ['artifact-text', artifactId, innerPath, bytesMax],
    queryFn: async ({ signal }) => {
      const range = sizeBytes > bytesMax ? { range: `bytes=0-${bytesMax - 1}` } : undefined;
      return (await fetchOk(contentAddress(artifactId, innerPath), { signal, ...(range === undefined ? {} : { headers: range }) })).text();
    },
  });
}

/** For images and downloads. */
export function contentAddress(artifactId: string, innerPath = ''): string {
  return `${addressOf(artifactId)}/content${query({ path: innerPath })}`;
}

/** A directory as tar.gz. */
export function archiveAddress(artifactId: string, innerPath = ''): string {
  return `${addressOf(artifactId)}/archive${query({ path: innerPath })}`;
}
