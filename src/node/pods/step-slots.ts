// How many steps run at the same time on this machine; the others wait in the order in which they came.

export interface StepSlotsStatus {
  readonly countMax: number;
  readonly usedCount: number;
  readonly waitingCount: number;
}

interface Waiter {
  readonly give: () => void;
}

export class StepSlots {
  readonly #countMax: number;
  readonly #waiting = new Set<Waiter>();
  #usedCount = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** Resolves with what gives the slot back (idempotent). An abort rejects with the signal's reason and leaves nothing behind. */
  async take(options: { readonly signal: AbortSignal; readonly onWait: (message: string) => void }): Promise<() => void> {
    options.signal.throwIfAborted();
    if (this.#usedCount < this.#countMax) return this.occupy();
    options.onWait(`waiting for a free slot: ${this.#countMax} steps run at once on this machine (--steps-at-once)`);
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

  /** For a step that runs already: taken even beyond the limit. */
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

  status(): StepSlotsStatus {
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
