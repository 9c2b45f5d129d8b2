// Work that many may ask for at the same time is done once: everybody gets the one result and hears of its progress. It goes
// on as long as one of them still waits, and is given up when the last one left.
export interface BuildWaiter {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

export type Build<T> = (options: { readonly signal: AbortSignal; readonly onProgress: (message: string) => void }) => Promise<T>;

interface RunningBuild<T> {
  readonly result: Promise<T>;
  readonly waiters: Set<BuildWaiter>;
  readonly abort: AbortController;
  lastMessage: string | undefined;
}

export class SharedBuilds<T> {
  readonly #running = new Map<string, RunningBuild<T>>();

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** Rejects with the signal's reason for the waiter that aborts; the others are not concerned. */
  async join(key: string, waiter: BuildWaiter, build: Build<T>): Promise<T> {
    for (let given = this.#givenUp(key); given !== undefined; given = this.#givenUp(key)) await Promise.allSettled([given]);
    waiter.signal?.throwIfAborted();
    const running = this.#running.get(key) ?? this.#start(key, build);
    running.waiters.add(waiter);
    if (running.lastMessage !== undefined) waiter.onProgress?.(running.lastMessage);
    try {
      return await untilAborted(running.result, waiter.signal);
    } finally {
      running.waiters.delete(waiter);
      if (running.waiters.size === 0) running.abort.abort(new Error('nobody waits for it any more'));
    }
  }

  /** Gives up everything and waits until it is given up. */
  async stop(): Promise<void> {
    const builds = [...this.#running.values()];
    for (const { abort } of builds) abort.abort(new Error('the server stops'));
    await Promise.allSettled(builds.map(({ result }) => result));
  }

  /** A build that everybody left and that has not ended yet: whoever asks now waits for its end and starts anew. */
  #givenUp(key: string): Promise<T> | undefined {
    const running = this.#running.get(key);
    return running?.abort.signal.aborted === true ? running.result : undefined;
  }

  #start(key: string, build: Build<T>): RunningBuild<T> {
    const abort = new AbortController();
    const waiters = new Set<BuildWaiter>();
    const onProgress = (message: string) => {
      running.lastMessage = message;
      for (const waiter of waiters) waiter.onProgress?.(message);
    };
    const result = Promise.resolve()
      .then(() => build({ signal: abort.signal, onProgress }))
      .finally(() => this.#running.delete(key));
    // Everybody who waits hears of the failure; when nobody waits any more it is nobody's.
    result.catch(() => undefined);
    const running: RunningBuild<T> = { result, waiters, abort, lastMessage: undefined };
    this.#running.set(key, running);
    return running;
  }
}

function untilAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
