// When a container of an engine has ended, as far as one can tell: its log has, or a look says so. podman follows a log until it
// is told of the end of its container (libpod/container_log.go); one that ends before it listens for that is never told of.
import { Failure, type Clock } from '../../base/mod.ts';
import type { EngineApi } from './engine-api.ts';
import { followSilently } from './engine-logs.ts';

export interface ContainerEnd {
  readonly api: EngineApi;
  /** The engine's id. */
  readonly container: string;
  /** Copies its log until that ends; undefined where the engine writes it. Never rejects. */
  readonly copyLog: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly isRunning: (signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type EngineWait = Pick<ContainerEnd, 'api' | 'container' | 'signal'>;

/** It is looked at this often: at first, and at last. */
const LOOK_MS_MIN = 500;
const LOOK_MS_MAX = 60_000;

/** Rejects as calls of the engine do; copying has ended by then. */
export async function untilEnded(end: ContainerEnd): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([end.signal, over.signal]);
  const copied = end.copyLog?.(signal);
  try {
    await Promise.race([copied === undefined ? untilFollowed({ ...end, signal }) : copied.then(() => untilWaited({ ...end, signal })), untilSeen({ ...end, signal })]);
  } finally {
    over.abort(new Failure('Stopped', 'the container has ended'));
    await copied;
  }
}

async function untilFollowed({ api, container, signal }: EngineWait): Promise<void> {
  try {
    await followSilently(api, container, signal);
  } catch (error) {
    // An engine that can't follow this log can still wait.
    if (signal.aborted || !(error instanceof Failure) || error.reason !== 'EngineRefused') throw error;
  }
  await untilWaited({ api, container, signal });
}

async function untilWaited({ api, container, signal }: EngineWait): Promise<void> {
  await api.call('POST', `/containers/${container}/wait`, { signal });
}

/** Soon after its start, then ever more rarely. */
async function untilSeen({ isRunning, clock, signal }: ContainerEnd): Promise<void> {
  for (let pauseMs = LOOK_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, LOOK_MS_MAX)) {
    await clock.sleep(pauseMs, { signal });
    if (!(await isRunning(signal))) return;
  }
}
