// Changes of records gathered for one slow reader. Changes of the same row become one, so what waits is bounded by the rows
// and never by how often they change; the reader looks up the rows as they are when it gets there.
import type { Clock } from '../../base/mod.ts';
import type { RecordChange, Records } from '../../records/mod.ts';

/** Changed rows that wait; beyond it the reader is told to start over. */
const CHANGED_ROW_COUNT_MAX = 10_000;

export type Collected =
  | { readonly kind: 'changes'; readonly changes: readonly RecordChange[] }
  /** Too much changed: read everything again. */
  | { readonly kind: 'overflow' }
  /** Nothing happened for the whole time. */
  | { readonly kind: 'quiet' }
  /** The signal was aborted. */
  | { readonly kind: 'ended' };

export interface ChangeCollector {
  /** What changed since the last call, as soon as something has; one call at a time. */
  next(quietMs: number): Promise<Collected>;
  /** Stops listening; idempotent. */
  close(): void;
}

export function collectChanges(
  { records, clock }: { readonly records: Pick<Records, 'onChange'>; readonly clock: Clock },
  isWanted: (change: RecordChange) => boolean,
  signal: AbortSignal,
): ChangeCollector {
  const waiting = new Map<string, RecordChange>();
  let isOverflown = false;
  let wake: (() => void) | undefined;

  const unsubscribe = records.onChange((changes) => {
    for (const change of changes) {
      if (isOverflown || !isWanted(change)) continue;
      const key = `${change.table} ${change.id}`;
      waiting.delete(key);
      waiting.set(key, change);
      isOverflown = waiting.size > CHANGED_ROW_COUNT_MAX;
    }
    if (waiting.size > 0) wake?.();
  });
  const onAbort = () => wake?.();
  signal.addEventListener('abort', onAbort, { once: true });

  const take = (): Collected | undefined => {
    if (signal.aborted) return { kind: 'ended' };
    if (waiting.size === 0) return undefined;
    const taken: Collected = isOverflown ? { kind: 'overflow' } : { kind: 'changes', changes: [...waiting.values()] };
    waiting.clear();
    isOverflown = false;
    return taken;
  };
  return {
    async next(quietMs) {
      const taken = take();
      if (taken !== undefined) return taken;
      await new Promise<void>((resolve) => {
        const cancelTimer = clock.schedule(quietMs, resolve);
        wake = () => {
          cancelTimer();
          resolve();
        };
      });
      wake = undefined;
      return take() ?? { kind: 'quiet' };
    },
    close() {
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
      wake?.();
    },
  };
}
