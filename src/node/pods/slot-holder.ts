// The slot of one step among those that run at once.
import type { StepSlots } from './step-slots.ts';

export class SlotHolder {
  readonly #slots: StepSlots;
  #giveBack: (() => void) | undefined;

  constructor(slots: StepSlots) {
    this.#slots = slots;
  }

  /** Nothing when it has one already. Rejects with the signal's reason. */
  async take(options: { readonly signal: AbortSignal; readonly onWait: (message: string) => void }): Promise<void> {
    this.#giveBack ??= await this.#slots.take(options);
  }

  /** For a step that runs already. */
  occupy(): void {
    this.#giveBack ??= this.#slots.occupy();
  }

  /** Idempotent. */
  release(): void {
    this.#giveBack?.();
    this.#giveBack = undefined;
  }
}
