// Experiments: few enough to be read at once, so that runs can show the names of theirs.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KFP, query, request } from './client.ts';
import { useEvents } from './events.ts';
import type { ExperimentMessage } from './messages.ts';

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
    client.setQueryData<ExperimentMessage[]>(KEY, (rows) => (rows === undefined ? rows : edit(rows)));
  useEvents(`${KFP}/experiments:events`, {
    reset: () => void client.invalidateQueries({ queryKey: KEY }),
    changed: (one: ExperimentMessage) =>
      change((rows) => (rows.some((row) => row.experiment_id === one.experiment_id) ? rows.map((row) => (row.experiment_id === one.experiment_id ? one : row)) : [one, ...rows])),
    deleted: ({ experiment_id: id }: { experiment_id: string }) => change((rows) => rows.filter((row) => row.experiment_id !== id)),
  });
  return list;
}

export function useExperimentNames(): ReadonlyMap<string, string> {
  const { data } = useExperiments();
  return new Map(data?.map(({ experiment_id: id = '', display_name: name = '' }) => [id, name]));
}
