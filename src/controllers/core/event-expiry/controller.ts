// Events live one hour, as in a real cluster; older ones are removed by period.
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { EVENTS, type Controller, type ControllerPorts } from '../../controller.ts';
import { expiredEvents } from './plan.ts';

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
      const expired = list.ok ? expiredEvents(list.value.items, ports.clock.now()) : [];
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
