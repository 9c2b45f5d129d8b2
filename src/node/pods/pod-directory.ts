// Where a Pod lives on disk, below the data directory; gone when the Pod is:
//   <uid>/exit.<container>.<restart>.<instance>.json   reserved by the supervisor before a start, filled at the exit
//   <uid>/tmp.<container>.<restart>                    what the container sees as /tmp
//   <uid>/message.<container>.<restart>                its termination message
//   <uid>/volumes/<name>
//   .spare-<uid>                                       of Pods that have ended, for the next ones
// Volumes in memory: /dev/shm/slipway-<uid>/<name>, and beside them .names, written anew for each start
// An exit file names the supervisor that it was given to, so that after a crash nothing else need be remembered.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, Failure } from '../../base/mod.ts';
import { STEP_CONTAINER } from '../../api/mod.ts';
import { SpareDirectories, type KeptEntries } from './spare-directories.ts';

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
  /** Where /etc/hosts and the like lie: four new files on a disk can take as long as all else of a start. */
  readonly namesPath: string;
  /** Every start that a supervisor has begun, as far as it left an exit file. */
  attempts(): readonly ContainerAttempt[];
  /**
   * Makes what one start needs, `tmpPaths` being directories below its /tmp, and drops the /tmp of the start before. Steps have no
   * termination message. What the first start of a Pod needs comes from `spares`.
   */
  prepare(container: string, restart: number, options: { readonly isStep: boolean; readonly tmpPaths: readonly string[] }): Promise<void>;
  /** Removes what a container's attempts up to this one left: they are of no use to anybody. */
  forget(container: string, restart: number): Promise<void>;
  /** Whether `remove` keeps it for another Pod: that of a step, and one in which no container left anything in its /tmp. */
  isReusable(isStep: boolean): boolean;
  /** All of it, on disk and in memory. */
  readonly paths: readonly string[];
  remove(): Promise<void>;
}

/** uids and names come from the API server, but a path is never built from an unchecked word. */
const UID = /^[A-Za-z0-9-]{1,64}$/;
const CONTAINER = /^[a-z0-9-]{1,63}$/;
/** A file system in memory that every Linux has. */
const MEMORY = '/dev/shm';
/** No volume has a name with a dot. */
const NAMES = '.names';
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
const KEPT_OF_STEP: KeptEntries = {
  [`tmp.${STEP_CONTAINER}.0`]: {
    mode: TMP_MODE,
    inner: {
      kfp: { mode: DIRECTORY_MODE, inner: { outputs: { mode: OUTPUTS_MODE, inner: {} } } },
      'tmp.source': { mode: DIRECTORY_MODE, inner: { __pycache__: { mode: DIRECTORY_MODE, inner: {} } } },
    },
  },
};

/** What the first container of another Pod has, by names that say nothing of it. */
const KEPT_OF_OTHERS = { tmp: { mode: TMP_MODE, inner: {} }, message: { mode: MESSAGE_MODE } } satisfies KeptEntries;

export interface PodSpares {
  readonly ofSteps: SpareDirectories;
  readonly ofOthers: SpareDirectories;
}

/** Of all Pods with directories below `root`. */
export function spareDirectories(root: string): PodSpares {
  return { ofSteps: new SpareDirectories(root, KEPT_OF_STEP), ofOthers: new SpareDirectories(root, KEPT_OF_OTHERS) };
}

export function podDirectory(root: string, podUid: string, spares?: PodSpares): PodDirectory {
  if (!UID.test(podUid)) throw new Failure('InvalidPath', `the Pod uid "${podUid}" is not a uid`);
  const path = join(root, podUid);
  const memoryPath = join(MEMORY, `slipway-${podUid}`);
  const nameOf = (container: string, restart: number) => {
    if (!CONTAINER.test(container)) throw new Failure('InvalidPath', `"${container}" is not a container name`);
    return `${container}.${restart}`;
  };
  const tmp = (container: string, restart: number) => join(path, `tmp.${nameOf(container, restart)}`);
  const messageFile = (container: string, restart: number) => join(path, `message.${nameOf(container, restart)}`);
  const takeSpare = (container: string, isStep: boolean): boolean => {
    if (isStep) return spares?.ofSteps.take(path) === true;
    if (spares?.ofOthers.take(path) !== true) return false;
    renameSync(join(path, 'tmp'), tmp(container, 0));
    renameSync(join(path, 'message'), messageFile(container, 0));
    return true;
  };
  const giveSpare = async (): Promise<boolean> => {
    const container = onlyContainerIn(path);
    if (container === undefined) return false;
    if (!existsSync(messageFile(container, 0))) return (await spares?.ofSteps.give(path)) === true;
    renameSync(tmp(container, 0), join(path, 'tmp'));
    renameSync(messageFile(container, 0), join(path, 'message'));
    return (await spares?.ofOthers.give(path)) === true;
  };
  return {
    path,
    tmp,
    messageFile,
    memoryPath,
    namesPath: join(memoryPath, NAMES),
    volume: (name) => join(path, 'volumes', name),
    exitFile(container, restart, instanceId) {
      assert(INSTANCE_ID.test(instanceId), 'a supervisor names itself in letters and digits');
      return join(path, `exit.${nameOf(container, restart)}.${instanceId}.json`);
    },
    attempts: () => attemptsIn(path),
    async prepare(container, restart, { isStep, tmpPaths }) {
      if (restart > 0) await rm(tmp(container, restart - 1), { recursive: true, force: true });
      const isSpare = restart === 0 && takeSpare(container, isStep);
      if (!isSpare) makeOpenDirectory(tmp(container, restart), TMP_MODE);
      for (const relative of tmpPaths) makeOpenDirectory(join(tmp(container, restart), relative), OUTPUTS_MODE);
      if (!isSpare && !isStep) makeOpenFile(messageFile(container, restart));
    },
    async forget(container, restart) {
      const isOld = (name: string) => {
        const [, ofContainer, attempt] = ATTEMPT_FILE.exec(name) ?? [];
        return ofContainer === container && Number(attempt) <= restart;
      };
      for (const name of namesIn(path).filter(isOld)) await rm(join(path, name), { recursive: true, force: true });
    },
    isReusable(isStep) {
      const container = isStep ? undefined : onlyContainerIn(path);
      return isStep || (container !== undefined && readdirSync(tmp(container, 0)).length === 0);
    },
    paths: [path, memoryPath],
    async remove() {
      const isKept = await giveSpare().catch(() => false);
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

/** Undefined when there is more than what the only start of one container leaves. */
function onlyContainerIn(path: string): string | undefined {
  const attempts = namesIn(path).map((name) => ATTEMPT_FILE.exec(name));
  const [first] = attempts;
  const isOnly = attempts.every((attempt) => attempt?.[1] === first?.[1] && attempt?.[2] === '0');
  return isOnly ? first?.[1] : undefined;
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
