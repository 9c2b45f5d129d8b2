// Sets of modules that can't be preloaded, with the reason: tried once, remembered for a week, also across restarts. A newer release, or
// a package that was repaired, gets its chance then.
import { isJsonObject, type Clock, type Log } from '../../base/mod.ts';
import { keepJson, readKeptJson } from './kept-json.ts';

export interface RefusedSet {
  readonly environment: string;
  readonly key: string;
  /** A sentence. */
  readonly reason: string;
  readonly refusedAtMs: number;
}

export interface RefusedSetsOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The oldest are forgotten: environments come and go, and their ids never come back with other packages. */
const SET_COUNT_MAX = 1_000;
const AGE_MS_MAX = 7 * 24 * 3_600_000;

export class RefusedSets {
  readonly #options: RefusedSetsOptions;
  readonly #sets: Map<string, RefusedSet>;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: RefusedSetsOptions) {
    this.#options = options;
    this.#sets = new Map(readSets(options).map((set) => [nameOf(set), set]));
  }

  has(environment: string, key: string): boolean {
    const set = this.#sets.get(nameOf({ environment, key }));
    return set !== undefined && !this.#isOver(set);
  }

  list(): readonly RefusedSet[] {
    return [...this.#sets.values()].filter((set) => !this.#isOver(set));
  }

  /** On disk a moment later; a crash before that costs another try. */
  add(refused: Omit<RefusedSet, 'refusedAtMs'>): void {
    const name = nameOf(refused);
    this.#sets.delete(name);
    this.#sets.set(name, { ...refused, refusedAtMs: this.#options.clock.now() });
    if (this.#sets.size > SET_COUNT_MAX) this.#sets.delete(this.#sets.keys().next().value!);
    const { file, log } = this.#options;
    this.#writing = this.#writing.then(() => keepJson(file, this.list(), { log, lost: 'refused sets of modules are not kept beyond a restart' }));
  }

  /** Resolves when what was added is on disk. */
  written(): Promise<void> {
    return this.#writing;
  }

  /** A clock that was set back makes nothing last longer. */
  #isOver({ refusedAtMs }: RefusedSet): boolean {
    return Math.abs(this.#options.clock.now() - refusedAtMs) > AGE_MS_MAX;
  }
}

function nameOf({ environment, key }: { readonly environment: string; readonly key: string }): string {
  return `${environment}/${key}`;
}

/** What is not there or not ours is as if nothing had been tried. */
function readSets({ file, clock }: RefusedSetsOptions): readonly RefusedSet[] {
  const sets = readKeptJson(file);
  if (!Array.isArray(sets)) return [];
  // Those of earlier releases have no time.
  return sets.filter(isRefusedSet).map((set) => ({ ...set, refusedAtMs: typeof set.refusedAtMs === 'number' ? set.refusedAtMs : clock.now() }));
}

function isRefusedSet(value: unknown): value is RefusedSet {
  return isJsonObject(value) && ['environment', 'key', 'reason'].every((name) => typeof value[name] === 'string');
}
