// GET /apis/v2beta1/runs/{run_id}/events: one run, live, as server-sent events, so that nobody polls. The events:
//   snapshot      {run, tasks}: everything; first, and again when a slow client missed too much
//   run           the run as it is now, without its pipeline_spec
//   task          one task as it is now
//   task_deleted  {task_id}: a retry took it away
//   deleted       {run_id}: the last event
// Changes of the same row that come faster than the client reads are told once. Messages are those of the REST API; runs
// also carry what `explainedRunMessage` adds.
import type { RecordChange, Records, RunSnapshot } from '../../records/mod.ts';
import type { Route } from '../../web/mod.ts';
import { collectChanges, type Collected } from './change-collector.ts';
import { kfpRoute, pathParameter, type KfpOptions } from './context.ts';
import { eventStreamResponse, eventText, KEEPALIVE, KEEPALIVE_MS, type StreamCounter } from './event-stream.ts';
import { explainedRunMessage } from './run-message.ts';
import { getSnapshot } from './runs.ts';
import { groupByParent, taskMessages } from './task-message.ts';

export function runEventRoutes(options: KfpOptions, streams: StreamCounter): Route[] {
  return [
    kfpRoute('GET', '/apis/v2beta1/runs/{run_id}/events', (request) => {
      const { run } = getSnapshot(options.records, pathParameter(request, 'run_id'));
      streams.check();
      return eventStreamResponse(streams.counted(runEvents(options, run.runId, request.signal)));
    }),
  ];
}

async function* runEvents(options: KfpOptions, runId: string, signal: AbortSignal): AsyncGenerator<string> {
  const { records } = options;
  const collector = collectChanges(options, (change) => change.runId === runId && change.table !== 'artifacts', signal);
  try {
    let collected: Collected = { kind: 'overflow' };
    while (collected.kind !== 'ended') {
      const snapshot = records.snapshot(runId);
      if (snapshot === undefined) {
        yield eventText('deleted', { run_id: runId });
        return;
      }
      if (collected.kind === 'quiet') yield KEEPALIVE;
      else if (collected.kind === 'overflow') yield* snapshotTexts(records, snapshot);
      else yield changeEvents(records, snapshot, collected.changes);
      collected = await collector.next(KEEPALIVE_MS);
    }
  } finally {
    collector.close();
  }
}

/** Tasks that are written in one turn of the loop, some hundredths of a millisecond each. */
const TASKS_PER_TURN = 50;

/** One event in pieces: a run of a thousand tasks has two megabytes, and nobody else shall wait until they are written. */
export async function* snapshotTexts(records: Records, { run, tasks }: RunSnapshot): AsyncGenerator<string> {
  yield `event: snapshot\ndata: {"run":${JSON.stringify({ ...explainedRunMessage(run), pipeline_spec: run.pipelineSpec })},"tasks":[`;
  const childrenOf = groupByParent(tasks);
  for (let from = 0; from < tasks.length; from += TASKS_PER_TURN) {
    const messages = taskMessages(records, tasks.slice(from, from + TASKS_PER_TURN), childrenOf);
    yield (from === 0 ? '' : ',') + messages.map((message) => JSON.stringify(message)).join(',');
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield ']}\n\n';
}

function changeEvents(records: Records, { run, tasks }: RunSnapshot, changes: readonly RecordChange[]): string {
  const changedIds = new Set(changes.flatMap(({ table, id }) => (table === 'tasks' ? [id] : [])));
  const present = tasks.filter(({ taskId }) => changedIds.has(taskId));
  const presentIds = new Set(present.map(({ taskId }) => taskId));
  const gone = [...changedIds].filter((id) => !presentIds.has(id));
  const childrenOf = groupByParent(tasks.filter(({ parentTaskId = '' }) => changedIds.has(parentTaskId)));
  return [
    ...gone.map((id) => eventText('task_deleted', { task_id: id })),
    ...taskMessages(records, present, childrenOf).map((message) => eventText('task', message)),
    ...(changes.some(({ table }) => table === 'runs') ? [eventText('run', explainedRunMessage(run))] : []),
  ].join('');
}
