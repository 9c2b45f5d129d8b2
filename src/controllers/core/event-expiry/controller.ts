// Events live one hour, as in a real cluster; older ones are removed by period.
import { EVENTS, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController } from '../../create-controller.ts';
import { expiredEvents } from './plan.ts';

const PERIOD_MS = 60_000;
const DELETE_COUNT_MAX = 1_000;
const KEY = 'all';

export function createEventExpiryController(ports: ControllerPorts): Controller {
  return createController(ports, {
    name: 'event-expiry',
    concurrency: 1,
    reconcile: async () => {
      const list = await ports.api.list(EVENTS, undefined);
      const expired = list.ok ? expiredEvents(list.value.items, ports.clock.now()) : [];
      for (const event of expired.slice(0, DELETE_COUNT_MAX)) {
        await ports.api.delete({ type: EVENTS, namespace: event.metadata.namespace, name: event.metadata.name });
      }
      return { kind: 'after', delayMs: PERIOD_MS };
    },
    follow(queue) {
      queue.addAfter(KEY, PERIOD_MS);
    },
  });
}
