// The words of the store: an entry (one object at one revision), an event (one step of the log), reader and writer.
import type { KubeObject } from '../base/mod.ts';

/** One object at one revision. Immutable: readers share it. Not to be spread: the object is no member until it is parsed. */
export interface StoredObject {
  /** `<collection>/…/<name>`; the collection is the part before the first slash. */
  readonly key: string;
  readonly revision: number;
  /** What `text` says, shared by all readers; `metadata.resourceVersion` is the revision. Parsed when it is looked at. */
  readonly object: KubeObject;
  /** What lies in the database; serialised once, served as it is. */
  readonly text: string;
}

export type StoreChange = 'create' | 'update' | 'delete';

/** One step of the log. Revisions have no gaps: the next event's is this one's plus one. */
export interface StoreEvent {
  readonly revision: number;
  readonly change: StoreChange;
  /** The object after the change; of a deletion the last state, with the revision of the deletion. */
  readonly entry: StoredObject;
  /** The object before the change. */
  readonly previous: StoredObject | undefined;
}

export interface StoreReader {
  get(key: string): StoredObject | undefined;
}

/** What a write sees and does: the state with all earlier writes of the same group, and changes on top of it. */
export interface StoreWriter extends StoreReader {
  /** Entries whose key has the prefix, earlier writes of the same group included; costs as much as all of them together. */
  list(prefix: string): readonly StoredObject[];
  /** Creates or replaces; stamps `metadata.resourceVersion`. The argument is not changed. */
  put(key: string, object: KubeObject): StoredObject;
  /** Removes the key, which must exist; `object` is the last state that watchers get to see. */
  remove(key: string, object: KubeObject): StoredObject;
}
