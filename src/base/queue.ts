// A bounded single-consumer queue whose consumer is an async iterator; used for watch streams.

/** What happens at the limit: `push` returns false, the producer decides (a watch ends with an error event). */
export class StreamQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  readonly #lengthMax: number;
  #waiter: ((result: IteratorResult<T>) => void) | undefined;
  #isClosed = false;
  #onReturn: (() => void) | undefined;

  constructor(lengthMax: number, onReturn?: () => void) {
    this.#lengthMax = lengthMax;
    this.#onReturn = onReturn;
  }

  /** False when the queue is full or closed; the item is then not queued. */
  push(item: T): boolean {
    if (this.#isClosed) return false;
    if (this.#waiter !== undefined) {
      const waiter = this.#waiter;
      this.#waiter = undefined;
      waiter({ value: item, done: false });
      return true;
    }
    if (this.#items.length >= this.#lengthMax) return false;
    this.#items.push(item);
    return true;
  }

  /** Items already queued are still delivered, then the iteration ends. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiter?.({ value: undefined, done: true });
    this.#waiter = undefined;
    this.#onReturn?.();
    this.#onReturn = undefined;
  }

  get length(): number {
    return this.#items.length;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => {
        if (this.#items.length > 0) return Promise.resolve({ value: this.#items.shift()!, done: false });
        if (this.#isClosed) return Promise.resolve({ value: undefined, done: true });
        return new Promise((resolve) => {
          this.#waiter = resolve;
        });
      },
      return: () => {
        this.close();
        return Promise.resolve({ value: undefined, done: true });
      },
    };
  }
}
