// The keyed work queue: a set of keys, each reconciled by at most one worker at a time, retried with backoff on errors.
import { describeError, type Clock, type Log } from '../base/mod.ts';

/** done: wait for the next change. after: look again later. terminal: this state will never work; wait for a change. */
export type ReconcileResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'after'; readonly delayMs: number }
  | { readonly kind: 'terminal'; readonly error: Error };

export interface KeyedQueueOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Different keys at the same time; one key never runs twice at once. */
  readonly concurrency: number;
  readonly backoffMsMin?: number;
  readonly backoffMsMax?: number;
  readonly reconcile: (key: string, options: { signal: AbortSignal }) => Promise<ReconcileResult>;
}

export interface KeyedQueueStatus {
  readonly name: string;
  readonly waiting: number;
  readonly running: number;
  readonly lastRunAtMs?: number;
  readonly lastError?: string;
}

export interface KeyedQueue {
  /** Idempotent while the key waits; a key added while it runs is run once more afterwards, if it failed after the wait for that. Keys are a set: bounded by the objects. */
  add(key: string): void;
  /** The earliest of several delays wins; an `add` supersedes it. When the wall clock is set, all that wait are run soon: times may be due or not any more. */
  addAfter(key: string, delayMs: number): void;
  start(): void;
  /** Stops taking keys, aborts running reconciles, resolves when none runs. Idempotent. */
  stop(): Promise<void>;
  /** What every loop shows. */
  status(): KeyedQueueStatus;
}

const BACKOFF_MS_MIN = 20;
const BACKOFF_MS_MAX = 60_000;
/** Whether the wall clock was set is looked at this often, while keys wait for a time. */
const JUMP_PERIOD_MS = 5_000;
/** Clocks that are merely adjusted drift by less. */
const JUMP_MS_MIN = 1_000;

export function createKeyedQueue(options: KeyedQueueOptions): KeyedQueue {
  return new WorkQueue(options);
}

class WorkQueue implements KeyedQueue {
  readonly #options: KeyedQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #runAgain = new Set<string>();
  readonly #delayed = new Map<string, { readonly atMs: number; readonly cancel: () => void }>();
  readonly #failureCounts = new Map<string, number>();
  readonly #abort = new AbortController();
  #cancelJumpWatch: (() => void) | undefined;
  #isStarted = false;
  #lastRunAtMs: number | undefined;
  #lastError: string | undefined;

  constructor(options: KeyedQueueOptions) {
    this.#options = options;
  }

  add(key: string): void {
    if (this.#abort.signal.aborted) return;
    this.#cancelDelay(key);
    if (this.#running.has(key)) this.#runAgain.add(key);
    else this.#waiting.add(key);
    this.#pump();
  }

  addAfter(key: string, delayMs: number): void {
    if (this.#abort.signal.aborted || this.#waiting.has(key)) return;
    const atMs = this.#options.clock.steadyMs() + delayMs;
    const existing = this.#delayed.get(key);
    if (existing !== undefined && existing.atMs <= atMs) return;
    existing?.cancel();
    const cancel = this.#options.clock.schedule(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { atMs, cancel });
    this.#watchForJump();
  }

  start(): void {
    this.#isStarted = true;
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error(`queue ${this.#options.name} stopped`));
    this.#cancelJumpWatch?.();
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  status(): KeyedQueueStatus {
    return {
      name: this.#options.name,
      waiting: this.#waiting.size + this.#delayed.size,
      running: this.#running.size,
      ...(this.#lastRunAtMs === undefined ? {} : { lastRunAtMs: this.#lastRunAtMs }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }

  #watchForJump(): void {
    if (this.#cancelJumpWatch !== undefined) return;
    const { clock } = this.#options;
    const offsetMs = clock.now() - clock.steadyMs();
    this.#cancelJumpWatch = clock.schedule(JUMP_PERIOD_MS, () => {
      this.#cancelJumpWatch = undefined;
      const hasJumped = Math.abs(clock.now() - clock.steadyMs() - offsetMs) >= JUMP_MS_MIN;
      if (hasJumped) for (const key of [...this.#delayed.keys()]) this.add(key);
      if (this.#delayed.size > 0) this.#watchForJump();
    });
  }

  #cancelDelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }

  #pump(): void {
    if (!this.#isStarted || this.#abort.signal.aborted) return;
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return;
      this.#waiting.delete(key);
      this.#running.set(key, this.#runOne(key));
    }
  }

  async #runOne(key: string): Promise<void> {
    let hasFailed = false;
    try {
      // Let the caller of `add` finish its turn before the reconcile looks at the state.
      await Promise.resolve();
      this.#lastRunAtMs = this.#options.clock.now();
      this.#handle(key, await this.#options.reconcile(key, { signal: this.#abort.signal }));
    } catch (error) {
      hasFailed = true;
      this.#retryLater(key, error);
    }
    this.#running.delete(key);
    // What was added while it failed is seen after the wait: at once, a reconcile whose own doings add its key would fail without a pause.
    if (this.#runAgain.delete(key) && !hasFailed) this.add(key);
    this.#pump();
  }

  #handle(key: string, result: ReconcileResult): void {
    this.#failureCounts.delete(key);
    if (result.kind === 'after') this.addAfter(key, result.delayMs);
    if (result.kind === 'terminal') {
      this.#lastError = describeError(result.error);
      this.#options.log.error('reconcile can not succeed', { queue: this.#options.name, key, error: this.#lastError });
    }
  }

  #retryLater(key: string, error: unknown): void {
    if (this.#abort.signal.aborted) return;
    const failureCount = (this.#failureCounts.get(key) ?? 0) + 1;
    this.#failureCounts.set(key, failureCount);
    const { backoffMsMin = BACKOFF_MS_MIN, backoffMsMax = BACKOFF_MS_MAX } = this.#options;
    const delayMs = Math.min(backoffMsMin * 2 ** Math.min(failureCount - 1, 30), backoffMsMax);
    this.#lastError = describeError(error);
    this.#options.log.warn('reconcile failed, trying again', { queue: this.#options.name, key, delayMs, error: this.#lastError });
    this.addAfter(key, delayMs);
  }
}
