// When a failed attempt is tried again (retryPolicy of the IR: count, first wait, factor, longest wait).
import type { RetryPolicy } from '../../ir/mod.ts';

/** As the compiler writes them when the author gave none. */
const BACKOFF_FACTOR = 2;
const BACKOFF_MAX_MS = 3_600_000;
/** However long the policy's own maximum is. */
const RETRY_DELAY_MS_MAX = 24 * 3_600_000;

/** Waiting time before retry number `retry` (1 is the first); undefined when the policy allows no more. */
export function retryDelayMs(policy: RetryPolicy | undefined, retry: number): number | undefined {
  if (retry > (policy?.maxRetryCount ?? 0)) return undefined;
  const firstMs = durationMs(policy?.backoffDuration) ?? 0;
  const factor = policy?.backoffFactor ?? BACKOFF_FACTOR;
  const longestMs = durationMs(policy?.backoffMaxDuration) ?? BACKOFF_MAX_MS;
  return Math.min(firstMs * Math.max(factor, 1) ** (retry - 1), longestMs, RETRY_DELAY_MS_MAX);
}

/** Protobuf duration text such as "1.5s". */
function durationMs(text: string | undefined): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(text ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** "8 s", "1.5 s", "3 min". */
export function durationText(ms: number): string {
  if (ms >= 120_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 100) / 10} s`;
}
