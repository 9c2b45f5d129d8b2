// Applies the retention rule of container logs, by period.
import { describeError, type Clock, type Log } from '../base/mod.ts';
import { createKeyedQueue, type Part } from '../control/mod.ts';
import type { Logs } from '../logs/mod.ts';
import type { Config } from './config.ts';

const PERIOD_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;
const KEY = 'all';

export function createLogRetention(options: {
  readonly logs: Logs;
  /** Logs of Pods that are still there stay. */
  readonly isKept: (podUid: string) => boolean;
  readonly config: Pick<Config, 'logAgeHoursMax' | 'logBytesMax'>;
  readonly clock: Clock;
  readonly log: Log;
}): Part {
  const { logs, isKept, config, clock, log } = options;
  const queue = createKeyedQueue({
    name: 'log-retention',
    clock,
    log,
    concurrency: 1,
    reconcile: async () => {
      await logs
        .retain({ ageMsMax: config.logAgeHoursMax * HOUR_MS, sizeBytesMax: config.logBytesMax, isKept })
        .catch((error: unknown) => log.warn('old logs could not be removed', { error: describeError(error) }));
      return { kind: 'after', delayMs: PERIOD_MS };
    },
  });
  return {
    name: 'log-retention',
    start() {
      queue.start();
      queue.addAfter(KEY, PERIOD_MS);
    },
    stop: () => queue.stop(),
  };
}
