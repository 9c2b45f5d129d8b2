// A lock between processes that share a directory of environments (the command line tools of one user do): an exclusive
// transaction on an empty database, which the kernel ends however its process ends.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure, type Clock } from '../../base/mod.ts';

const POLL_MS = 200;
/** SQLITE_BUSY */
const BUSY = 5;

/** Waits for the lock; an abort while waiting rejects with the signal's reason. */
export async function withFileLock<T>(path: string, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  let lock = tryLock(path);
  while (lock === undefined) {
    await clock.sleep(POLL_MS, { signal });
    lock = tryLock(path);
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

function tryLock(path: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path);
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return undefined;
    throw new Failure('EnvironmentBuildFailed', `The lock ${path} can't be taken.`, { cause: error });
  }
}
