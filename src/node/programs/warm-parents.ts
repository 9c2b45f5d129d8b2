// Warm parents: Python processes from which steps are forked. Of each environment a bare one, with the kfp runtime imported, and
// preloaded ones for the sets of modules that its steps import again and again. Bounded in number and in bytes, ended when idle; the
// least recently used one makes room.
import { describeError, Failure, sha256Hex, type Clock, type Log } from '../../base/mod.ts';
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
  /** Another text when packages that are not the environment's own have changed; '' where there are none. */
  readonly packageState: string;
  /** Names the program of the step; undefined when only a bare parent will do. */
  readonly program: string | undefined;
}

export interface WarmParents {
  /**
   * A parent for this fork: a preloaded one when the program's habit is known and such a parent is ready (else one is started
   * for the next time), otherwise the bare one, started when it does not run. Counts as a use.
   * Throws Failure `ParentFailed`, at once when it has failed a moment ago, or the signal's reason; the parent goes on starting then.
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
/** A parent that failed, or one with a set that had to make room, is not started again for this long: two that don't fit together must
 *  not take turns. Twice as long after each failure. */
const REST_MS = 60_000;
const REST_MS_MAX = 3_600_000;
const RESTING_COUNT_MAX = 1_000;
const VARIANT_LENGTH = 12;

interface Rest {
  /** By the steady clock. */
  readonly untilMs: number;
  readonly failureCount: number;
}

interface Parent {
  readonly environment: string;
  /** Id of the bare one that is like it but for the preloaded modules. */
  readonly bareId: string;
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
  /** Parents that are left alone for a while, by id. */
  readonly #resting = new Map<string, Rest>();

  constructor(options: WarmParentsOptions) {
    this.#options = options;
  }

