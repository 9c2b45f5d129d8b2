// When a failed attempt is tried again (retryPolicy of the IR: count, first wait, factor, time for all tries).
import type { RetryPolicy } from '../../ir/mod.ts';

/** As the compiler writes them when the author gave none. */
const BACKOFF_FACTOR = 2;
const BACKOFF_MAX_MS = 3_600_000;
/** However much time the policy gives. */
const RETRY_DELAY_MS_MAX = 24 * 3_600_000;

type NextTry =
  | { readonly kind: 'after'; readonly delayMs: number }
  /** `why` is '' when the tries that the policy allows are used up, or it allows none. */
  | { readonly kind: 'none'; readonly why: string };

/** What follows a failed try: retry number `retry` (1 is the first), unless the policy ends it. `triedMs` have passed since the first try began. */
export function nextTry(policy: RetryPolicy | undefined, retry: number, triedMs: number): NextTry {
  if (retry > (policy?.maxRetryCount ?? 0)) return { kind: 'none', why: '' };
  const windowMs = windowMsOf(policy);
  const delayMs = delayMsOf(policy, retry, windowMs);
  if (triedMs + delayMs <= windowMs) return { kind: 'after', delayMs };
  return { kind: 'none', why: `not tried again, for all its tries may take ${durationText(windowMs)} (backoffMaxDuration)` };
}

/** How long retry number `retry` is waited for. */
export function retryDelayMs(policy: RetryPolicy | undefined, retry: number): number {
  return delayMsOf(policy, retry, windowMsOf(policy));
}

/**
 * The time for all tries together, as backoffMaxDuration is documented. The hour that the compiler writes when the author gave none
 * does not count: it would keep long steps from the retries that they ask for (kubeflow/pipelines#14245).
 */
function windowMsOf(policy: RetryPolicy | undefined): number {
  const maxMs = durationMs(policy?.backoffMaxDuration) ?? 0;
  return maxMs === 0 || maxMs === BACKOFF_MAX_MS ? Infinity : maxMs;
}

function delayMsOf(policy: RetryPolicy | undefined, retry: number, windowMs: number): number {
  const firstMs = durationMs(policy?.backoffDuration) ?? 0;
  // The power of a large factor may be Infinity, which nothing can be multiplied with.
  if (firstMs === 0) return 0;
  const factor = Math.max(policy?.backoffFactor ?? BACKOFF_FACTOR, 1);
  const longestMs = windowMs === Infinity ? BACKOFF_MAX_MS : RETRY_DELAY_MS_MAX;
  return Math.min(firstMs * factor ** (retry - 1), longestMs);
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
