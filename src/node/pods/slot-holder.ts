// The slot of one Pod, or of one start: taken once however many ask for it.
import type { Slots } from './slots.ts';

export class SlotHolder {
  readonly #slots: Slots;
  #giveBack: (() => void) | undefined;
  #taking: Promise<void> | undefined;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** Nothing when it has one already. Rejects with the signal's reason. */
  async take(options: { readonly signal: AbortSignal; readonly onWait: (message: string) => void }): Promise<void> {
    if (this.#giveBack !== undefined) return;
    this.#taking ??= this.#take(options).finally(() => {
      this.#taking = undefined;
    });
    await this.#taking;
  }

  /** For what goes on already. */
  occupy(): void {
    this.#giveBack ??= this.#slots.occupy();
  }

  /** Idempotent. */
  release(): void {
    this.#giveBack?.();
    this.#giveBack = undefined;
  }

  async #take(options: { readonly signal: AbortSignal; readonly onWait: (message: string) => void }): Promise<void> {
    this.#giveBack = await this.#slots.take(options);
  }
}
