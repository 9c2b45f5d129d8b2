// The revisioned object log: state in memory, history on disk, changes decided inside the group commit.
import { channel } from 'node:diagnostics_channel';
import { assert, type Clock, type Log } from '../base/mod.ts';
import type { Database } from '../sql/mod.ts';
import { ObjectCache } from './object-cache.ts';
import { RecentEvents } from './recent-events.ts';
import { appendEvent, compactRange, openLog, readEvents } from './revision-log.ts';
import { startCompaction } from './compaction.ts';
import { stateAt } from './snapshot.ts';
import { CursorWatch, type StoreWatch } from './store-watch.ts';
import type { StoredObject, StoreEvent, StoreReader, StoreWriter } from './types.ts';
import { StagedWriter } from './staged-writer.ts';

export interface Store extends StoreReader {
  /** Revision of the newest committed change, 0 at first. Strictly increasing over all keys, never reused. */
  readonly revision: number;
  /** History up to here is gone. */
  readonly compactedRevision: number;
  /** Committed entries with the prefix, which names at least the collection and its slash; ascending by key. */
  list(prefix: string): StoredObject[];
  /** The same as it stood at a revision; undefined when that is no longer in memory. */
  listAt(prefix: string, revision: number): StoredObject[] | undefined;
  count(collection: string): number;
  /** Watches that are open. */
  readonly watchCount: number;
  /**
   * Decides and writes inside the next group commit; resolves when durable. `decide` is synchronous, sees all earlier
   * writes of its group and may change any number of keys; when it throws, none of its changes happen. So a
   * read-modify-write needs no lock and no retry.
   */
  write<T>(decide: (writer: StoreWriter) => T): Promise<T>;
  /** Events after `revision`; undefined when it is compacted. A revision of the future waits for it. */
  watch(prefix: string, revision: number): StoreWatch | undefined;
  /** Calls back at each committed change of a key with the prefix, before the write is answered. The callback must not throw. */
  listen(prefix: string, callback: (event: StoreEvent) => void): void;
  /** Forgets history up to `revision`, in steps of a bounded size. Watches that lag behind it expire. */
  compact(revision: number): Promise<void>;
  /** Ends all watches and the compaction loop. The database stays open: it is the caller's. */
  close(): void;
}

export interface StoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells each durable change's revision at the moment when watches learn of it, for benchmarks; costs nothing when nobody listens. */
const durableChanges = channel('slipway:durable-change');

/** Revisions that one step of a compaction, or one read of old history, looks at. */
const STEP_REVISION_COUNT_MAX = 500;

export function openStore(options: StoreOptions): Store {
  return new LogStore(options);
}

class LogStore implements Store {
  readonly #database: Database;
  readonly #cache = new ObjectCache();
  readonly #recent: RecentEvents;
  readonly #watches = new Set<CursorWatch>();
  readonly #listeners: { readonly prefix: string; readonly callback: (event: StoreEvent) => void }[] = [];
  /** Changes that are decided and not durable yet, in the order of their revisions. */
  #undurable: StoreEvent[] = [];
  /** The newest of them of each key. */
  readonly #staged = new Map<string, StoreEvent>();
  #revision: number;
  #compactedRevision: number;
  readonly #stopCompaction: () => void;

  constructor({ database, clock, log }: StoreOptions) {
    this.#database = database;
    const state = openLog(database);
    for (const entry of state.entries) this.#cache.set(entry);
    this.#revision = state.revision;
    this.#compactedRevision = state.compactedRevision;
    this.#recent = new RecentEvents(state.revision);
    this.#stopCompaction = startCompaction(this, clock, log);
  }

  get revision(): number {
    return this.#revision;
  }

  get compactedRevision(): number {
    return this.#compactedRevision;
  }

  get watchCount(): number {
    return this.#watches.size;
  }

  get(key: string): StoredObject | undefined {
    return this.#cache.get(key);
  }

  list(prefix: string): StoredObject[] {
    return this.#cache.list(prefix);
  }

