// Whether something grows that should be flat. Pure.

/** Of the samples of a soak: the first third is for warming up, the second is compared with the last. */
export interface Limits {
  readonly ratioMax: number;
  /** Less than this is noise, whatever the ratio. */
  readonly differenceMax: number;
}

/** A sentence when the last third is larger than the second by more than both limits; undefined when it is flat, or too short to tell. */
export function complainOfGrowth(what: string, values: readonly number[], { ratioMax, differenceMax }: Limits): string | undefined {
  const third = Math.floor(values.length / 3);
  if (third === 0) return undefined;
  const [before, after] = [median(values.slice(third, 2 * third)), median(values.slice(-third))];
  if (after - before <= differenceMax || after <= before * ratioMax) return undefined;
  return `${what} grows: ${Math.round(before)} in the second third, ${Math.round(after)} in the last`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
