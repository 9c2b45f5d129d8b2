// GET /apis/v2beta1/{runs,recurringruns,experiments,pipelines,pipelines/{pipeline_id}/versions}:events: changes of a list, live, as server-sent events. The events:
//   reset    {}: list again, then apply what follows; first, and again when a slow client missed too much
//   changed  one row as it is now (a new one too), as the REST API writes it; runs without their pipeline_spec
//   deleted  the id of a row that is gone, under the name of its primary key
// `runs:events?experiment_id=…` tells of the runs of one experiment, and of all deletions.
import type { RecordChange, Records } from '../../records/mod.ts';
import type { Route, WebRequest } from '../../web/mod.ts';
import { collectChanges, type Collected } from './change-collector.ts';
import { kfpRoute, pathParameter, type KfpOptions } from './context.ts';
import { eventStreamResponse, eventText, KEEPALIVE, KEEPALIVE_MS, type StreamCounter } from './event-stream.ts';
import { experimentMessage, pipelineMessage, versionSummary } from './messages.ts';
import { getPipeline } from './pipelines.ts';
import { readParameters } from './query-parameters.ts';
import { recurringRunMessage } from './recurring-run-message.ts';
import { explainedRunMessage } from './run-message.ts';

export interface ListFeed {
  readonly table: RecordChange['table'];
  readonly idField: string;
  /** Throws a refusal when the request asks for what is not known here. */
  check?(records: Records, request: WebRequest): void;
  /** Undefined when the row is gone; `isListed` false when it is not of this list. */
  message(records: Records, id: string, request: WebRequest, nowMs: number): { readonly isListed: boolean; readonly body: object } | undefined;
}

const RUNS_PARAMETERS = ['experiment_id'] as const;

const FEEDS: readonly (ListFeed & { readonly list: string })[] = [
  {
    list: 'runs',
    table: 'runs',
    idField: 'run_id',
    check: (_records, { query }) => void readParameters(query, RUNS_PARAMETERS),
    message: (records, id, { query }) => {
      const run = records.run(id);
      if (run === undefined) return undefined;
      const { experiment_id: experimentId = run.experimentId } = readParameters(query, RUNS_PARAMETERS);
      return { isListed: run.experimentId === experimentId, body: explainedRunMessage(run) };
    },
  },
  {
    list: 'recurringruns',
    table: 'recurring_runs',
    idField: 'recurring_run_id',
    message: (records, id, _request, nowMs) => {
      const series = records.recurringRun(id);
      return series && { isListed: true, body: recurringRunMessage(series, nowMs) };
    },
  },
  {
    list: 'experiments',
    table: 'experiments',
    idField: 'experiment_id',
    message: (records, id) => {
      const experiment = records.experiment(id);
      return experiment && { isListed: true, body: experimentMessage(experiment) };
    },
  },
  {
    list: 'pipelines',
    table: 'pipelines',
    idField: 'pipeline_id',
    message: (records, id) => {
      const pipeline = records.pipeline(id);
      return pipeline && { isListed: true, body: pipelineMessage(pipeline) };
    },
  },
  {
    list: 'pipelines/{pipeline_id}/versions',
    table: 'pipeline_versions',
    idField: 'pipeline_version_id',
    check: (records, request) => void getPipeline(records, pathParameter(request, 'pipeline_id')),
    message: (records, id, request) => {
      const version = records.pipelineVersion(id);
      return version && { isListed: version.pipelineId === pathParameter(request, 'pipeline_id'), body: versionSummary(version) };
    },
  },
];

export function listEventRoutes(options: KfpOptions, streams: StreamCounter): Route[] {
  return FEEDS.map((feed) => listEventRoute(options, streams, `/apis/v2beta1/${feed.list}:events`, feed));
}

export function listEventRoute(options: FeedOptions, streams: StreamCounter, path: string, feed: ListFeed): Route {
  return kfpRoute('GET', path, (request) => {
    feed.check?.(options.records, request);
    streams.check();
    return eventStreamResponse(streams.counted(listEvents(options, feed, request)));
  });
}

type FeedOptions = Pick<KfpOptions, 'records' | 'clock'>;

async function* listEvents(options: FeedOptions, feed: ListFeed, request: WebRequest): AsyncGenerator<string> {
  const collector = collectChanges(options, (change) => change.table === feed.table, request.signal);
  try {
    let collected: Collected = { kind: 'overflow' };
    while (collected.kind !== 'ended') {
      if (collected.kind === 'quiet') yield KEEPALIVE;
      else if (collected.kind === 'overflow') yield eventText('reset', {});
      else {
        const text = collected.changes.map(({ id }) => changeText(options, feed, id, request)).join('');
        if (text !== '') yield text;
      }
      collected = await collector.next(KEEPALIVE_MS);
    }
  } finally {
    collector.close();
  }
}

function changeText({ records, clock }: FeedOptions, feed: ListFeed, id: string, request: WebRequest): string {
  const message = feed.message(records, id, request, clock.now());
  if (message === undefined) return eventText('deleted', { [feed.idField]: id });
  return message.isListed ? eventText('changed', message.body) : '';
}
