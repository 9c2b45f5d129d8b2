// What goes wrong in a schedule, decided by its seed: delays, refusals, lost answers, lost and repeated news.
import type { Rng } from '../../src/base/mod.ts';
import { mulberry32 } from '../mulberry32.ts';

/** Delays are mostly short: their logarithm is spread evenly. */
const DELAY_MS_MAX = 400;

export class Faults implements Rng {
  /** Probability of each single fault while they last. */
  #rate: number;
  /** A seed means the same schedule for ever. */
  readonly random: () => number;
  readonly #trace: string[] = [];
  readonly #counts = new Map<string, number>();

  constructor(seed: number) {
    this.random = mulberry32(seed);
    this.#rate = this.random() < 0.2 ? 0 : this.random() ** 2 * 0.15;
  }

  uuid(): string {
    const digits = () => Math.floor(this.random() * 2 ** 32).toString(16).padStart(8, '0');
    const text = digits() + digits() + digits() + digits();
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-a${text.slice(17, 20)}-${text.slice(20)}`;
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** Whether this goes wrong now; what seldom happens at all goes wrong so many times as often. */
  strikes(what: string, times = 1): boolean {
    if (this.#rate === 0 || this.random() >= this.#rate * times) return false;
    this.happened(what);
    this.note(what);
    return true;
  }

  /** Half of what happens is not delayed at all. */
  delayMs(): number {
    if (this.#rate === 0 || this.random() < 0.5) return 0;
    this.happened('something is late');
    return Math.ceil(DELAY_MS_MAX ** this.random());
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#rate = 0;
    this.note('faults end');
  }

  /** What goes wrong by itself, because of other things that do, is counted too. */
  happened(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** How often each of them has happened. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** For whoever reads how a schedule failed. */
  note(what: string): void {
    this.#trace.push(what);
  }

  get trace(): readonly string[] {
    return this.#trace;
  }
}
