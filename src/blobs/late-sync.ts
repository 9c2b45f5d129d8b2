// Makes large artifacts durable after their steps have ended, one file after the other.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { describeError, Failure, type Log } from '../base/mod.ts';
import { whenMissing } from './contained-path.ts';

/** Paths that wait; what comes beyond it is left to the kernel's own write-back. */
const WAITING_COUNT_MAX = 10_000;

export class LateSync {
  readonly #log: Log;
  readonly #waiting: string[] = [];
  #isWorking = false;

  constructor(log: Log) {
    this.#log = log;
  }

  add(paths: readonly string[]): void {
    this.#waiting.push(...paths.slice(0, WAITING_COUNT_MAX - this.#waiting.length));
    if (!this.#isWorking) void this.#work();
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let path = this.#waiting.shift(); path !== undefined; path = this.#waiting.shift()) {
      try {
        await syncPath(path);
      } catch (error) {
        this.#log.error('an artifact may not be durable', { path, error: describeError(error) });
      }
    }
    this.#isWorking = false;
  }
}

/** fsync of a file or directory, if it is there. Throws Failure `ArtifactNotDurable`. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(whenNotOurs);
  if (file === undefined) return;
  try {
    await file.sync();
  } catch (error) {
    throw new Failure('ArtifactNotDurable', `The artifact at ${path} could not be written to the disk.`, { cause: error });
  } finally {
    await file.close();
  }
}

/** A step may leave files that only another user of the machine may open or change; they are sized like the others. */
export function whenNotOurs(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'EACCES' || error.code === 'EPERM') return undefined;
  return whenMissing(error);
}
