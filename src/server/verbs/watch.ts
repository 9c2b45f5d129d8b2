// watch: the changes of a collection after a revision, as the client's selector sees them.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { freezeInTests, success, type KubeObject, type Outcome, type Status } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreEvent, StoreWatch } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { prefixOf } from '../keys.ts';
import { badRequest, expired, tooLargeResourceVersion } from '../refusals.ts';
import { parseSelection, type Selection } from '../selection.ts';
import { parseRevision } from './list.ts';
import { converting } from '../write/converting.ts';
import { isShownOtherwise, shownAs } from './stored-form.ts';

export interface WatchQuery {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  readonly sendInitialEvents?: boolean | undefined;
  readonly allowBookmarks?: boolean | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Object and text of what is told, as the store keeps them. */
export type TextualObject = Pick<StoredObject, 'object' | 'text'>;

export type ServerWatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly entry: TextualObject }
  | { readonly type: 'BOOKMARK'; readonly revision: number; readonly isInitialEventsEnd: boolean }
  | { readonly type: 'ERROR'; readonly status: Status };

const BOOKMARK_PERIOD_MS = 60_000;
/** A watch that does not say how long lives between this and twice this. */
const TIMEOUT_MS_MIN = 30 * 60_000;
/** Existing objects told in one turn of the loop. */
const CHUNK_OBJECT_COUNT = 200;

/** Events that were there together: those of one commit, as a rule. */
export type WatchBatches = AsyncGenerator<readonly ServerWatchEvent[], void>;

export function watchObjects(
  context: ServerContext,
  kind: KindDefinition,
  namespace: string | undefined,
  query: WatchQuery,
): Outcome<WatchBatches> {
  const selection = parseSelection(kind, query);
  if (!selection.ok) return selection;
  const start = startOf(query, context.store.revision);
  if (!start.ok) return start;
  const prefix = prefixOf(kind, namespace);
  const { revision, withExisting } = start.value;
  const watch = context.store.watch(prefix, revision);
  if (watch === undefined) return expired(`too old resource version: ${revision} (${context.store.compactedRevision + 1})`);
  // Listed in the same turn as the watch began, so that nothing is told twice or missed.
  const existing = withExisting ? context.store.list(prefix) : [];
  const events = run(startLifetime(context, watch, query), existing, selection.value, query);
  return success(isShownOtherwise(kind) ? eventsShownAs(context, kind, events) : events);
}

async function* eventsShownAs(context: ServerContext, kind: KindDefinition, batches: WatchBatches): WatchBatches {
  const shown = async (event: ServerWatchEvent) => ('entry' in event ? { ...event, entry: await converting(context, () => shownAs(kind, event.entry)) } : event);
  for await (const batch of batches) {
    const events: ServerWatchEvent[] = [];
    for (const event of batch) events.push(await shown(event));
    yield events;
  }
}

