// Level-triggered waiting, for tests and for start-up: polls a condition on a value, never sleeps for hope.
import { systemClock, type Clock } from './clock.ts';
import { Failure } from './failure.ts';

/**
 * Resolves with the first truthy value of `probe`. Fails with reason `Timeout` after `timeoutMs` (default 10 s).
 * An abort rejects with the signal's reason; a probe that throws ends the wait with its error.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  options: { timeoutMs?: number; intervalMs?: number; clock?: Clock; signal?: AbortSignal } = {},
): Promise<T> {
  const { timeoutMs = 10_000, intervalMs = 10, clock = systemClock, signal } = options;
  const deadline = clock.steadyMs() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (clock.steadyMs() >= deadline) throw new Failure('Timeout', `waited ${timeoutMs} ms for ${what}`);
    await clock.sleep(intervalMs, signal === undefined ? {} : { signal });
  }
}
