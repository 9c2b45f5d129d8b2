// Events live one hour, as in a real cluster; older ones are removed by period.
import { EVENTS } from '../../../api/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController } from '../../create-controller.ts';
import { EXPIRY_PERIOD_MS, planExpiry } from './plan.ts';

/** Deleted at the same time, so that they share a commit. */
const AT_ONCE_MAX = 10;
const KEY = 'all';

export function createEventExpiryController({ api, ...ports }: ControllerPorts): Controller {
  return createController(ports, {
    name: 'event-expiry',
    concurrency: 1,
    reconcile: async () => {
      const list = await api.list(EVENTS, undefined);
      const { expired, delayMs } = planExpiry(list.ok ? list.value.items : [], ports.clock.now());
      for (let start = 0; start < expired.length; start += AT_ONCE_MAX) {
        await Promise.all(expired.slice(start, start + AT_ONCE_MAX).map(({ metadata: { namespace, name } }) => api.delete({ type: EVENTS, namespace, name })));
      }
      return { kind: 'after', delayMs };
    },
    follow(queue) {
      queue.addAfter(KEY, EXPIRY_PERIOD_MS);
    },
  });
}
