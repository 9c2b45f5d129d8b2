// How long the place of a Pod that failed stays empty. One that fails at once each time (its node refuses it, it outgrows its disk) would
// otherwise be made and lost hundreds of times a second.
import type { Clock } from '../base/mod.ts';

export interface PauseLimits {
  /** Failures in a row that are made up for at once. */
  readonly freeCount: number;
  readonly maxMs: number;
}

interface Place {
  readonly failedUids: ReadonlySet<string>;
  readonly failureCount: number;
  readonly lastMs: number;
  readonly untilMs: number;
}

/** The first pause; each failure doubles it. */
const PAUSE_MS_MIN = 1_000;
const DOUBLING_COUNT_MAX = 20;
/** A place without a failure for so long begins anew. */
const CALM_MS = 1_800_000;
/** Places that are remembered: those where something failed last. */
const PLACES_COUNT_MAX = 10_000;

export class FailurePauses {
  readonly #clock: Pick<Clock, 'steadyMs'>;
  readonly #places = new Map<string, Place>();

  constructor(clock: Pick<Clock, 'steadyMs'>) {
    this.#clock = clock;
  }

  /** Until a place may be filled again; 0 for now. `failedUids`: Pods of the place that failed and are still there; each counts once. */
  leftMs(name: string, failedUids: readonly string[], limits: PauseLimits): number {
    const nowMs = this.#clock.steadyMs();
    const known = this.#places.get(name);
    // Of those that are there when the place is seen first nobody knows how fast they came.
    const freshCount = known === undefined ? Math.min(1, failedUids.length) : failedUids.filter((uid) => !known.failedUids.has(uid)).length;
    if (freshCount === 0) return known === undefined ? 0 : Math.max(0, known.untilMs - nowMs);
    const beforeCount = known === undefined || nowMs - known.lastMs > CALM_MS ? 0 : known.failureCount;
    const failureCount = beforeCount + freshCount;
    const pauseMs = pauseAfter(failureCount - limits.freeCount, limits);
    this.#remember(name, { failedUids: new Set(failedUids), failureCount, lastMs: nowMs, untilMs: nowMs + pauseMs });
    return pauseMs;
  }

  #remember(name: string, place: Place): void {
    this.#places.delete(name);
    this.#places.set(name, place);
    const [oldest] = this.#places.keys();
    if (this.#places.size > PLACES_COUNT_MAX && oldest !== undefined) this.#places.delete(oldest);
  }
}

function pauseAfter(countedFailures: number, { maxMs }: PauseLimits): number {
  return countedFailures <= 0 ? 0 : Math.min(PAUSE_MS_MIN * 2 ** Math.min(countedFailures - 1, DOUBLING_COUNT_MAX), maxMs);
}
