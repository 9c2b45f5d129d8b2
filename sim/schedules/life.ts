// One life of the server's process, from its start to SIGKILL. What a dead process would have done afterwards does not happen:
// its timers do not fire, its promises stay open, its writes are not made.
import type { Clock } from '../../src/base/mod.ts';

export class Life {
  readonly clock: Clock;
  #isOver = false;

  constructor(time: Clock) {
    this.clock = {
      now: () => time.now(),
      steadyMs: () => time.steadyMs(),
      schedule: (delayMs, callback) => time.schedule(delayMs, () => this.#isOver || callback()),
      sleep: async (delayMs, options) => {
        await time.sleep(delayMs, options).catch((error: unknown) => this.unlessOver(Promise.reject(error)));
        await this.unlessOver(Promise.resolve());
      },
    };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  /** The promise, or one that is never settled when the process has died by then. */
  unlessOver<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.#isOver || resolve(value),
        (error: unknown) => this.#isOver || reject(error),
      );
    });
  }
}
