// The time, for durations that grow: one clock for the whole page, that ticks only while something looks at it.
import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    timer = setInterval(tick, TICK_MS);
    tick();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const notAtAll = () => () => undefined;

/** Milliseconds since the epoch, new every second. With `isTicking` false some earlier time, for those who need none. */
export function useNowMs(isTicking = true): number {
  return useSyncExternalStore(isTicking ? listen : notAtAll, () => nowMs);
}
