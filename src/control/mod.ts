// control: the words of a controller: keyed queue, reconcile loop, manager. A reconcile gets a key, not an event; it is
// woken by watch and by period; an error is retried with backoff by the queue, never inside the reconcile.
import type { Clock, Log } from '../base/mod.ts';

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
  /** Keys waiting; at the limit `add` drops nothing but logs once: keys are a set, bounded by the objects. */
  readonly backoffMsMin?: number;
  readonly backoffMsMax?: number;
  readonly reconcile: (key: string, options: { signal: AbortSignal }) => Promise<ReconcileResult>;
}

export interface KeyedQueue {
  /** Idempotent while the key waits; a key added while it runs is run once more afterwards. */
  add(key: string): void;
  addAfter(key: string, delayMs: number): void;
  start(): void;
  /** Stops taking keys, aborts running reconciles, resolves when none runs. */
  stop(): Promise<void>;
  /** What every loop shows. */
  status(): { readonly name: string; readonly waiting: number; readonly running: number; readonly lastRunAtMs?: number; readonly lastError?: string };
}
