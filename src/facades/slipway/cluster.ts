// The node and what it does:
//   GET /slipway/v1/cluster          a picture of now
//   GET /slipway/v1/cluster/events   the same as server-sent events: `facts`, first at once, then whenever they differ
//   GET /slipway/v1/doctor           what this machine has and lacks, as `slipway doctor` prints it
// However many pages look, the node is looked at once per period, and not at all when nobody does.
import type { Route } from '../../web/mod.ts';
import { kfpRoute } from '../kfp/context.ts';
import { eventStreamResponse, eventText, KEEPALIVE, KEEPALIVE_MS, type StreamCounter } from '../kfp/event-stream.ts';
import { jsonResponse } from '../kfp/refusal.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import { ROOT_PATH, type SlipwayOptions } from './context.ts';

/** Counting private pages of all processes takes about a millisecond each. */
const LOOK_PERIOD_MS = 2_000;

export function clusterRoutes(options: SlipwayOptions, streams: StreamCounter): Route[] {
  const { cluster } = options;
  const look = sharedLook(options);
  return [
    kfpRoute('GET', `${ROOT_PATH}/cluster`, async ({ signal }) => jsonResponse(await cluster.read({ signal }))),
    kfpRoute('GET', `${ROOT_PATH}/cluster/events`, ({ signal }) => {
      streams.check();
      return eventStreamResponse(streams.counted(factEvents(options, look, signal)));
    }),
    kfpRoute('GET', `${ROOT_PATH}/doctor`, async () => jsonResponse({ findings: await cluster.examine() })),
  ];
}

async function* factEvents({ clock }: SlipwayOptions, look: () => Promise<ClusterFacts>, signal: AbortSignal): AsyncGenerator<string> {
  let last = '';
  let quietMs = 0;
  while (!signal.aborted) {
    const text = eventText('facts', await look());
    if (text !== last || quietMs >= KEEPALIVE_MS) {
      yield text === last ? KEEPALIVE : text;
      last = text;
      quietMs = 0;
    }
    quietMs += LOOK_PERIOD_MS;
    // An abort only ends the waiting: the loop ends by itself.
    await clock.sleep(LOOK_PERIOD_MS, { signal }).catch(() => undefined);
  }
}

/** One look for all who ask within half a period. */
function sharedLook({ cluster, clock }: SlipwayOptions): () => Promise<ClusterFacts> {
  let last: { readonly atMs: number; readonly facts: Promise<ClusterFacts> } | undefined;
  return () => {
    const nowMs = clock.steadyMs();
    if (last === undefined || nowMs - last.atMs > LOOK_PERIOD_MS / 2) {
      last = { atMs: nowMs, facts: cluster.read({ signal: new AbortController().signal }) };
      last.facts.catch(() => (last = undefined));
    }
    return last.facts;
  };
}
