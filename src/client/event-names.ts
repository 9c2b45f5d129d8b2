// Names of events. Clients show the events of one second in the order of their names, so that names follow from the time, as upstream.
import type { KubeObject } from '../base/mod.ts';

/** As many as upstream's recorder remembers. Of those before, a repetition is an event of its own. */
const REMEMBERED_COUNT_MAX = 4096;
const NANOS_PER_MS = 1_000_000n;
const OBJECT_NAME_CHARS_MAX = 200;

export class EventNames {
  readonly #names = new Map<string, string>();
  #lastNanos = 0n;

  /** `sameness` of two events of an object is the same when one repeats the other: then it has the name of the first. */
  nameOf({ metadata: { name, uid = '' } }: KubeObject, sameness: string, nowMs: number): string {
    const key = `${uid}\0${sameness}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const nanos = BigInt(Math.floor(nowMs)) * NANOS_PER_MS;
    this.#lastNanos = nanos > this.#lastNanos ? nanos : this.#lastNanos + 1n;
    const made = `${name.slice(0, OBJECT_NAME_CHARS_MAX)}.${this.#lastNanos.toString(16)}`;
    if (this.#names.size >= REMEMBERED_COUNT_MAX) this.#names.delete(this.#names.keys().next().value!);
    this.#names.set(key, made);
    return made;
  }
}
