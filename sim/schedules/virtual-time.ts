// Time of a simulated schedule: nothing waits. When all that can happen now has happened, the clock jumps to the next timer.
import type { Clock } from '../../src/base/mod.ts';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

const START_MS = Date.UTC(2026, 0, 1);
/** Turns of the event loop after which nothing more is on its way, once no write is: promises, then what they put off once. */
const QUIET_TURNS = 3;
/** A commit takes one. */
const TURNS_MAX = 1_000_000;
const CALLBACKS_OF_AN_INSTANT_MAX = 100_000;

export class VirtualTime implements Clock {
  /** Whether work is on its way that needs turns of the loop and no time, for example a commit. */
  isBusy: () => boolean = () => false;
  readonly #timers = new Set<Timer>();
  #nowMs = START_MS;

  constructor() {
    // Decides in how many turns of the loop the database does its work: on a slow machine a seed means the same, too.
    Object.defineProperty(performance, 'now', { configurable: true, value: () => this.#nowMs });
  }

  now(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#nowMs;
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  sleep(delayMs: number, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.schedule(delayMs, resolve);
      signal?.addEventListener('abort', () => (cancel(), reject(signal.reason)), { once: true });
    });
  }

  /** Lets time pass until `work` is settled; resolves with its value. Rejects when it waits for something that no timer
   *  brings, or that does not come because something else never rests. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = work.finally(() => (isSettled = true));
    settled.catch(() => undefined);
    let instantCount = 0;
    for (;;) {
      await this.#quiet();
      if (isSettled) return settled;
      const next = this.#earliest();
      if (next === undefined) throw new Error('everything waits, and nothing will come');
      this.#timers.delete(next);
      // Something that sets itself again and again would go on for ever: time would stand still.
      if (next.atMs > this.#nowMs) instantCount = 0;
      else if (++instantCount > CALLBACKS_OF_AN_INSTANT_MAX) throw new Error('time stands still: something is due again and again at once');
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
  }

  async #quiet(): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS || this.isBusy(); turn++) {
      if (turn > TURNS_MAX) throw new Error('what needs no time does not end');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The first of those that were set first. */
  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) if (earliest === undefined || timer.atMs < earliest.atMs) earliest = timer;
    return earliest;
  }
}
