// Experiments: few enough to be read at once, so that runs can show the names of theirs.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { KFP, path, query, request } from './client.ts';
import { contains } from './contains.ts';
import { useEvents } from './events.ts';
import { useLiveList } from './live-list.ts';
import type { ExperimentMessage } from './messages.ts';
import { applyTold, readAgain } from './told.ts';

/** The server's largest page; older experiments are found by their own page. */
const PAGE_SIZE = 200;
const KEY = ['experiments'];

/** Newest first, live. */
export function useExperiments() {
  const client = useQueryClient();
  const list = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const answer = await request<{ experiments?: ExperimentMessage[] }>(`${KFP}/experiments${query({ page_size: PAGE_SIZE, sort_by: 'created_at desc' })}`, { signal });
      return answer.experiments ?? [];
    },
  });
  const change = (edit: (rows: readonly ExperimentMessage[]) => ExperimentMessage[]) =>
    applyTold<ExperimentMessage[]>(client, KEY, (rows) => (rows === undefined ? rows : edit(rows)));
  useEvents(`${KFP}/experiments:events`, {
    reset: () => readAgain(client, KEY),
    changed: (one: ExperimentMessage) =>
      change((rows) => (rows.some((row) => row.experiment_id === one.experiment_id) ? rows.map((row) => (row.experiment_id === one.experiment_id ? one : row)) : [one, ...rows])),
    deleted: ({ experiment_id: id }: { experiment_id: string }) => change((rows) => rows.filter((row) => row.experiment_id !== id)),
  });
  return list;
}

export function useExperimentNames(): ReadonlyMap<string, string> {
  const { data } = useExperiments();
  return useMemo(() => new Map(data?.map(({ experiment_id: id = '', display_name: name = '' }) => [id, name])), [data]);
}

/** Read once: nobody renames an experiment. Undefined until then, and when it is gone. */
export function useExperimentName(experimentId: string): string | undefined {
  const read = useQuery({
    queryKey: ['experiment-name', experimentId],
    queryFn: ({ signal }) => request<ExperimentMessage>(KFP + path`/experiments/${experimentId}`, { signal }),
    enabled: experimentId !== '',
  });
  return read.data?.display_name;
}

export interface ExperimentFilter {
  /** A part of the name, in any case. */
  readonly name: string;
  readonly storage: 'AVAILABLE' | 'ARCHIVED';
  readonly sort: string;
}

/** However many there are. */
export function useExperimentList({ name, storage, sort }: ExperimentFilter) {
  const predicates = [
    { operation: 'EQUALS', key: 'storage_state', string_value: storage },
    ...(name === '' ? [] : [{ operation: 'IS_SUBSTRING', key: 'display_name', string_value: name }]),
  ];
  return useLiveList<ExperimentMessage>({
    path: `${KFP}/experiments`,
    field: 'experiments',
    idField: 'experiment_id',
    parameters: { sort_by: sort, filter: JSON.stringify({ predicates }) },
    isListed: (experiment) => experiment.storage_state === storage && contains(experiment.display_name, name),
    isNewestFirst: sort === 'created_at desc',
  });
}

/** Live: a change of it reads it again. */
export function useExperiment(experimentId: string) {
  const client = useQueryClient();
  const key = ['experiment', experimentId];
  useEvents(`${KFP}/experiments:events`, {
    reset: () => readAgain(client, key),
    changed: (one: ExperimentMessage) => void (one.experiment_id === experimentId && applyTold(client, key, () => one)),
    deleted: (gone: ExperimentMessage) => void (gone.experiment_id === experimentId && readAgain(client, key)),
  });
  return useQuery({ queryKey: key, queryFn: ({ signal }) => request<ExperimentMessage>(KFP + path`/experiments/${experimentId}`, { signal }), staleTime: 0 });
}

export function createExperiment(name: string, description: string): Promise<ExperimentMessage> {
  return request<ExperimentMessage>(`${KFP}/experiments`, { method: 'POST', body: { display_name: name, description } });
}

export type ExperimentVerb = 'archive' | 'unarchive' | 'delete';

export function changeExperiment(experimentId: string, verb: ExperimentVerb): Promise<unknown> {
  const address = KFP + path`/experiments/${experimentId}`;
  return verb === 'delete' ? request(address, { method: 'DELETE' }) : request(`${address}:${verb}`, { method: 'POST' });
}
