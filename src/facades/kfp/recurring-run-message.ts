// Recurring runs as the REST API writes them. `last_run_at` and `next_run_at` are Slipway's own: clients of others pass over them.
import { nextStrikeMs } from '../../ir/mod.ts';
import type { RecurringRun } from '../../records/mod.ts';
import { omitDefaults } from './defaults.ts';
import { statusOf } from './run-message.ts';
import { timestamp } from './timestamp.ts';

export type RecurringRunMessage = ReturnType<typeof recurringRunMessage>;

export function recurringRunMessage(row: RecurringRun, nowMs: number) {
  const reference = omitDefaults({ pipeline_id: row.pipelineId, pipeline_version_id: row.pipelineVersionId });
  const nextMs = row.status === 'ENABLED' ? nextStrikeMs(row, nowMs) : undefined;
  return omitDefaults({
    recurring_run_id: row.recurringRunId,
    display_name: row.displayName,
    description: row.description,
    pipeline_spec: row.pipelineSpec,
    pipeline_version_reference: reference,
    runtime_config: omitDefaults({ parameters: row.parameters, pipeline_root: row.pipelineRoot }),
    service_account: row.serviceAccount,
    // Integers of 64 bits are text in protojson.
    max_concurrency: String(row.maxConcurrency),
    trigger: triggerMessage(row.trigger),
    mode: row.status === 'ENABLED' ? 'ENABLE' : 'DISABLE',
    created_at: timestamp(row.createdAtMs),
    updated_at: timestamp(row.updatedAtMs),
    status: row.status,
    error: statusOf('FAILED', row.message),
    no_catchup: row.noCatchup,
    namespace: row.namespace,
    experiment_id: row.experimentId,
    last_run_at: timeOrNothing(row.lastStrikeMs),
    next_run_at: timeOrNothing(nextMs),
  });
}

function triggerMessage(trigger: RecurringRun['trigger']) {
  const span = { start_time: timeOrNothing(trigger.startMs), end_time: timeOrNothing(trigger.endMs) };
  return 'cron' in trigger
    ? { cron_schedule: omitDefaults({ cron: trigger.cron, ...span }) }
    : { periodic_schedule: omitDefaults({ interval_second: String(trigger.intervalSeconds), ...span }) };
}

function timeOrNothing(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : timestamp(atMs);
}
