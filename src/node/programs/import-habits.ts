// The habits of programs, kept over restarts: what took two runs to learn is known to the next server.
import { isJsonObject, type Clock, type Log } from '../../base/mod.ts';
import type { ImportedModules } from '../supervisor/protocol.ts';
import { ImportedSets, moduleSet, type ModuleSet } from './imported-sets.ts';
import { keepJson, readKeptJson } from './kept-json.ts';

/** Programs in the file, those seen last. */
const KEPT_COUNT_MAX = 500;
/** A burst of news is one write. */
const WRITE_DELAY_MS = 1_000;

export interface ImportHabitsOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The file: each set once, and which of them is whose habit. */
interface KeptHabits {
  readonly sets: Readonly<Record<string, readonly string[]>>;
  readonly programs: Readonly<Record<string, string>>;
}

export class ImportHabits {
  readonly #options: ImportHabitsOptions;
  readonly #sets: ImportedSets;
  #isWriteDue = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ImportHabitsOptions) {
    this.#options = options;
    this.#sets = new ImportedSets(readHabits(options.file));
  }

  /** As ImportedSets.note; on disk a moment later. */
  note(imported: ImportedModules, inherited: readonly string[]): void {
    const before = this.#sets.habit(imported.program)?.key;
    this.#sets.note(imported, inherited);
    if (this.#sets.habit(imported.program)?.key === before || this.#isWriteDue) return;
    this.#isWriteDue = true;
    this.#options.clock.schedule(WRITE_DELAY_MS, () => {
      this.#isWriteDue = false;
      this.#writing = this.#writing.then(() => keepJson(this.#options.file, this.#kept(), { log: this.#options.log, lost: 'habits of programs are not kept beyond a restart' }));
    });
  }

  habit(program: string): ModuleSet | undefined {
    return this.#sets.habit(program);
  }

  /** The set with this key that is the habit of some program. */
  withKey(key: string): ModuleSet | undefined {
    return [...this.#sets.habits().values()].find((set) => set.key === key);
  }

  #kept(): KeptHabits {
    const habits = [...this.#sets.habits()].slice(-KEPT_COUNT_MAX);
    return {
      sets: Object.fromEntries(habits.map(([, { key, modules }]) => [key, modules])),
      programs: Object.fromEntries(habits.map(([program, { key }]) => [program, key])),
    };
  }
}

/** What is not there or not ours is as if nothing had been learned. */
function readHabits(file: string): ReadonlyMap<string, ModuleSet> {
  const kept = readKeptJson(file);
  const [sets, programs] = isJsonObject(kept) ? [kept['sets'], kept['programs']] : [];
  if (!isJsonObject(sets) || !isJsonObject(programs)) return new Map();
  return new Map(
    Object.entries(programs).flatMap(([program, key]) => {
      const modules = typeof key === 'string' && Object.hasOwn(sets, key) ? sets[key] : undefined;
      const isSet = Array.isArray(modules) && modules.length > 0 && modules.every((name) => typeof name === 'string');
      return isSet ? [[program, moduleSet(modules as readonly string[])] as const] : []; // Every one is a text.
    }),
  );
}