  listAt(prefix: string, revision: number): StoredObject[] | undefined {
    if (revision > this.#revision || !this.#recent.covers(revision)) return undefined;
    const later: StoreEvent[] = [];
    for (let at = revision + 1; at <= this.#revision; at++) later.push(this.#recent.at(at));
    return stateAt(prefix, this.#cache.list(prefix), later);
  }

  count(collection: string): number {
    return this.#cache.count(collection);
  }

  async write<T>(decide: (writer: StoreWriter) => T): Promise<T> {
    let events: readonly StoreEvent[] = [];
    try {
      return await this.#database.write((transaction) => {
        const writer = new StagedWriter(this.#cache, this.#staged, this.#undurable.at(-1)?.revision ?? this.#revision);
        const result = decide(writer);
        events = writer.finish();
        for (const event of events) appendEvent(transaction, event);
        for (const event of events) this.#stage(event);
        if (events.length > 0) transaction.afterCommit(() => this.#publish(events));
        return result;
      });
    } catch (error) {
      this.#unstage(events);
      throw error;
    }
  }

  #stage(event: StoreEvent): void {
    this.#undurable.push(event);
    this.#staged.set(event.entry.key, event);
  }

  /** Their group was rolled back. Its other writes end in the same turn of the loop, before anything else is decided. */
  #unstage(events: readonly StoreEvent[]): void {
    if (events.length === 0) return;
    const kept = this.#undurable.filter((event) => !events.includes(event));
    this.#undurable = [];
    this.#staged.clear();
    for (const event of kept) this.#stage(event);
  }

  watch(prefix: string, revision: number): StoreWatch | undefined {
    if (revision < this.#compactedRevision) return undefined;
    const watch = new CursorWatch(this, prefix, revision, (closed) => this.#watches.delete(closed));
    this.#watches.add(watch);
    return watch;
  }

  listen(prefix: string, callback: (event: StoreEvent) => void): void {
    this.#listeners.push({ prefix, callback });
  }

  eventsAfter(revision: number, prefix: string, countMax: number): { events: StoreEvent[]; upTo: number } | undefined {
    if (!this.#recent.covers(revision)) {
      if (revision < this.#compactedRevision) return undefined;
      const upTo = Math.min(revision + STEP_REVISION_COUNT_MAX, this.#revision);
      return { events: readEvents(this.#database, prefix, revision, upTo), upTo };
    }
    const events: StoreEvent[] = [];
    let upTo = revision;
    while (upTo < this.#revision && events.length < countMax) {
      const event = this.#recent.at(++upTo);
      if (event.entry.key.startsWith(prefix)) events.push(event);
    }
    return { events, upTo };
  }

  async compact(revision: number): Promise<void> {
    const target = Math.min(revision, this.#revision);
    while (this.#compactedRevision < target) {
      const after = this.#compactedRevision;
      const upTo = Math.min(after + STEP_REVISION_COUNT_MAX, target);
      await this.#database.write((transaction) => {
        compactRange(transaction, after, upTo);
        transaction.afterCommit(() => {
          this.#compactedRevision = upTo;
        });
      });
    }
  }

  close(): void {
    this.#stopCompaction();
    for (const watch of this.#watches) watch.close();
  }

  #publish(events: readonly StoreEvent[]): void {
    for (const event of events) {
      assert(event.revision === this.#revision + 1, 'commits are published in the order of their revisions');
      assert(this.#undurable[0] === event, 'what is published was staged');
      this.#undurable.shift();
      this.#revision = event.revision;
      const { key } = event.entry;
      if (event.change === 'delete') this.#cache.delete(key);
      else this.#cache.set(event.entry);
      if (this.#staged.get(key) === event) this.#staged.delete(key);
      this.#recent.push(event);
      if (durableChanges.hasSubscribers) durableChanges.publish(event.revision);
      for (const watch of this.#watches) watch.observe(event);
      for (const { prefix, callback } of this.#listeners) if (key.startsWith(prefix)) callback(event);
    }
  }
}
