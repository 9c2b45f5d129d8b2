// Start and stop order as data: parts start in the order given and stop in reverse, each with a deadline and a log line.
import { describeError, Failure, type Clock, type Log } from '../base/mod.ts';

export interface Part {
  readonly name: string;
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

/** A part that does not start in this time fails the start: a machine on its knees needs long for a Python. */
const START_DEADLINE_MS = 60_000;
/** A part that does not stop in this time is left behind. */
const STOP_DEADLINE_MS = 10_000;

export interface Manager {
  /** Starts all parts in order; when one fails, those already started are stopped and the failure is thrown. */
  start(): Promise<void>;
  /** Stops the started parts in reverse order; never throws. Idempotent. */
  stop(): Promise<void>;
}

export function createManager(options: { parts: readonly Part[]; clock: Clock; log: Log }): Manager {
  const started: Part[] = [];
  const stopStarted = async () => {
    for (let part = started.pop(); part !== undefined; part = started.pop()) {
      try {
        await withDeadline(options.clock, STOP_DEADLINE_MS, `stop ${part.name}`, async () => part!.stop());
        options.log.debug?.('part stopped', { part: part.name });
      } catch (error) {
        options.log.error('part did not stop cleanly', { part: part.name, error: describeError(error) });
      }
    }
  };
  return {
    async start() {
      for (const part of options.parts) {
        try {
          started.push(part);
          await withDeadline(options.clock, START_DEADLINE_MS, `start ${part.name}`, async () => part.start());
          options.log.debug?.('part started', { part: part.name });
        } catch (error) {
          await stopStarted();
          throw error;
        }
      }
    },
    stop: stopStarted,
  };
}

function withDeadline(clock: Clock, deadlineMs: number, what: string, work: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(deadlineMs, () =>
      reject(new Failure('DeadlineExceeded', `${what}: not done after ${deadlineMs} ms`)),
    );
    work().then(resolve, reject).finally(cancel);
  });
}
