// Work that can be done in pieces: at each `yield` others may have the event loop. The same work is done at once where nothing
// may come between (inside a commit), and in turns where it may.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from './clock.ts';

export type Steps<T> = Generator<undefined, T, undefined>;

/** Steps follow each other in one turn of the loop until they have taken so long together. */
const TURN_MS_MAX = 5;

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

export async function inTurns<T>(steps: Steps<T>, clock: Pick<Clock, 'steadyMs'>): Promise<T> {
  let beganMs = clock.steadyMs();
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (clock.steadyMs() - beganMs < TURN_MS_MAX) continue;
    await nextTurn();
    beganMs = clock.steadyMs();
  }
}

/** Work that has no place to rest. */
// oxlint-disable-next-line require-yield
export function* oneStep<T>(work: () => T): Steps<T> {
  return work();
}
