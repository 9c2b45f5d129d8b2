// The starts of a Pod's containers that are under way. Each ends on its own; giving it up only hastens that.
import { describeError, Failure, type Log } from '../../base/mod.ts';

export class ContainerStarts {
  readonly #log: Log;
  readonly #running = new Map<string, { readonly abort: AbortController; readonly settled: Promise<void> }>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** `settle` is called when the start is over, in the same turn in which it stops counting as under way. */
  begin<T>(container: string, start: (signal: AbortSignal) => Promise<T>, settle: (outcome: T) => Promise<void>): void {
    const abort = new AbortController();
    const run = async () => {
      // Begins in a turn of its own, so that it counts as under way from its first line on.
      await Promise.resolve();
      try {
        const outcome = await start(abort.signal);
        this.#running.delete(container);
        await settle(outcome);
      } catch (error) {
        this.#running.delete(container);
        this.#log.error('the start of a container went wrong', { container, error: describeError(error) });
      }
    };
    this.#running.set(container, { abort, settled: run() });
  }

  has(container: string): boolean {
    return this.#running.has(container);
  }

  names(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Of all containers, or of this one. */
  cancel(container?: string): void {
    for (const [name, { abort }] of this.#running) if (container === undefined || name === container) abort.abort(new Failure('StartCancelled', 'the start was given up'));
  }

  /** Resolves when none of those under way now is. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ settled }) => settled));
  }
}
