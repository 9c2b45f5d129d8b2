// Where a Pod lives on disk, below the data directory; gone when the Pod is:
//   <uid>/exit.<container>.<restart>.<instance>.json   reserved by the supervisor before a start, filled at the exit
//   <uid>/tmp.<container>.<restart>                    what the container sees as /tmp
//   <uid>/message.<container>.<restart>                its termination message
//   <uid>/volumes/<name>
//   .spare-<uid>                                       of steps that have ended, for the next ones
// Volumes in memory: /dev/shm/slipway-<uid>/<name>
// An exit file names the supervisor that it was given to, so that after a crash nothing else need be remembered.
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, Failure } from '../../base/mod.ts';
import { STEP_CONTAINER } from '../../api/mod.ts';
import { SpareDirectories } from './spare-directories.ts';

/** One start of a container that a supervisor was asked for. */
export interface ContainerAttempt {
  readonly container: string;
  readonly restart: number;
  /** Instance of the supervisor. */
  readonly instanceId: string;
  readonly exitFile: string;
}

export interface PodDirectory {
  readonly path: string;
  /** Host directory of a container's /tmp; every start has a new one. */
  tmp(container: string, restart: number): string;
  exitFile(container: string, restart: number, instanceId: string): string;
  messageFile(container: string, restart: number): string;
  /** Directory of a volume of its own. */
  volume(name: string): string;
  /** Where volumes in memory lie; made by whoever needs it. */
  readonly memoryPath: string;
  /** Every start that a supervisor has begun, as far as it left an exit file. */
  attempts(): readonly ContainerAttempt[];
  /**
   * Makes what one start needs, `tmpPaths` being directories below its /tmp, and drops the /tmp of the start before. Steps have no
   * termination message; their directories come from `spares`.
   */
  prepare(container: string, restart: number, options: { readonly isStep: boolean; readonly tmpPaths: readonly string[] }): Promise<void>;
  /** Removes what a container's attempts up to this one left: they are of no use to anybody. */
  forget(container: string, restart: number): Promise<void>;
  /** All that is on disk. */
  readonly paths: readonly string[];
  remove(): Promise<void>;
}

/** uids and names come from the API server, but a path is never built from an unchecked word. */
const UID = /^[A-Za-z0-9-]{1,64}$/;
const CONTAINER = /^[a-z0-9-]{1,63}$/;
/** A file system in memory that every Linux has. */
const MEMORY = '/dev/shm';
const INSTANCE_ID = /^[A-Za-z0-9-]{1,64}$/;
const EXIT_FILE = /^exit\.([a-z0-9-]+)\.(\d{1,9})\.([A-Za-z0-9-]+)\.json$/;
/** What one attempt leaves. */
const ATTEMPT_FILE = /^(?:exit|message|tmp)\.([a-z0-9-]+)\.(\d{1,9})(?:\.[A-Za-z0-9-]+\.json)?$/;
/** Any user of the container may write there, as in an image. */
const TMP_MODE = 0o1777;
const OUTPUTS_MODE = 0o777;
const MESSAGE_MODE = 0o666;

const DIRECTORY_MODE = 0o755;
/** What every step has: a /tmp with the places of its outputs and of its source, which Python compiles. */
const KEPT = {
  [`tmp.${STEP_CONTAINER}.0`]: {
    mode: TMP_MODE,
    inner: {
      kfp: { mode: DIRECTORY_MODE, inner: { outputs: { mode: OUTPUTS_MODE, inner: {} } } },
      'tmp.source': { mode: DIRECTORY_MODE, inner: { __pycache__: { mode: DIRECTORY_MODE, inner: {} } } },
    },
  },
};

/** Of all Pods with directories below `root`. */
export function spareDirectories(root: string): SpareDirectories {
  return new SpareDirectories(root, KEPT);
}

export function podDirectory(root: string, podUid: string, spares?: SpareDirectories): PodDirectory {
  if (!UID.test(podUid)) throw new Failure('InvalidPath', `the Pod uid "${podUid}" is not a uid`);
  const path = join(root, podUid);
  const memoryPath = join(MEMORY, `slipway-${podUid}`);
  const nameOf = (container: string, restart: number) => {
    if (!CONTAINER.test(container)) throw new Failure('InvalidPath', `"${container}" is not a container name`);
    return `${container}.${restart}`;
  };
  const tmp = (container: string, restart: number) => join(path, `tmp.${nameOf(container, restart)}`);
  const messageFile = (container: string, restart: number) => join(path, `message.${nameOf(container, restart)}`);
  return {
    path,
    tmp,
    messageFile,
    memoryPath,
    volume: (name) => join(path, 'volumes', name),
    exitFile(container, restart, instanceId) {
      assert(INSTANCE_ID.test(instanceId), 'a supervisor names itself in letters and digits');
      return join(path, `exit.${nameOf(container, restart)}.${instanceId}.json`);
    },
    attempts: () => attemptsIn(path),
    async prepare(container, restart, { isStep, tmpPaths }) {
      if (restart > 0) await rm(tmp(container, restart - 1), { recursive: true, force: true });
      if (!isStep || spares?.take(path) !== true) makeOpenDirectory(tmp(container, restart), TMP_MODE);
      for (const relative of tmpPaths) makeOpenDirectory(join(tmp(container, restart), relative), OUTPUTS_MODE);
      if (!isStep) makeOpenFile(messageFile(container, restart));
    },
    async forget(container, restart) {
      const isOld = (name: string) => {
        const [, ofContainer, attempt] = ATTEMPT_FILE.exec(name) ?? [];
        return ofContainer === container && Number(attempt) <= restart;
      };
      for (const name of namesIn(path).filter(isOld)) await rm(join(path, name), { recursive: true, force: true });
    },
    paths: [path, memoryPath],
    async remove() {
      const isKept = existsSync(tmp(STEP_CONTAINER, 0)) && (await spares?.give(path)) === true;
      if (!isKept) await rm(path, { recursive: true, force: true, maxRetries: 3 });
      if (existsSync(memoryPath)) await rm(memoryPath, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

// A few system calls of microseconds each: a trip to the thread pool would take longer and delay every step.

function makeOpenDirectory(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}

function makeOpenFile(path: string): void {
  writeFileSync(path, '');
  chmodSync(path, MESSAGE_MODE);
}

/** uids of all Pods that have a directory. */
export function podDirectoryUids(root: string): readonly string[] {
  mkdirSync(root, { recursive: true });
  return readdirSync(root).filter((name) => UID.test(name));
}

function attemptsIn(path: string): readonly ContainerAttempt[] {
  return namesIn(path).flatMap((name) => {
    const match = EXIT_FILE.exec(name);
    if (match === null) return [];
    return [{ container: match[1]!, restart: Number(match[2]), instanceId: match[3]!, exitFile: join(path, name) }];
  });
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    // No directory: nothing of this Pod was ever begun.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Failure('PodDirectoryUnreadable', `the directory ${path} cannot be read`, { cause: error });
  }
}
