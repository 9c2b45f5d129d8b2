// Random numbers that mean the same for ever, seeded from words.
import { createHash } from 'node:crypto';
import { mulberry32 } from '../../sim/mulberry32.ts';

export class Random {
  /** 0 ≤ n < 1. */
  readonly fraction: () => number;

  constructor(...seed: readonly (string | number)[]) {
    this.fraction = mulberry32(createHash('sha256').update(seed.join('\0')).digest().readUInt32LE());
  }

  /** A whole number, 0 ≤ n < end. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  chance(of: number): boolean {
    return this.fraction() < of;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}
