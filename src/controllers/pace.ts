// What takes long to look at is looked at less often: the next look waits for so many times as long as the last one took, so that one
// large object leaves the loop to others.
import type { Clock } from '../base/mod.ts';

/** A fifth of a processor at most. */
const PAUSE_FACTOR = 4;

export class Pace {
  readonly #clock: Pick<Clock, 'steadyMs'>;
  readonly #longMs: number;
  readonly #nextAtMs = new Map<string, number>();

  /** Looks of less than `longMs` follow each other without a pause. */
  constructor(clock: Pick<Clock, 'steadyMs'>, longMs: number) {
    this.#clock = clock;
    this.#longMs = longMs;
  }

  /** Until the next look at `key`; 0 for now. */
  pauseMs(key: string): number {
    return Math.max(0, (this.#nextAtMs.get(key) ?? 0) - this.#clock.steadyMs());
  }

  /** A look at `key` took so long. */
  took(key: string, ms: number): void {
    if (ms >= this.#longMs) this.#nextAtMs.set(key, this.#clock.steadyMs() + ms * PAUSE_FACTOR);
    else this.#nextAtMs.delete(key);
  }
}
