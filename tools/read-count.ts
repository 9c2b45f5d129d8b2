import { Failure } from '../src/base/mod.ts';

/** The value of an option that counts something. Throws Failure `Usage` that names the option when it is no whole number of at least `least`. */
export function readCount(option: string, text: string | undefined, fallback: number, least = 1): number {
  if (text === undefined) return fallback;
  const count = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(count) || count < least) throw new Failure('Usage', `${option} takes a whole number of at least ${least}, not "${text}"`);
  return count;
}
