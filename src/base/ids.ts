// Identifiers. UUIDs are version 4; name suffixes use the alphabet of Kubernetes' generateName.
import { hash, randomFillSync, randomUUID } from 'node:crypto';

/** Randomness as a port. */
export interface Rng {
  uuid(): string;
  /** A float in [0, 1). */
  random(): number;
}

export const systemRng: Rng = {
  uuid: () => randomUUID(),
  random: () => nextWord() / 2 ** 32,
};

/** Fetched together: a single word costs as much as many (5 µs), and a name takes five. */
const words = new Uint32Array(256);
let usedCount = words.length;

function nextWord(): number {
  if (usedCount === words.length) {
    randomFillSync(words);
    usedCount = 0;
  }
  return words[usedCount++]!;
}

/** Alphabet of generateName (k8s.io/apimachinery util/rand): no vowels, no look-alikes. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Characters that generateName adds. */
const RANDOM_SUFFIX_LENGTH = 5;

export function randomSuffix(rng: Rng): string {
  let suffix = '';
  for (let i = 0; i < RANDOM_SUFFIX_LENGTH; i++) suffix += SUFFIX_ALPHABET[Math.floor(rng.random() * SUFFIX_ALPHABET.length)];
  return suffix;
}

/** A stable suffix of the same alphabet, derived from text: the same parts always give the same suffix. */
export function stableSuffix(parts: readonly string[], length: number): string {
  const digest = sha256Hex(parts.join('\0'));
  let suffix = '';
  for (let i = 0; i < length; i++) suffix += SUFFIX_ALPHABET[Number.parseInt(digest.slice(2 * i, 2 * i + 2), 16) % SUFFIX_ALPHABET.length];
  return suffix;
}

export function sha256Hex(text: string | Uint8Array): string {
  return hash('sha256', text);
}
