// When what an object's stamp tells has happened, on the clock of now: that may have been set ahead or back since, or the machine has
// slept, and neither is time in which the object did anything.
import type { Clock } from '../base/mod.ts';

/** A stamp of the object with this uid, as the wall clock of now would have written it. */
export type StampReading = (uid: string, stampMs: number) => number;

/** Stamps that are remembered, the latest asked for. Of others, and of those of an earlier process, the wall clock is believed. */
const STAMPS_COUNT_MAX = 10_000;

export const asWritten: StampReading = (_uid, stampMs) => stampMs;

export function createStampReading(clock: Pick<Clock, 'now' | 'steadyMs'>): StampReading {
  /** Moments of the steady clock, by uid and stamp. */
  const moments = new Map<string, number>();
  return (uid, stampMs) => {
    const key = `${uid} ${stampMs}`;
    const offsetMs = clock.now() - clock.steadyMs();
    const momentMs = moments.get(key) ?? Math.min(stampMs - offsetMs, clock.steadyMs());
    moments.delete(key);
    moments.set(key, momentMs);
    const [oldest] = moments.keys();
    if (moments.size > STAMPS_COUNT_MAX && oldest !== undefined) moments.delete(oldest);
    return momentMs + offsetMs;
  };
}
