// One object at one revision: the text that lies in the database, and what it says, parsed when somebody looks at it and kept
// while there is room. So a hundred thousand objects that nobody looks at cost little more than their texts.
import { isDeepStrictEqual } from 'node:util';
import { assert, freezeInTests, IS_TEST, type KubeObject } from '../base/mod.ts';
import type { StoredObject } from './types.ts';

/** Characters of the texts whose objects are kept; parsed they take two to three times as much. */
const PARSED_CHARS_MAX = 16 * 1024 * 1024;

export class StoredEntry implements StoredObject {
  readonly key: string;
  readonly revision: number;
  readonly text: string;
  #object: KubeObject | undefined;

  constructor(key: string, revision: number, text: string) {
    this.key = key;
    this.revision = revision;
    this.text = text;
  }

  get object(): KubeObject {
    return this.#object ?? this.#remember(JSON.parse(this.text) as KubeObject);
  }

  /** The one place where an object becomes text. `object` must be plain JSON, and is shared with every reader from now on. */
  static stamp(key: string, revision: number, object: KubeObject): StoredEntry {
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    const entry = new StoredEntry(key, revision, JSON.stringify(stamped));
    if (IS_TEST) assert(isDeepStrictEqual(JSON.parse(entry.text), stamped), `what is stored under ${key} is plain JSON`);
    entry.#remember(stamped);
    return entry;
  }

  #remember(object: KubeObject): KubeObject {
    this.#object = freezeInTests(object);
    parsed.add(this);
    return object;
  }

  forget(): void {
    this.#object = undefined;
  }
}

/** Those that hold their object, in the order in which they began to; the oldest let go of it when there are too many. */
class ParsedEntries {
  #entries: (StoredEntry | undefined)[] = [];
  /** The places before it are empty. */
  #first = 0;
  #chars = 0;

  add(entry: StoredEntry): void {
    this.#entries.push(entry);
    this.#chars += entry.text.length;
    while (this.#chars > PARSED_CHARS_MAX && this.#first < this.#entries.length - 1) this.#forgetFirst();
  }

  #forgetFirst(): void {
    const entry = this.#entries[this.#first]!;
    entry.forget();
    this.#chars -= entry.text.length;
    this.#entries[this.#first++] = undefined;
    if (this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}

const parsed = new ParsedEntries();
