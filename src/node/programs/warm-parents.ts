// Warm parents: one Python process per environment with the kfp runtime imported, from which steps are forked. Bounded in
// number, ended when idle; the least recently used one makes room.
import { describeError, type Clock, type Log } from '../../base/mod.ts';
import type { ListedParent, Supervisor } from '../supervisor/protocol.ts';

export interface WarmParentsOptions {
  /** Throws Failure `SupervisorLost` while there is none. */
  readonly supervisor: () => Supervisor;
  readonly clock: Clock;
  readonly log: Log;
}

export interface WarmParentStatus {
  readonly parentId: string;
  readonly lastUsedAtMs: number;
  readonly forkCount: number;
}

export interface WarmParents {
  /**
   * Starts the environment's parent with this module imported, when it does not run, and returns its id. Counts as a use.
   * Throws Failure `ParentFailed`, or the signal's reason; the parent goes on starting then.
   */
  ensure(environment: { readonly id: string; readonly python: string }, module: string, options: { readonly signal: AbortSignal }): Promise<string>;
  /** Another supervisor, or the same after a pause: these are the parents that it has, and no others. */
  adopt(listed: readonly ListedParent[]): void;
  /** A parent ended by itself. */
  forget(parentId: string): void;
  /** Looks after none any more; they go on, for the next server to adopt. */
  release(): void;
  status(): readonly WarmParentStatus[];
}

/** About 10 MB of private memory each. */
const PARENT_COUNT_MAX = 4;
const IDLE_MS_MAX = 60_000;

interface Parent {
  readonly started: Promise<void>;
  lastUsedAtMs: number;
  forkCount: number;
  cancelReaping: () => void;
}

export function createWarmParents(options: WarmParentsOptions): WarmParents {
  const parents = new Map<string, Parent>();

  const release = () => {
    for (const { cancelReaping } of parents.values()) cancelReaping();
    parents.clear();
  };
  const stop = (parentId: string) => {
    parents.get(parentId)?.cancelReaping();
    parents.delete(parentId);
    Promise.resolve()
      .then(() => options.supervisor().stopParent(parentId))
      .catch((error: unknown) => options.log.warn('warm parent did not stop', { parentId, error: describeError(error) }));
  };
  const reapWhenIdle = (parentId: string, parent: Parent) => {
    parent.cancelReaping();
    parent.cancelReaping = options.clock.schedule(IDLE_MS_MAX, () => stop(parentId));
  };
  const makeRoom = () => {
    while (parents.size >= PARENT_COUNT_MAX) {
      const [oldest] = [...parents].toSorted(([, a], [, b]) => a.lastUsedAtMs - b.lastUsedAtMs);
      stop(oldest![0]);
    }
  };
  const start = (parentId: string, python: string, module: string): Parent => {
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', _KFP_RUNTIME: 'true' };
    const started = options.supervisor().startParent({ parentId, python, env, modules: [module] });
    const parent: Parent = { started, lastUsedAtMs: options.clock.now(), forkCount: 0, cancelReaping: () => undefined };
    parents.set(parentId, parent);
    started.catch(() => {
      if (parents.get(parentId) === parent) parents.delete(parentId);
      parent.cancelReaping();
    });
    return parent;
  };

  return {
    async ensure({ id, python }, module, { signal }) {
      const parentId = `${id}/${module}`;
      let parent = parents.get(parentId);
      if (parent === undefined) {
        makeRoom();
        parent = start(parentId, python, module);
      }
      parent.lastUsedAtMs = options.clock.now();
      parent.forkCount++;
      reapWhenIdle(parentId, parent);
      await untilAborted(parent.started, signal);
      return parentId;
    },
    adopt(listed) {
      release();
      for (const { parentId, isReady, startedCount } of listed) {
        // One that is not ready may never be; asking for it again is free.
        if (!isReady) continue;
        const parent: Parent = { started: Promise.resolve(), lastUsedAtMs: options.clock.now(), forkCount: startedCount, cancelReaping: () => undefined };
        parents.set(parentId, parent);
        reapWhenIdle(parentId, parent);
      }
    },
    forget(parentId) {
      parents.get(parentId)?.cancelReaping();
      parents.delete(parentId);
    },
    release,
    status: () => [...parents].map(([parentId, { lastUsedAtMs, forkCount }]) => ({ parentId, lastUsedAtMs, forkCount })),
  };
}

/** Rejects with the signal's reason when that comes first. */
function untilAborted(started: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    started.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
