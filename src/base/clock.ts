// Time as a port. Everything that waits or reads the time takes a Clock; only this file and its fake touch the real one.

export interface Clock {
  /** Milliseconds since the Unix epoch; set ahead or back at any time. For stamps, and for what is counted from a stamp that others wrote. */
  now(): number;
  /** Milliseconds since some moment of this process; only grows, as timers do. For whatever takes or waits its time within this process. */
  steadyMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels (idempotent). A pending call keeps the process alive. */
  schedule(delayMs: number, callback: () => void): () => void;
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted, leaving nothing behind. */
  sleep(delayMs: number, options?: { signal?: AbortSignal }): Promise<void>;
}

/** Longest delay that a Node timer takes; longer ones are clamped to it (about 24.8 days). */
const TIMER_DELAY_MS_MAX = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  steadyMs: () => performance.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), TIMER_DELAY_MS_MAX));
    return () => clearTimeout(timer);
  },
  sleep(delayMs, { signal } = {}) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, Math.min(Math.max(0, delayMs), TIMER_DELAY_MS_MAX));
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};

/** RFC 3339 with whole seconds and `Z`, as Kubernetes' Time and KFP print it. */
export function toRfc3339(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with microseconds, as Kubernetes' MicroTime prints it. */
export function toRfc3339Micro(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, -1)}000Z`;
}
