// What programs import: the same set of modules again and again is worth a parent that has it ready. Pure.
import { sha256Hex } from '../../base/mod.ts';
import type { ImportedModules } from '../supervisor/protocol.ts';

export interface ModuleSet {
  /** Equal for sets of the same modules. */
  readonly key: string;
  /** In the order in which they are imported. */
  readonly modules: readonly string[];
}

const KEY_LENGTH = 16;
/** Those not seen for longest are forgotten. */
const PROGRAM_COUNT_MAX = 2_000;

interface Habit {
  readonly last: readonly string[];
  /** What the last two runs have in common. */
  readonly common: ModuleSet | undefined;
}

export class ImportedSets {
  readonly #habits = new Map<string, Habit>();

  /** Habits that are known already, those seen last at the end. */
  constructor(known: ReadonlyMap<string, ModuleSet> = new Map()) {
    for (const [program, common] of known) this.#habits.set(program, { last: common.modules, common });
  }

  /** `inherited` are the modules that the parent had preloaded: of those nobody knows whether they were used. */
  note({ program, modules }: ImportedModules, inherited: readonly string[]): void {
    const last = [...inherited, ...modules];
    const before = new Set(this.#habits.get(program)?.last);
    const common = last.filter((name) => before.has(name));
    this.#habits.delete(program);
    this.#habits.set(program, { last, common: common.length === 0 ? undefined : moduleSet(common) });
    if (this.#habits.size > PROGRAM_COUNT_MAX) this.#habits.delete(this.#habits.keys().next().value!);
  }

  /** What the next run of this program will most likely import; undefined when nobody knows yet. */
  habit(program: string): ModuleSet | undefined {
    return this.#habits.get(program)?.common;
  }

  /** By program, those seen last at the end. */
  habits(): ReadonlyMap<string, ModuleSet> {
    return new Map([...this.#habits].flatMap(([program, { common }]) => (common === undefined ? [] : [[program, common] as const])));
  }
}

export function moduleSet(modules: readonly string[]): ModuleSet {
  return { key: sha256Hex(modules.toSorted().join('\n')).slice(0, KEY_LENGTH), modules };
}

export function includesSet(whole: ModuleSet, part: ModuleSet): boolean {
  const names = new Set(whole.modules);
  return part.modules.every((name) => names.has(name));
}
