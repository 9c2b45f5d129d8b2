// How much of something goes on at the same time; the others wait in the order in which they came, and say so.

export interface SlotsStatus {
  readonly countMax: number;
  readonly usedCount: number;
  readonly waitingCount: number;
}

interface Waiter {
  readonly give: () => void;
}

export class Slots {
  readonly #countMax: number;
  readonly #sentence: string;
  readonly #waiting = new Set<Waiter>();
  #usedCount = 0;

  /** `sentence` says why somebody waits. */
  constructor(countMax: number, sentence: string) {
    this.#countMax = countMax;
    this.#sentence = sentence;
  }

  /** Resolves with what gives the slot back (idempotent). An abort rejects with the signal's reason and leaves nothing behind. */
  async take(options: { readonly signal: AbortSignal; readonly onWait: (message: string) => void }): Promise<() => void> {
    options.signal.throwIfAborted();
    if (this.#usedCount < this.#countMax) return this.occupy();
    options.onWait(this.#sentence);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.delete(waiter);
        reject(options.signal.reason as Error);
      };
      const waiter: Waiter = {
        give: () => {
          options.signal.removeEventListener('abort', onAbort);
          resolve(this.occupy());
        },
      };
      this.#waiting.add(waiter);
      options.signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** For what goes on already: taken even beyond the limit. */
  occupy(): () => void {
    this.#usedCount++;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#usedCount--;
      this.#giveNext();
    };
  }

  status(): SlotsStatus {
    return { countMax: this.#countMax, usedCount: this.#usedCount, waitingCount: this.#waiting.size };
  }

  #giveNext(): void {
    for (const waiter of this.#waiting) {
      if (this.#usedCount >= this.#countMax) return;
      this.#waiting.delete(waiter);
      waiter.give();
    }
  }
}
