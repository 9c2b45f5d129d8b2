// The body of a watch: one JSON line per event, written as the events come.
import { apiVersionOf } from '../../api/mod.ts';
import type { ServerWatchEvent } from '../verbs/watch.ts';
import { objectText, type ListBodyOptions } from './list-body.ts';

export async function* watchBody(
  events: AsyncIterable<ServerWatchEvent>,
  options: Omit<ListBodyOptions, 'nowMs'>,
  now: () => number,
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const event of events) {
    yield `{"type":"${event.type}","object":${eventObjectText(event, { ...options, nowMs: now() }, isFirst)}}\n`;
    if (event.type !== 'BOOKMARK') isFirst = false;
  }
}

function eventObjectText(event: ServerWatchEvent, options: ListBodyOptions, isFirst: boolean): string {
  if (event.type === 'ERROR') return JSON.stringify(event.status);
  if (event.type === 'BOOKMARK') return bookmarkText(event, options);
  return objectText(event.entry, options, isFirst);
}

/** A bookmark is an object of the watched kind with nothing but a resourceVersion. */
function bookmarkText(event: { revision: number; isInitialEventsEnd: boolean }, { kind, shape }: ListBodyOptions): string {
  const metadata = {
    resourceVersion: String(event.revision),
    ...(event.isInitialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  };
  if (shape.kind === 'json') return JSON.stringify({ kind: kind.kind, apiVersion: apiVersionOf(kind), metadata });
  if (shape.kind === 'partial') return JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion: shape.apiVersion, metadata });
  const { resourceVersion } = metadata;
  return JSON.stringify({ kind: 'Table', apiVersion: shape.apiVersion, metadata: { resourceVersion }, columnDefinitions: [], rows: [] });
}
