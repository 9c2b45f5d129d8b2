// Moments of this process for plans, which go by the wall clock: told anew whenever somebody asks, so that a clock that was set in between
// brings them no nearer and no further away.
import type { Clock } from '../../base/mod.ts';

/** When it is in `delayMs` from now, on the wall clock of whoever asks. */
export function momentIn(delayMs: number, clock: Pick<Clock, 'now' | 'steadyMs'>): () => number {
  const atMs = clock.steadyMs() + delayMs;
  return () => clock.now() + atMs - clock.steadyMs();
}
