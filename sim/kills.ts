// How the server is killed in a crash campaign, decided by a seed.
import { CRASH_POINTS, type CrashPointName } from '../src/base/mod.ts';
import { mulberry32 } from './mulberry32.ts';

/** Some time after it answers, or where it passes a named point for the nth time, be it while it starts. */
export type Kill = { readonly afterMs: number } | { readonly point: CrashPointName; readonly pass: number };

/** A run of the campaign takes about half a second: kills fall before, into and after it. */
const AFTER_MS_MAX = 900;
/** A start passes the busiest point about ten times, a run about a hundred. */
const PASS_MAX = 60;

/** Every second kill is at a point, on average. */
export function planKills(seed: number, count: number): readonly Kill[] {
  const random = mulberry32(seed);
  const below = (end: number) => Math.floor(random() * end);
  return Array.from({ length: count }, () =>
    random() < 0.5 ? { afterMs: below(AFTER_MS_MAX) } : { point: CRASH_POINTS[below(CRASH_POINTS.length)]!, pass: 1 + Math.floor(PASS_MAX ** random()) },
  );
}
