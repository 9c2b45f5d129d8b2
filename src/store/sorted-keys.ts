// Keys in ascending order, in chunks of a bounded size, so that one more key moves few others however many there are.

/** A chunk that grows beyond it is halved. */
const CHUNK_KEY_COUNT_MAX = 512;

export class SortedKeys {
  /** None is empty, but the only one of an empty set. */
  readonly #chunks: string[][] = [[]];

  /** The key must not be there yet. */
  add(key: string): void {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index]!;
    chunk.splice(lowerBound(chunk, key), 0, key);
    if (chunk.length > CHUNK_KEY_COUNT_MAX) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK_KEY_COUNT_MAX / 2));
  }

  /** The key must be there. */
  delete(key: string): void {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index]!;
    chunk.splice(lowerBound(chunk, key), 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(index, 1);
  }

  /** Keys that start with the prefix, ascending by UTF-16 code unit. */
  *startingWith(prefix: string): Generator<string, void> {
    let index = this.#chunkOf(prefix);
    let place = lowerBound(this.#chunks[index]!, prefix);
    for (; index < this.#chunks.length; index++, place = 0) {
      const chunk = this.#chunks[index]!;
      for (; place < chunk.length; place++) {
        const key = chunk[place]!;
        if (!key.startsWith(prefix)) return;
        yield key;
      }
    }
  }

  /** The last chunk that begins with the key or before it. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#chunks[middle]![0]! <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Index of the first key that is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