  async ensure(wish: ForkWish, { signal }: { readonly signal: AbortSignal }): Promise<string> {
    const set = wish.program === undefined ? undefined : this.#options.habits.habit(wish.program);
    const parentId = bareIdOf(wish);
    const preloadedId = set === undefined ? undefined : this.#preloaded(wish, parentId, set);
    if (preloadedId !== undefined) return preloadedId;
    const known = this.#parents.get(parentId);
    if (known === undefined && this.#isResting(parentId)) throw new Failure('ParentFailed', 'its warm parent failed a moment ago and is tried again later');
    const parent = known ?? this.#start(parentId, parentId, wish, undefined);
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
    for (const { parentId, isReady, startedCount, lastUsedAtMs, importMs = 0, memoryBytes = 0 } of listed) {
      const parts = partsOf(parentId);
      const preload = parts?.setKey === undefined ? undefined : this.#options.habits.withKey(parts.setKey);
      // Nobody waits any more for one that is not ready; one that holds what no program is known to import would never be used, and
      // neither would one with the id of another release.
      if (parts === undefined || !isReady || (parts.setKey !== undefined && preload === undefined)) {
        this.#stop(parentId);
        continue;
      }
      const cost = { importMs, memoryBytes };
      const { environment, bareId } = parts;
      const parent: Parent = { environment, bareId, preload, started: Promise.resolve(cost), cost, lastUsedAtMs: 0, forkCount: startedCount, cancelReaping: () => undefined };
      this.#parents.set(parentId, parent);
      this.#use(parentId, parent, 0);
      parent.lastUsedAtMs = lastUsedAtMs;
    }
    this.#keepBytes(undefined);
  }

  forget(parentId: string): void {
    // What is said to have ended while another one of this name starts is the one before.
    if (this.#parents.get(parentId)?.cost !== undefined) this.#drop(parentId);
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
  #preloaded(wish: ForkWish, bareId: string, set: ModuleSet): string | undefined {
    const wantedId = `${bareId}/${set.key}`;
    const found = this.#parents.get(wantedId)?.cost === undefined ? this.#readyPart(bareId, set) : wantedId;
    if (found !== wantedId) this.#prepare(wantedId, bareId, wish, set);
    if (found !== undefined) this.#use(found, this.#parents.get(found)!);
    return found;
  }

  #readyPart(bareId: string, set: ModuleSet): string | undefined {
    const parts = [...this.#parents].filter(
      ([, parent]) => parent.bareId === bareId && parent.cost !== undefined && parent.preload !== undefined && includesSet(set, parent.preload),
    );
    return parts.toSorted(([, a], [, b]) => b.preload!.modules.length - a.preload!.modules.length)[0]?.[0];
  }

  /** One at a time: an import takes a processor for a second. */
  #prepare(parentId: string, bareId: string, wish: ForkWish, set: ModuleSet): void {
    const isBusy = [...this.#parents.values()].some(({ preload, cost }) => preload !== undefined && cost === undefined);
    if (isBusy || this.#options.bytesMax === 0 || this.#isResting(parentId) || this.#options.refused.has(wish.environment.id, refusalKey(wish, set))) return;
    this.#use(parentId, this.#start(parentId, bareId, wish, set), 0);
  }

  #isResting(parentId: string): boolean {
    return (this.#resting.get(parentId)?.untilMs ?? 0) > this.#options.clock.steadyMs();
  }

  #rest(parentId: string, restMs: number, failureCount: number): void {
    this.#resting.delete(parentId);
    this.#resting.set(parentId, { untilMs: this.#options.clock.steadyMs() + Math.min(restMs, REST_MS_MAX), failureCount });
    if (this.#resting.size > RESTING_COUNT_MAX) this.#resting.delete(this.#resting.keys().next().value!);
  }

  #failed(parentId: string, parent: Parent, wish: ForkWish, error: unknown): void {
    if (this.#parents.get(parentId) !== parent) return; // It was stopped here.
    this.#drop(parentId);
    if (!(error instanceof Failure)) return;
    const facts = { parentId, moduleCount: parent.preload?.modules.length ?? 0, first: parent.preload?.modules[0], reason: error.message };
    if (error.reason === 'ParentUnfit' && parent.preload !== undefined) {
      this.#options.refused.add({ environment: wish.environment.id, key: refusalKey(wish, parent.preload), reason: error.message });
      this.#options.log.info('a set of modules is not preloaded', facts);
    } else if (error.reason === 'ParentFailed') {
      const failureCount = (this.#resting.get(parentId)?.failureCount ?? 0) + 1;
      this.#rest(parentId, REST_MS * 2 ** (failureCount - 1), failureCount);
      this.#options.log.info('a warm parent failed, and is tried again later', facts);
    }
  }

  #start(parentId: string, bareId: string, wish: ForkWish, preload: ModuleSet | undefined): Parent {
    const { environment, module, env } = wish;
    while (this.#parents.size >= PARENT_COUNT_MAX) this.#makeRoom([...this.#parents]);
    const started = this.#options.supervisor().startParent({
      parentId,
      python: environment.python,
      env,
      modules: [module],
      ...(preload === undefined ? {} : { preload: preload.modules }),
    });
    const parent: Parent = { environment: environment.id, bareId, preload, started, cost: undefined, lastUsedAtMs: 0, forkCount: 0, cancelReaping: () => undefined };
    this.#parents.set(parentId, parent);
    started.then(
      (cost) => this.#ready(parentId, parent, cost),
      (error: unknown) => this.#failed(parentId, parent, wish, error),
    );
    return parent;
  }

  #ready(parentId: string, parent: Parent, cost: ParentCost): void {
    parent.cost = cost;
    if (this.#parents.get(parentId) !== parent) return;
    const isTooLarge = parent.preload !== undefined && cost.memoryBytes > this.#options.bytesMax;
    if (isTooLarge || (parent.preload !== undefined && cost.importMs < IMPORT_MS_MIN)) {
      this.#options.log.info(isTooLarge ? 'a preloaded parent is larger than all may be together' : 'preloading gains nothing', { parentId, ...cost });
      this.#stop(parentId);
      this.#rest(parentId, REST_MS_MAX, 0);
      return;
    }
    this.#resting.delete(parentId);
    if (parent.preload !== undefined) this.#options.log.info('a preloaded parent is ready', { parentId, moduleCount: parent.preload.modules.length, ...cost });
    this.#keepBytes(parent);
  }

  /** Ends those used least recently while all together are too large. One that still starts has no size yet, and a step may wait for it;
   *  where nothing is preloaded, bare ones are bounded by their number alone. */
  #keepBytes(except: Parent | undefined): void {
    const { bytesMax } = this.#options;
    while (this.#memoryBytes() > bytesMax) {
      const others = [...this.#parents].filter(([, parent]) => parent !== except && parent.cost !== undefined && (bytesMax > 0 || parent.preload !== undefined));
      if (others.length === 0) return;
      this.#makeRoom(others);
    }
  }

  #makeRoom(candidates: readonly (readonly [string, Parent])[]): void {
    const [oldestId, oldest] = candidates.toSorted(([, a], [, b]) => a.lastUsedAtMs - b.lastUsedAtMs)[0]!;
    if (oldest.preload !== undefined) this.#rest(oldestId, REST_MS, 0);
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
    // The supervisor gives up one that does not become ready.
    parent.cancelReaping = this.#options.clock.schedule(IDLE_MS_MAX, () => (parent.cost === undefined ? this.#use(parentId, parent, 0) : this.#stop(parentId)));
  }

  #drop(parentId: string): void {
    this.#parents.get(parentId)?.cancelReaping();
    this.#parents.delete(parentId);
  }

  #stop(parentId: string): void {
    this.#drop(parentId);
    Promise.resolve()
      .then(() => this.#options.supervisor().stopParent(parentId))
      .catch((error: unknown) => this.#options.log.warn('warm parent did not stop', { parentId, error: describeError(error) }));
  }
}

/** Says what a parent has read and seen: its environment, packages from elsewhere, and its variables. With a preloaded set, the key of
 *  that follows. */
function bareIdOf({ environment, module, env, packageState }: ForkWish): string {
  const variables = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const variant = sha256Hex(JSON.stringify([environment.python, variables, packageState])).slice(0, VARIANT_LENGTH);
  return `${environment.id}/${module}/${variant}`;
}

/** Undefined for an id of another release. */
function partsOf(parentId: string): { readonly environment: string; readonly bareId: string; readonly setKey: string | undefined } | undefined {
  const parts = parentId.split('/');
  const isOurs = (parts.length === 3 || parts.length === 4) && parts[2]!.length === VARIANT_LENGTH;
  return isOurs ? { environment: parts[0]!, bareId: parts.slice(0, 3).join('/'), setKey: parts[3] } : undefined;
}

/** Other packages get their chance. */
function refusalKey({ packageState }: ForkWish, { key }: ModuleSet): string {
  return packageState === '' ? key : `${key}-${packageState}`;
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
