// Warm parents: Python processes from which steps are forked. Of each environment a bare one, with the kfp runtime imported, and
// preloaded ones for the sets of modules that its steps import again and again. Bounded in number and in bytes, ended when idle; the
// least recently used one makes room.
import { describeError, Failure, type Clock, type Log } from '../../base/mod.ts';
import type { ImportedModules, ListedParent, ParentCost, Supervisor } from '../supervisor/protocol.ts';
import type { ImportHabits } from './import-habits.ts';
import { includesSet, type ModuleSet } from './imported-sets.ts';
import type { RefusedSet, RefusedSets } from './refused-sets.ts';

export interface WarmParentsOptions {
  /** Throws Failure `SupervisorLost` while there is none. */
  readonly supervisor: () => Supervisor;
  readonly habits: ImportHabits;
  readonly refused: RefusedSets;
  /** Anonymous memory of all parents together; 0 preloads nothing. */
  readonly bytesMax: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface WarmParentStatus {
  readonly parentId: string;
  readonly environment: string;
  readonly isReady: boolean;
  /** 0 of a bare one. */
  readonly preloadedCount: number;
  readonly memoryBytes: number;
  readonly forkCount: number;
  readonly lastUsedAtMs: number;
}

export interface WarmParentsStatus {
  readonly parents: readonly WarmParentStatus[];
  readonly refused: readonly RefusedSet[];
  readonly bytesMax: number;
  /** Steps for which a parent was chosen since the server started. */
  readonly forkCounts: Readonly<Record<'bare' | 'preloaded', number>>;
}

/** What is to be forked. */
export interface ForkWish {
  readonly environment: { readonly id: string; readonly python: string };
  /** Of the kfp runtime; imported by every parent. */
  readonly module: string;
  /** Variables that every step of the environment has. */
  readonly env: Readonly<Record<string, string>>;
  /** Names the program of the step; undefined when only a bare parent will do. */
  readonly program: string | undefined;
}

export interface WarmParents {
  /**
   * A parent for this fork: a preloaded one when the program's habit is known and such a parent is ready (else one is started
   * for the next time), otherwise the bare one, started when it does not run. Counts as a use.
   * Throws Failure `ParentFailed`, or the signal's reason; the parent goes on starting then.
   */
  ensure(wish: ForkWish, options: { readonly signal: AbortSignal }): Promise<string>;
  /** What a fork imported by itself. */
  imported(imported: ImportedModules): void;
  /** Another supervisor, or the same after a pause: these are the parents that it has, and no others. */
  adopt(listed: readonly ListedParent[]): void;
  /** A parent ended by itself. */
  forget(parentId: string): void;
  /** Looks after none any more; they go on, for the next server to adopt. */
  release(): void;
  status(): WarmParentsStatus;
}

const PARENT_COUNT_MAX = 8;
const IDLE_MS_MAX = 60_000;
/** Time to import below which a preloaded parent saves less than its larger forks cost. */
const IMPORT_MS_MIN = 20;
/** A set whose parent had to make room is not preloaded again for this long: two that don't fit together must not take turns. */
const REST_MS = 60_000;

interface Parent {
  readonly environment: string;
  readonly preload: ModuleSet | undefined;
  readonly started: Promise<ParentCost>;
  /** Undefined until it is ready. */
  cost: ParentCost | undefined;
  lastUsedAtMs: number;
  forkCount: number;
  cancelReaping: () => void;
}

export function createWarmParents(options: WarmParentsOptions): WarmParents {
  return new Warmth(options);
}

class Warmth implements WarmParents {
  readonly #options: WarmParentsOptions;
  readonly #parents = new Map<string, Parent>();
  readonly #forkCounts = { bare: 0, preloaded: 0 };
  /** Until when a set is left alone, by id of its parent; without an end where preloading gains nothing. */
  readonly #resting = new Map<string, number>();

  constructor(options: WarmParentsOptions) {
    this.#options = options;
  }

