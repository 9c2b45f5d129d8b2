// How many of something go on at the same time; a few more may wait, the rest is refused.
import { refusal } from './refusal.ts';

export interface TurnstileOptions {
  readonly insideMax: number;
  readonly waitingMax: number;
  /** Sentence for whoever is refused. */
  readonly busy: string;
}

export interface Turnstile {
  /** Runs `work` when it is its turn. Throws a refusal when too many wait already. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurnstile({ insideMax, waitingMax, busy }: TurnstileOptions): Turnstile {
  const waiting: (() => void)[] = [];
  let insideCount = 0;
  const enter = async () => {
    if (insideCount < insideMax) {
      insideCount++;
      return;
    }
    if (waiting.length >= waitingMax) throw refusal('ResourceExhausted', busy);
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  /** Whoever waits takes the place over. */
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) insideCount--;
    else next();
  };
  return {
    async pass(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
