// The runs of a comparison with all their tasks, read again when the server tells of a change.
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { KFP, path, request } from '../../api/client.ts';
import { useEvents } from '../../api/events.ts';
import type { RunSummary, RunWithTasks } from '../../api/messages.ts';
import { readAgain } from '../../api/told.ts';

const keyOf = (runId: string) => ['compared-run', runId];

export interface ComparedRun {
  readonly runId: string;
  /** Undefined while it is read, and when it could not be. */
  readonly run: RunWithTasks | undefined;
  readonly error: unknown;
}

export function useComparedRuns(runIds: readonly string[]): readonly ComparedRun[] {
  const client = useQueryClient();
  const reads = useQueries({
    queries: runIds.map((runId) => ({
      queryKey: keyOf(runId),
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => request<RunWithTasks>(`${KFP}${path`/runs/${runId}`}?view=FULL`, { signal }),
      staleTime: 0,
    })),
  });
  useEvents(`${KFP}/runs:events`, {
    changed: ({ run_id: runId = '' }: RunSummary) => {
      if (runIds.includes(runId)) readAgain(client, keyOf(runId));
    },
  });
  return reads.map(({ data, error }, index) => ({ runId: runIds[index]!, run: data, error }));
}
