// The loop that keeps the log short: what is older than five minutes and not among the newest ten thousand events goes.
import { describeError, type Clock, type Log } from '../base/mod.ts';

/** A watch that was interrupted for less than this finds its history. */
export const HISTORY_AGE_MS_MIN = 5 * 60_000;
export const HISTORY_EVENT_COUNT_MIN = 10_000;
const PERIOD_MS = 60_000;

interface Compactable {
  readonly revision: number;
  readonly compactedRevision: number;
  compact(revision: number): Promise<void>;
}

/** Starts the loop; the returned function stops it. A failed round is logged and tried again in the next period. */
export function startCompaction(store: Compactable, clock: Clock, log: Log): () => void {
  /** Revision at a time, oldest first; what was written before the start counts as written at the start. */
  let samples = [{ atMs: clock.steadyMs(), revision: store.revision }];
  let cancel = () => {};
  let isStopped = false;

  const round = async () => {
    const oldEnough = samples.filter((sample) => sample.atMs <= clock.steadyMs() - HISTORY_AGE_MS_MIN);
    const aged = oldEnough.at(-1);
    if (aged !== undefined) samples = samples.slice(oldEnough.length - 1);
    samples.push({ atMs: clock.steadyMs(), revision: store.revision });
    const target = Math.min(aged?.revision ?? 0, store.revision - HISTORY_EVENT_COUNT_MIN);
    if (target > store.compactedRevision) await store.compact(target);
  };
  const runLater = () => {
    cancel = clock.schedule(PERIOD_MS, () => {
      round()
        .catch((error: unknown) => {
          if (!isStopped) log.warn('compacting the object log failed', { error: describeError(error) });
        })
        .finally(() => {
          if (!isStopped) runLater();
        });
    });
  };
  runLater();
  return () => {
    isStopped = true;
    cancel();
  };
}
