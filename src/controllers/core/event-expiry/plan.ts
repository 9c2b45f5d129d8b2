// Which Events have outlived their use; pure.
import type { KubeObject } from '../../../base/mod.ts';
import { fieldOf } from '../../../api/mod.ts';

/** kube-apiserver's --event-ttl default. */
const EVENT_AGE_MS_MAX = 3_600_000;
/** A real cluster counts from the last write: whichever of these is the latest is the nearest to it. */
const TIMES: readonly (readonly string[])[] = [['metadata', 'creationTimestamp'], ['eventTime'], ['lastTimestamp'], ['series', 'lastObservedTime']];

export function expiredEvents(events: readonly KubeObject[], nowMs: number): readonly KubeObject[] {
  return events.filter((event) => nowMs - lastWriteMs(event, nowMs) > EVENT_AGE_MS_MAX);
}

/** Of one that says no time, now: it stays. */
function lastWriteMs(event: KubeObject, nowMs: number): number {
  const known = TIMES.map((path) => Date.parse(String(fieldOf(event, ...path)))).filter((ms) => !Number.isNaN(ms));
  return known.length === 0 ? nowMs : Math.max(...known);
}
