// The node: a picture of now, sent by the server whenever it differs; and what the doctor finds.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request, SLIPWAY } from './client.ts';
import { useEvents } from './events.ts';
import type { ClusterFacts, MachineFinding } from './messages.ts';
import { applyTold } from './told.ts';

const KEY = ['cluster'];

export function useCluster() {
  const client = useQueryClient();
  const facts = useQuery({ queryKey: KEY, queryFn: ({ signal }) => request<ClusterFacts>(`${SLIPWAY}/cluster`, { signal }), staleTime: 0 });
  useEvents(`${SLIPWAY}/cluster/events`, { facts: (next: ClusterFacts) => applyTold(client, KEY, () => next) });
  return facts;
}

/** Asked when the page is opened, and again on demand: it starts programs of the machine. */
export function useFindings() {
  return useQuery({ queryKey: ['doctor'], queryFn: async ({ signal }) => (await request<{ findings: readonly MachineFinding[] }>(`${SLIPWAY}/doctor`, { signal })).findings, staleTime: 0 });
}
