// Sets of modules that can't be preloaded, with the reason: tried once, remembered for ever, also across restarts.
import { isJsonObject, type Log } from '../../base/mod.ts';
import { keepJson, readKeptJson } from './kept-json.ts';

export interface RefusedSet {
  readonly environment: string;
  readonly key: string;
  /** A sentence. */
  readonly reason: string;
}

/** The oldest are forgotten: environments come and go, and their ids never come back with other packages. */
const SET_COUNT_MAX = 1_000;

export class RefusedSets {
  readonly #file: string;
  readonly #log: Log;
  readonly #sets: Map<string, RefusedSet>;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
    this.#sets = new Map(readSets(file).map((set) => [nameOf(set), set]));
  }

  has(environment: string, key: string): boolean {
    return this.#sets.has(nameOf({ environment, key }));
  }

  list(): readonly RefusedSet[] {
    return [...this.#sets.values()];
  }

  /** On disk a moment later; a crash before that costs another try. */
  add(set: RefusedSet): void {
    this.#sets.set(nameOf(set), set);
    if (this.#sets.size > SET_COUNT_MAX) this.#sets.delete(this.#sets.keys().next().value!);
    this.#writing = this.#writing.then(() => keepJson(this.#file, this.list(), { log: this.#log, lost: 'refused sets of modules are not kept beyond a restart' }));
  }

  /** Resolves when what was added is on disk. */
  written(): Promise<void> {
    return this.#writing;
  }
}

function nameOf({ environment, key }: { readonly environment: string; readonly key: string }): string {
  return `${environment}/${key}`;
}

/** What is not there or not ours is as if nothing had been tried. */
function readSets(file: string): readonly RefusedSet[] {
  const sets = readKeptJson(file);
  return Array.isArray(sets) ? sets.filter(isRefusedSet) : [];
}

function isRefusedSet(value: unknown): value is RefusedSet {
  return isJsonObject(value) && ['environment', 'key', 'reason'].every((name) => typeof value[name] === 'string');
}