  async ensure(wish: ForkWish, { signal }: { readonly signal: AbortSignal }): Promise<string> {
    const set = wish.program === undefined ? undefined : this.#options.habits.habit(wish.program);
    const preloadedId = set === undefined ? undefined : this.#preloaded(wish, set);
    if (preloadedId !== undefined) return preloadedId;
    const parentId = idOf(wish, undefined);
    const parent = this.#parents.get(parentId) ?? this.#start(parentId, wish, undefined);
    this.#use(parentId, parent);
    await untilAborted(parent.started, signal);
    return parentId;
  }

  imported(imported: ImportedModules): void {
    const parent = this.#parents.get(imported.parentId);
    if (parent !== undefined && this.#options.bytesMax > 0) this.#options.habits.note(imported, parent.preload?.modules ?? []);
  }

  adopt(listed: readonly ListedParent[]): void {
    this.release();
    for (const { parentId, isReady, startedCount, importMs = 0, memoryBytes = 0 } of listed) {
      const { environment, setKey } = partsOf(parentId);
      const preload = setKey === undefined ? undefined : this.#options.habits.withKey(setKey);
      // One that holds what no program is known to import would never be used.
      if (setKey !== undefined && (preload === undefined || !isReady)) this.#stop(parentId);
      // One that is not ready may never be; asking for it again is free.
      else if (isReady) {
        const cost = { importMs, memoryBytes };
        const parent = { environment, preload, started: Promise.resolve(cost), cost, lastUsedAtMs: 0, forkCount: startedCount, cancelReaping: () => undefined };
        this.#parents.set(parentId, parent);
        this.#use(parentId, parent, 0);
      }
    }
  }

  forget(parentId: string): void {
    this.#parents.get(parentId)?.cancelReaping();
    this.#parents.delete(parentId);
  }

  release(): void {
    for (const { cancelReaping } of this.#parents.values()) cancelReaping();
    this.#parents.clear();
  }

  status(): WarmParentsStatus {
    const parents = [...this.#parents].map(([parentId, { environment, preload, cost, forkCount, lastUsedAtMs }]) => ({
      parentId,
      environment,
      isReady: cost !== undefined,
      preloadedCount: preload?.modules.length ?? 0,
      memoryBytes: cost?.memoryBytes ?? 0,
      forkCount,
      lastUsedAtMs,
    }));
    return { parents, refused: this.#options.refused.list(), bytesMax: this.#options.bytesMax, forkCounts: { ...this.#forkCounts } };
  }

  /** Id of a ready parent with this set or a part of it; undefined when there is none. One with the whole set starts, if it may. */
  #preloaded(wish: ForkWish, set: ModuleSet): string | undefined {
    const wantedId = idOf(wish, set);
    const found = this.#parents.get(wantedId)?.cost === undefined ? this.#readyPart(wish, set) : wantedId;
    if (found !== wantedId) this.#prepare(wantedId, wish, set);
    if (found !== undefined) this.#use(found, this.#parents.get(found)!);
    return found;
  }

  #readyPart({ environment }: ForkWish, set: ModuleSet): string | undefined {
    const parts = [...this.#parents].filter(
      ([, parent]) => parent.environment === environment.id && parent.cost !== undefined && parent.preload !== undefined && includesSet(set, parent.preload),
    );
    return parts.toSorted(([, a], [, b]) => b.preload!.modules.length - a.preload!.modules.length)[0]?.[0];
  }

