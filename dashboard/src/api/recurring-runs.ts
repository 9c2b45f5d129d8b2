// Recurring runs: their list, one of them, what is done to them, and when a schedule would strike.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KFP, path, request } from './client.ts';
import { contains } from './contains.ts';
import { useEvents } from './events.ts';
import { useLiveList } from './live-list.ts';
import type { RecurringRunMessage } from './messages.ts';
import { applyTold, readAgain } from './told.ts';

export type Trigger = NonNullable<RecurringRunMessage['trigger']>;

export interface RecurringRunFilter {
  /** A part of the name, in any case. */
  readonly name?: string;
  /** `ENABLED` or `DISABLED`; '' for both. */
  readonly status?: string;
  readonly experimentId?: string | undefined;
  readonly sort?: string;
}

const LIST = `${KFP}/recurringruns`;
const NEWEST_FIRST = 'created_at desc';

export function useRecurringRuns({ name = '', status = '', experimentId, sort = NEWEST_FIRST }: RecurringRunFilter) {
  const predicates = [
    ...(name === '' ? [] : [{ operation: 'IS_SUBSTRING', key: 'display_name', string_value: name }]),
    ...(status === '' ? [] : [{ operation: 'EQUALS', key: 'status', string_value: status }]),
  ];
  return useLiveList<RecurringRunMessage>({
    path: LIST,
    field: 'recurringRuns',
    idField: 'recurring_run_id',
    parameters: { sort_by: sort, experiment_id: experimentId, filter: predicates.length === 0 ? undefined : JSON.stringify({ predicates }) },
    isListed: (row) => contains(row.display_name, name) && (status === '' || row.status === status) && (experimentId === undefined || row.experiment_id === experimentId),
    isNewestFirst: sort === NEWEST_FIRST,
  });
}

/** Live: a change of it reads it again. */
export function useRecurringRun(recurringRunId: string) {
  const client = useQueryClient();
  const key = ['recurring-run', recurringRunId];
  useEvents(`${LIST}:events`, {
    reset: () => readAgain(client, key),
    changed: (one: RecurringRunMessage) => void (one.recurring_run_id === recurringRunId && applyTold(client, key, () => one)),
    deleted: (gone: RecurringRunMessage) => void (gone.recurring_run_id === recurringRunId && readAgain(client, key)),
  });
  return useQuery({ queryKey: key, queryFn: ({ signal }) => request<RecurringRunMessage>(LIST + path`/${recurringRunId}`, { signal }), staleTime: 0 });
}

/** Read once: nobody renames one. Undefined until then, and when it is gone. */
export function useRecurringRunName(recurringRunId: string): string | undefined {
  const read = useQuery({
    queryKey: ['recurring-run-name', recurringRunId],
    queryFn: ({ signal }) => request<RecurringRunMessage>(LIST + path`/${recurringRunId}`, { signal }),
    enabled: recurringRunId !== '',
  });
  return read.data?.display_name;
}

export function createRecurringRun(body: object): Promise<RecurringRunMessage> {
  return request<RecurringRunMessage>(LIST, { method: 'POST', body });
}

export type RecurringRunVerb = 'enable' | 'disable' | 'delete';

export function changeRecurringRun(recurringRunId: string, verb: RecurringRunVerb): Promise<unknown> {
  const address = LIST + path`/${recurringRunId}`;
  return verb === 'delete' ? request(address, { method: 'DELETE' }) : request(`${address}:${verb}`, { method: 'POST' });
}

/** What a schedule means: its next strikes, or the server's sentence why it is none. Undefined: not to be asked for. */
export function useStrikes(schedule: object | undefined) {
  return useQuery({
    queryKey: ['strikes', schedule],
    queryFn: async ({ signal }) => (await request<{ strikes: readonly string[] }>(`${LIST}:strikes`, { method: 'POST', body: schedule, signal })).strikes,
    enabled: schedule !== undefined,
    staleTime: 0,
    placeholderData: (previous) => previous,
  });
}
