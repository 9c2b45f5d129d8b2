// Which Events have outlived their use; pure.
import type { KubeObject } from '../../../base/mod.ts';
import { fieldOf } from '../../../api/mod.ts';

/** kube-apiserver's --event-ttl default. */
const EVENT_AGE_MS_MAX = 3_600_000;
/** A real cluster counts from the last write: whichever of these is the latest is the nearest to it. */
const TIMES: readonly (readonly string[])[] = [['metadata', 'creationTimestamp'], ['eventTime'], ['lastTimestamp'], ['series', 'lastObservedTime']];

export const EXPIRY_PERIOD_MS = 60_000;
/** Removed at one look. */
const EXPIRED_COUNT_MAX = 2_000;
/** Until the next look when there are more: a loop over thousands of steps tells more of them a minute than one look removes. */
const NEXT_MS = 1_000;

export interface ExpiryPlan {
  readonly expired: readonly KubeObject[];
  /** Until the next look. */
  readonly delayMs: number;
}

export function planExpiry(events: readonly KubeObject[], nowMs: number): ExpiryPlan {
  const expired = events.filter((event) => nowMs - lastWriteMs(event, nowMs) > EVENT_AGE_MS_MAX);
  return { expired: expired.slice(0, EXPIRED_COUNT_MAX), delayMs: expired.length > EXPIRED_COUNT_MAX ? NEXT_MS : EXPIRY_PERIOD_MS };
}

/** Of one that says no time, now: it stays. */
function lastWriteMs(event: KubeObject, nowMs: number): number {
  const known = TIMES.map((path) => Date.parse(String(fieldOf(event, ...path)))).filter((ms) => !Number.isNaN(ms));
  return known.length === 0 ? nowMs : Math.max(...known);
}
