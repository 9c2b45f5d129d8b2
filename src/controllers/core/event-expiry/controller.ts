// Events live one hour, as in a real cluster; older ones are removed by period.
import type { KubeObject } from '../../../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { EVENTS, type Controller, type ControllerPorts } from '../../controller.ts';

/** kube-apiserver's --event-ttl default. */
const EVENT_AGE_MS_MAX = 3_600_000;
const PERIOD_MS = 60_000;
const DELETE_COUNT_MAX = 1_000;
const KEY = 'all';

export function createEventExpiryController(ports: ControllerPorts): Controller {
  const queue = createKeyedQueue({
    name: 'event-expiry',
    clock: ports.clock,
    log: ports.log,
    concurrency: 1,
    reconcile: async (): Promise<ReconcileResult> => {
      const list = await ports.api.list(EVENTS, undefined);
      const expired = list.ok ? list.value.items.filter((event) => isExpired(event, ports.clock.now())) : [];
      for (const event of expired.slice(0, DELETE_COUNT_MAX)) {
        await ports.api.delete({ type: EVENTS, namespace: event.metadata.namespace, name: event.metadata.name });
      }
      return { kind: 'after', delayMs: PERIOD_MS };
    },
  });
  return {
    name: 'event-expiry-controller',
    start() {
      queue.start();
      queue.addAfter(KEY, PERIOD_MS);
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}

function isExpired(event: KubeObject, nowMs: number): boolean {
  const last = event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp;
  return typeof last === 'string' && nowMs - Date.parse(last) > EVENT_AGE_MS_MAX;
}