  /** One at a time: an import takes a processor for a second. */
  #prepare(parentId: string, wish: ForkWish, set: ModuleSet): void {
    const isBusy = [...this.#parents.values()].some(({ preload, cost }) => preload !== undefined && cost === undefined);
    const isResting = (this.#resting.get(parentId) ?? 0) > this.#options.clock.steadyMs();
    if (isBusy || isResting || this.#options.refused.has(wish.environment.id, set.key)) return;
    const starting = this.#start(parentId, wish, set);
    this.#use(parentId, starting, 0);
    starting.started.catch((error: unknown) => this.#refuse(wish.environment.id, set, error));
  }

  #refuse(environment: string, { key, modules }: ModuleSet, error: unknown): void {
    if (!(error instanceof Failure) || error.reason !== 'ParentFailed') return;
    this.#options.refused.add({ environment, key, reason: error.message });
    this.#options.log.info('a set of modules is not preloaded', { environment, moduleCount: modules.length, first: modules[0], reason: error.message });
  }

  #start(parentId: string, { environment, module, env }: ForkWish, preload: ModuleSet | undefined): Parent {
    while (this.#parents.size >= PARENT_COUNT_MAX) this.#makeRoom(undefined);
    const started = this.#options.supervisor().startParent({
      parentId,
      python: environment.python,
      env,
      modules: [module],
      ...(preload === undefined ? {} : { preload: preload.modules }),
    });
    const parent: Parent = { environment: environment.id, preload, started, cost: undefined, lastUsedAtMs: 0, forkCount: 0, cancelReaping: () => undefined };
    this.#parents.set(parentId, parent);
    started.then(
      (cost) => this.#ready(parentId, parent, cost),
      () => {
        if (this.#parents.get(parentId) === parent) this.#parents.delete(parentId);
        parent.cancelReaping();
      },
    );
    return parent;
  }

  #ready(parentId: string, parent: Parent, cost: ParentCost): void {
    parent.cost = cost;
    if (this.#parents.get(parentId) !== parent || parent.preload === undefined) return;
    const isTooLarge = cost.memoryBytes > this.#options.bytesMax;
    if (isTooLarge || cost.importMs < IMPORT_MS_MIN) {
      this.#options.log.info(isTooLarge ? 'a preloaded parent is larger than all may be together' : 'preloading gains nothing', { parentId, ...cost });
      this.#stop(parentId);
      this.#resting.set(parentId, Infinity);
      return;
    }
    this.#options.log.info('a preloaded parent is ready', { parentId, moduleCount: parent.preload.modules.length, ...cost });
    while (this.#memoryBytes() > this.#options.bytesMax && this.#parents.size > 1) this.#makeRoom(parent);
  }

  #makeRoom(except: Parent | undefined): void {
    const others = [...this.#parents].filter(([, parent]) => parent !== except);
    const [oldestId, oldest] = others.toSorted(([, a], [, b]) => a.lastUsedAtMs - b.lastUsedAtMs)[0]!;
    if (oldest.preload !== undefined) this.#resting.set(oldestId, this.#options.clock.steadyMs() + REST_MS);
    this.#stop(oldestId);
  }

  #memoryBytes(): number {
    return [...this.#parents.values()].reduce((sum, { cost }) => sum + (cost?.memoryBytes ?? 0), 0);
  }

  #use(parentId: string, parent: Parent, forkCount = 1): void {
    parent.lastUsedAtMs = this.#options.clock.now();
    parent.forkCount += forkCount;
    this.#forkCounts[parent.preload === undefined ? 'bare' : 'preloaded'] += forkCount;
    parent.cancelReaping();
    parent.cancelReaping = this.#options.clock.schedule(IDLE_MS_MAX, () => this.#stop(parentId));
  }

  #stop(parentId: string): void {
    this.forget(parentId);
    Promise.resolve()
      .then(() => this.#options.supervisor().stopParent(parentId))
      .catch((error: unknown) => this.#options.log.warn('warm parent did not stop', { parentId, error: describeError(error) }));
  }
}

function idOf({ environment, module }: ForkWish, set: ModuleSet | undefined): string {
  return set === undefined ? `${environment.id}/${module}` : `${environment.id}/${module}/${set.key}`;
}

function partsOf(parentId: string): { readonly environment: string; readonly setKey: string | undefined } {
  const [environment = '', , setKey] = parentId.split('/');
  return { environment, setKey };
}

/** Rejects with the signal's reason when that comes first. */
function untilAborted(started: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    started.then(() => resolve(), reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
