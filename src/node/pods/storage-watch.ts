// Measures the local storage of one Pod now and then, beside everything else: a directory with millions of files takes minutes,
// and neither starts nor ends of containers wait for them.
import { describeError, type Clock, type Log } from '../../base/mod.ts';

/** What has a limit is measured this often. */
const PERIOD_MS = 5_000;
/** Between two rounds it rests this many times as long as a round took: the walk costs no more than a tenth of a processor. */
const REST_FACTOR = 10;

export interface StorageWatchOptions {
  /** A sentence when something holds more than it may. */
  readonly findExcess: () => Promise<string | undefined>;
  readonly onExcess: (excess: string) => void;
  /** Asks for the next call of `look`. */
  readonly onMeasured: () => void;
  readonly clock: Clock;
  readonly log: Log;
  /** What is measured then is of no matter. */
  readonly signal: AbortSignal;
}

export class StorageWatch {
  readonly #options: StorageWatchOptions;
  #isMeasuring = false;
  #dueMs = 0;

  constructor(options: StorageWatchOptions) {
    this.#options = options;
  }

  /** Begins a round when one is due. When to call again, by the steady clock; never while a round is under way, for its end asks for it. */
  look(): number {
    if (this.#isMeasuring) return Number.POSITIVE_INFINITY;
    if (this.#options.clock.steadyMs() < this.#dueMs) return this.#dueMs;
    this.#isMeasuring = true;
    void this.#measure();
    return Number.POSITIVE_INFINITY;
  }

  /** Never rejects. */
  async #measure(): Promise<void> {
    const { findExcess, onExcess, onMeasured, clock, log, signal } = this.#options;
    const startMs = clock.steadyMs();
    const excess = await findExcess().catch((error: unknown) => void (signal.aborted || log.warn('the local storage of a Pod could not be measured', { error: describeError(error) })));
    this.#isMeasuring = false;
    this.#dueMs = clock.steadyMs() + Math.max(PERIOD_MS, (clock.steadyMs() - startMs) * REST_FACTOR);
    if (signal.aborted) return;
    if (excess !== undefined) onExcess(excess);
    onMeasured();
  }
}
