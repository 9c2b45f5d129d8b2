// A watch is a cursor in the log, not a queue: it takes what it can when its reader asks, from memory while it keeps up
// and from the log table when it lags. So a slow reader costs no memory; one that lags behind compaction has expired.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoreEvent } from './types.ts';

/** Events of one batch. */
const BATCH_EVENT_COUNT_MAX = 200;

export type WatchBatch =
  | { readonly kind: 'events'; readonly events: readonly StoreEvent[] }
  /** Nothing new; somebody called `wake`. */
  | { readonly kind: 'woken' }
  /** The cursor lies before the compacted revision: list again. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'closed' };

export interface StoreWatch {
  /** Everything up to this revision was taken. */
  readonly revision: number;
  /** The next events; waits for them when there are none. One caller at a time. */
  next(): Promise<WatchBatch>;
  /** Ends a wait of `next`, now or the next one, with `woken`. */
  wake(): void;
  /** Ends the watch; a waiting `next` answers `closed`. Idempotent. */
  close(): void;
}

/** What a watch needs of the store. */
export interface WatchSource {
  readonly revision: number;
  /** Events after `revision` with the prefix, and how far the search came; undefined when compacted. */
  eventsAfter(revision: number, prefix: string, countMax: number): { readonly events: StoreEvent[]; readonly upTo: number } | undefined;
}

export class CursorWatch implements StoreWatch {
  readonly #source: WatchSource;
  readonly #prefix: string;
  readonly #onClose: (watch: CursorWatch) => void;
  #revision: number;
  #isWoken = false;
  #isClosed = false;
  #resume: (() => void) | undefined;

  constructor(source: WatchSource, prefix: string, revision: number, onClose: (watch: CursorWatch) => void) {
    this.#source = source;
    this.#prefix = prefix;
    this.#revision = revision;
    this.#onClose = onClose;
  }

  get revision(): number {
    return this.#revision;
  }

  async next(): Promise<WatchBatch> {
    for (;;) {
      if (this.#isClosed) return { kind: 'closed' };
      if (this.#revision < this.#source.revision) {
        const found = this.#source.eventsAfter(this.#revision, this.#prefix, BATCH_EVENT_COUNT_MAX);
        if (found === undefined) return { kind: 'expired' };
        this.#revision = found.upTo;
        if (found.events.length > 0) return { kind: 'events', events: found.events };
        await nextTurn();
      } else if (this.#isWoken) {
        this.#isWoken = false;
        return { kind: 'woken' };
      } else {
        await new Promise<void>((resolve) => {
          this.#resume = resolve;
        });
      }
    }
  }

  wake(): void {
    this.#isWoken = true;
    this.#resumeNow();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose(this);
    this.#resumeNow();
  }

  /** Called by the store after each event. A waiting watch of other keys moves along, so that it never lags. */
  observe(event: StoreEvent): void {
    if (this.#resume === undefined) return;
    if (event.entry.key.startsWith(this.#prefix)) this.#resumeNow();
    else if (this.#revision === event.revision - 1) this.#revision = event.revision;
  }

  #resumeNow(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }
}
