// An entrance: a place where bytes of somebody else come in, opened in this process so that it can be tried thousands of times
// a second.
import type { Random } from './random.ts';

export interface OpenEntrance {
  /**
   * Resolves whether the input was taken or refused in words. Anything thrown is a finding: what refuses must not throw what the
   * program around it does not expect.
   */
  attempt(input: Buffer): Promise<'taken' | 'refused'>;
  close(): Promise<void>;
}

export interface Entrance {
  /** Name of its directory below corpus/. */
  readonly name: string;
  /** Words of its language, to be strewn in. */
  readonly words: readonly string[];
  /** One more way to change an input, for formats in which few bytes would survive blind changes. */
  readonly change?: (input: Buffer, random: Random, blindly: (part: Buffer) => Buffer) => Buffer;
  /** Processor time that an input may take, where a worker takes it and others do not wait; default: a second. */
  readonly inputMsMax?: number;
  open(): Promise<OpenEntrance>;
}
