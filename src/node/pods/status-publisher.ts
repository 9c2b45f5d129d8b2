// Writes a Pod's status: one patch at a time, always the newest, never the same twice.
import { describeError, Failure, jsonEquals, type Clock, type JsonObject, type KubeObject, type Log, type ObjectApi } from '../../base/mod.ts';

const PODS = { group: '', version: 'v1', resource: 'pods' } as const;
const RETRY_DELAY_MS_MIN = 50;
const RETRY_DELAY_MS_MAX = 10_000;

export interface StatusPublisher {
  /** Queues the status; an older one that was not sent yet is dropped. */
  publish(status: JsonObject): void;
  /** Resolves when the newest status is durable or the Pod is gone. */
  flush(): Promise<void>;
}

export function createStatusPublisher(options: {
  api: ObjectApi;
  pod: KubeObject;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}): StatusPublisher {
  let wanted: JsonObject | undefined;
  let written: JsonObject | undefined;
  let loop: Promise<void> | undefined;
  const isBehind = () => wanted !== undefined && !jsonEquals(wanted, written) && !options.signal.aborted;
  const run = async () => {
    let delayMs = RETRY_DELAY_MS_MIN;
    while (isBehind()) {
      const status = wanted!;
      try {
        await write(options.api, options.pod, status);
        written = status;
        delayMs = RETRY_DELAY_MS_MIN;
      } catch (error) {
        options.log.warn('status not written, trying again', { pod: options.pod.metadata.name, delayMs, error: describeError(error) });
        await options.clock.sleep(delayMs, { signal: options.signal }).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, RETRY_DELAY_MS_MAX);
      }
    }
  };
  const catchUp = () => {
    if (loop !== undefined || !isBehind()) return;
    loop = run().finally(() => {
      loop = undefined;
      catchUp();
    });
  };
  return {
    publish(status) {
      wanted = status;
      catchUp();
    },
    async flush() {
      while (loop !== undefined) await loop;
    },
  };
}

/** A Pod that is gone needs no status; one of the same name with another uid is not ours. */
async function write(api: ObjectApi, pod: KubeObject, status: JsonObject): Promise<void> {
  const ref = { type: PODS, namespace: pod.metadata.namespace, name: pod.metadata.name };
  const patch = { metadata: { uid: pod.metadata.uid ?? null }, status };
  const outcome = await api.patch(ref, 'merge', patch, { subresource: 'status' });
  if (outcome.ok || outcome.status.reason === 'NotFound' || outcome.status.reason === 'Conflict' || outcome.status.reason === 'Invalid') return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
