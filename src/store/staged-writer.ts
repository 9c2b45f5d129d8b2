// What one write has decided so far, on top of the writes before it in the same group.
import { assert, type KubeObject } from '../base/mod.ts';
import { StoredEntry } from './stored-entry.ts';
import type { StoreChange, StoredObject, StoreEvent, StoreReader, StoreWriter } from './types.ts';

type Committed = StoreReader & { list(prefix: string): readonly StoredObject[] };

export class StagedWriter implements StoreWriter {
  readonly #committed: Committed;
  readonly #staged: ReadonlyMap<string, StoreEvent>;
  readonly #own = new Map<string, StoreEvent>();
  readonly #events: StoreEvent[] = [];
  #revision: number;
  #isFinished = false;

  constructor(committed: Committed, staged: ReadonlyMap<string, StoreEvent>, revision: number) {
    this.#committed = committed;
    this.#staged = staged;
    this.#revision = revision;
  }

  get(key: string): StoredObject | undefined {
    const event = this.#own.get(key) ?? this.#staged.get(key);
    if (event === undefined) return this.#committed.get(key);
    return event.change === 'delete' ? undefined : event.entry;
  }

  list(prefix: string): readonly StoredObject[] {
    const found = new Map(this.#committed.list(prefix).map((entry) => [entry.key, entry]));
    for (const [key, { change, entry }] of [...this.#staged, ...this.#own]) {
      if (!key.startsWith(prefix)) continue;
      if (change === 'delete') found.delete(key);
      else found.set(key, entry);
    }
    return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  put(key: string, object: KubeObject): StoredObject {
    const previous = this.get(key);
    return this.#append(key, previous === undefined ? 'create' : 'update', object, previous);
  }

  remove(key: string, object: KubeObject): StoredObject {
    const previous = this.get(key);
    assert(previous !== undefined, 'only what exists is removed');
    return this.#append(key, 'delete', object, previous);
  }

  /** The changes in order; the writer must not be used afterwards. */
  finish(): readonly StoreEvent[] {
    this.#isFinished = true;
    return this.#events;
  }

  #append(key: string, change: StoreChange, object: KubeObject, previous: StoredObject | undefined): StoredObject {
    assert(!this.#isFinished, 'a writer is valid only during its write');
    const revision = ++this.#revision;
    const event: StoreEvent = { revision, change, entry: StoredEntry.stamp(key, revision, object), previous };
    this.#own.set(key, event);
    this.#events.push(event);
    return event.entry;
  }
}
