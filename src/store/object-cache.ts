// The committed objects in memory: by key, and sorted by key inside each collection.
import { SortedKeys } from './sorted-keys.ts';
import type { StoredObject, StoreReader } from './types.ts';

interface Collection {
  readonly byKey: Map<string, StoredObject>;
  /** The keys of `byKey`. */
  readonly keys: SortedKeys;
}

export class ObjectCache implements StoreReader {
  readonly #collections = new Map<string, Collection>();

  get(key: string): StoredObject | undefined {
    return this.#collections.get(collectionOf(key))?.byKey.get(key);
  }

  set(entry: StoredObject): void {
    const collection = this.#collectionFor(entry.key);
    if (!collection.byKey.has(entry.key)) collection.keys.add(entry.key);
    collection.byKey.set(entry.key, entry);
  }

  delete(key: string): void {
    const collection = this.#collections.get(collectionOf(key));
    if (collection === undefined || !collection.byKey.delete(key)) return;
    collection.keys.delete(key);
  }

  /** Entries whose key starts with `prefix` (which names at least the collection, with its slash), ascending by key. */
  list(prefix: string): StoredObject[] {
    const collection = this.#collections.get(collectionOf(prefix));
    if (collection === undefined) return [];
    const entries: StoredObject[] = [];
    for (const key of collection.keys.startingWith(prefix)) entries.push(collection.byKey.get(key)!);
    return entries;
  }

  count(collection: string): number {
    return this.#collections.get(collection)?.byKey.size ?? 0;
  }

  #collectionFor(key: string): Collection {
    const name = collectionOf(key);
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = { byKey: new Map(), keys: new SortedKeys() };
      this.#collections.set(name, collection);
    }
    return collection;
  }
}

function collectionOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