/** From which revision, and whether what exists is told first. */
function startOf(query: WatchQuery, newest: number): Outcome<{ revision: number; withExisting: boolean }> {
  const { resourceVersion = '', resourceVersionMatch = '', sendInitialEvents } = query;
  if (sendInitialEvents !== undefined && resourceVersionMatch !== 'NotOlderThan') {
    return badRequest('sendInitialEvents is forbidden for watch unless resourceVersionMatch is set to NotOlderThan');
  }
  if (sendInitialEvents === undefined && resourceVersionMatch !== '') {
    return badRequest('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  }
  const isAnyState = resourceVersion === '' || resourceVersion === '0';
  const wanted = isAnyState ? newest : parseRevision(resourceVersion);
  if (typeof wanted !== 'number') return wanted;
  if (wanted > newest) return tooLargeResourceVersion(wanted, newest);
  const withExisting = sendInitialEvents ?? isAnyState;
  return success({ revision: withExisting ? newest : wanted, withExisting });
}

async function* run(
  { watch, takeBookmark, end }: Lifetime,
  existing: readonly StoredObject[],
  selection: Selection,
  { allowBookmarks = false, sendInitialEvents = false }: WatchQuery,
): WatchBatches {
  try {
    yield* initialEvents(existing, selection);
    if (sendInitialEvents && allowBookmarks) yield [{ type: 'BOOKMARK', revision: watch.revision, isInitialEventsEnd: true }];
    yield* liveEvents(watch, selection, takeBookmark);
  } finally {
    end();
  }
}

async function* initialEvents(existing: readonly StoredObject[], selection: Selection): WatchBatches {
  for (let start = 0; start < existing.length; start += CHUNK_OBJECT_COUNT) {
    if (start > 0) await nextTurn();
    const matching = existing.slice(start, start + CHUNK_OBJECT_COUNT).filter((entry) => selection.matches(entry.object));
    if (matching.length > 0) yield matching.map((entry) => ({ type: 'ADDED', entry }));
  }
}

async function* liveEvents(watch: StoreWatch, selection: Selection, takeBookmark: () => boolean): WatchBatches {
  for (;;) {
    const batch = await watch.next();
    if (batch.kind === 'closed') return;
    if (batch.kind === 'expired') {
      yield [{ type: 'ERROR', status: expired('too old resource version: the watch lags behind the kept history').status }];
      return;
    }
    const told: ServerWatchEvent[] = batch.kind === 'events' ? batch.events.flatMap((event) => toWatchEvent(event, selection) ?? []) : [];
    if (takeBookmark()) told.push({ type: 'BOOKMARK', revision: watch.revision, isInitialEventsEnd: false });
    if (told.length > 0) yield told;
  }
}

const TYPE_OF_CHANGE = { create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const;

/** To a selector, an object that begins to match is added and one that no longer does is deleted. */
function toWatchEvent({ change, entry, previous, revision }: StoreEvent, selection: Selection): ServerWatchEvent | undefined {
  if (!selection.isSelective) return { type: TYPE_OF_CHANGE[change], entry };
  const didMatch = previous !== undefined && selection.matches(previous.object);
  const doesMatch = change !== 'delete' && selection.matches(entry.object);
  if (doesMatch) return { type: didMatch ? 'MODIFIED' : 'ADDED', entry };
  if (!didMatch) return undefined;
  return { type: 'DELETED', entry: change === 'delete' ? entry : atRevision(previous, revision) };
}

/** The state that the client saw last, with the revision of the change that took it out of its sight. */
function atRevision({ object }: StoredObject, revision: number): TextualObject {
  const stamped: KubeObject = freezeInTests({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
  return { object: stamped, text: JSON.stringify(stamped) };
}

/** A watch with what ends it: its timeout, the client's signal, or the reader's return, whichever comes first. */
interface Lifetime {
  readonly watch: StoreWatch;
  /** True once per period, for those who asked for bookmarks. */
  readonly takeBookmark: () => boolean;
  readonly end: () => void;
}

function startLifetime({ clock, rng }: ServerContext, watch: StoreWatch, query: WatchQuery): Lifetime {
  const { signal, timeoutSeconds, allowBookmarks = false } = query;
  let isBookmarkDue = false;
  let cancelBookmark = () => {};
  const scheduleBookmark = () => {
    cancelBookmark = clock.schedule(BOOKMARK_PERIOD_MS, () => {
      isBookmarkDue = true;
      watch.wake();
      scheduleBookmark();
    });
  };
  const end = () => {
    signal?.removeEventListener('abort', end);
    cancelTimeout();
    cancelBookmark();
    watch.close();
  };
  const timeoutMs = timeoutSeconds ? timeoutSeconds * 1000 : TIMEOUT_MS_MIN * (1 + rng.random());
  const cancelTimeout = clock.schedule(timeoutMs, end);
  if (allowBookmarks) scheduleBookmark();
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted === true) end();
  const takeBookmark = () => {
    const wasDue = isBookmarkDue;
    isBookmarkDue = false;
    return wasDue;
  };
  return { watch, takeBookmark, end };
}
