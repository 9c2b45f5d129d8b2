// The body of a watch: one JSON line per event, written as the events come; those that came together in one piece.
import type { Clock } from '../../base/mod.ts';
import { apiVersionOf } from '../../api/mod.ts';
import type { ServerWatchEvent, WatchBatches } from '../verbs/watch.ts';
import { objectText, type ListBodyOptions } from './list-body.ts';

/**
 * A stream that has just told something rests so long, unless there is much to tell. What comes meanwhile goes in one piece, made once for
 * all who watch the same: to encrypt and send a piece costs the same for one event as for ten.
 */
const REST_MS = 2;
/** A batch of so many events is followed by the next one at once. */
const LARGE_BATCH_EVENT_COUNT = 100;

export async function* watchBody(batches: WatchBatches, options: Omit<ListBodyOptions, 'nowMs'>, clock: Clock): AsyncGenerator<string | Uint8Array> {
  let isFirst = true;
  for await (const batch of batches) {
    yield options.shape.kind === 'json' && batch.every(isObject) ? objectLines(batch) : linesOf(batch, { ...options, nowMs: clock.now() }, isFirst);
    isFirst &&= !batch.some(isObject);
    if (batch.length < LARGE_BATCH_EVENT_COUNT) await clock.sleep(REST_MS);
  }
}

type ObjectEvent = Extract<ServerWatchEvent, { readonly entry: unknown }>;

function isObject(event: ServerWatchEvent): event is ObjectEvent {
  return 'entry' in event;
}

interface MadeLines {
  readonly batch: readonly ObjectEvent[];
  readonly bytes: Buffer;
}

/** What was made last, newest first: all who watch the same collection are told the same at the same time. */
let made: readonly MadeLines[] = [];
const MADE_COUNT_MAX = 4;

function objectLines(batch: readonly ObjectEvent[]): Uint8Array {
  const known = made.find((lines) => isSameBatch(lines.batch, batch));
  if (known !== undefined) return known.bytes;
  const bytes = Buffer.from(batch.map(({ type, entry }) => `{"type":"${type}","object":${entry.text}}\n`).join(''));
  made = [{ batch, bytes }, ...made].slice(0, MADE_COUNT_MAX);
  return bytes;
}

function isSameBatch(a: readonly ObjectEvent[], b: readonly ObjectEvent[]): boolean {
  return a.length === b.length && a.every(({ type, entry }, index) => type === b[index]!.type && entry === b[index]!.entry);
}

/** The first table of a stream has the definitions of its columns. */
function linesOf(batch: readonly ServerWatchEvent[], options: ListBodyOptions, isFirst: boolean): string {
  const firstObject = isFirst ? batch.find(isObject) : undefined;
  return batch.map((event) => `{"type":"${event.type}","object":${eventObjectText(event, options, event === firstObject)}}\n`).join('');
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
