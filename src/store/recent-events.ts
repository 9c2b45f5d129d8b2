// The newest events in memory, bounded by count and by size: watches and snapshots are served from here; whoever lags
// further behind reads the log table.
import { assert } from '../base/mod.ts';
import type { StoreEvent } from './types.ts';

const EVENT_COUNT_MAX = 4096;
/** Characters of the objects' texts, which are about their bytes; parsed they take some three times as much. */
const TEXT_CHARS_MAX = 8 * 1024 * 1024;

export class RecentEvents {
  /** Ascending and without gaps; the first `#offset` places are already forgotten. */
  #events: (StoreEvent | undefined)[] = [];
  #offset = 0;
  #textChars = 0;
  #lastRevision: number;

  constructor(lastRevision: number) {
    this.#lastRevision = lastRevision;
  }

  push(event: StoreEvent): void {
    assert(event.revision === this.#lastRevision + 1, 'revisions have no gaps');
    this.#lastRevision = event.revision;
    this.#events.push(event);
    this.#textChars += event.entry.text.length;
    while (this.#count > EVENT_COUNT_MAX || (this.#textChars > TEXT_CHARS_MAX && this.#count > 1)) this.#forgetOldest();
  }

  /** Whether every event after `revision` is still here. */
  covers(revision: number): boolean {
    return revision >= this.#lastRevision - this.#count;
  }

  /** The event of a revision that is covered. */
  at(revision: number): StoreEvent {
    const event = this.#events[this.#events.length - 1 - (this.#lastRevision - revision)];
    assert(event !== undefined && event.revision === revision, 'the revision is not covered');
    return event;
  }

  get #count(): number {
    return this.#events.length - this.#offset;
  }

  #forgetOldest(): void {
    this.#textChars -= this.#events[this.#offset]!.entry.text.length;
    this.#events[this.#offset] = undefined;
    this.#offset++;
    if (this.#offset < EVENT_COUNT_MAX) return;
    this.#events = this.#events.slice(this.#offset);
    this.#offset = 0;
  }
}
