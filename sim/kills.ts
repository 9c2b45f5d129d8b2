// How the server is killed in a crash campaign, decided by a seed.
import { CRASH_POINTS, type CrashPointName } from '../src/base/mod.ts';
import { mulberry32 } from './mulberry32.ts';

export type Kill =
  /** So long after it answers. */
  | { readonly kind: 'running'; readonly afterMs: number }
  /** So long after its process began. */
  | { readonly kind: 'starting'; readonly afterMs: number }
  /** Where it passes a named point for the nth time, be it while it starts. */
  | { readonly kind: 'point'; readonly point: CrashPointName; readonly pass: number };

/** A run of the campaign takes two seconds, most of them a pause before a retry, and several are on their way: kills fall into all of it. */
const RUNNING_MS_MAX = 900;
/** About as long as a start takes. */
const STARTING_MS_MAX = 1_200;
const STARTING_SHARE = 0.1;
/** A start passes the busiest point about ten times, a run about a hundred. */
const PASS_MAX = 60;
/** A run seals three artifacts, the last of them when it is nearly over. */
const SEAL_PASS_MAX = 3;

/** Every second kill is at a point, on average. */
export function planKills(seed: number, count: number): readonly Kill[] {
  const random = mulberry32(seed);
  const below = (end: number) => Math.floor(random() * end);
  return Array.from({ length: count }, (): Kill => {
    if (random() < 0.5) {
      const point = CRASH_POINTS[below(CRASH_POINTS.length)]!;
      const passMax = point.startsWith('blobs.seal.') ? SEAL_PASS_MAX : PASS_MAX;
      return { kind: 'point', point, pass: 1 + Math.floor(passMax ** random()) };
    }
    return random() < STARTING_SHARE ? { kind: 'starting', afterMs: below(STARTING_MS_MAX) } : { kind: 'running', afterMs: below(RUNNING_MS_MAX) };
  });
}
