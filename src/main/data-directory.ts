// The data directory: everything that an installation keeps, and the lock that lets only one server write it.
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../base/mod.ts';
import { finishRestore } from './backup/replace.ts';

/** What a running server says about itself, for the command line. */
export interface ServerRecord {
  readonly pid: number;
  readonly url: string;
  readonly startedAt: string;
}

export interface DataDirectory {
  readonly path: string;
  /** Absolute path of an entry of the directory. */
  file(name: string): string;
  writeServerRecord(record: ServerRecord): void;
  /** Removes the server record and gives the lock back. Idempotent. */
  release(): void;
}

const SERVER_RECORD = 'server.json';
export const LOCK = 'lock.db';

/**
 * Makes the directory, checks that it can be written, takes the lock. Throws Failure `DataDirectoryNotWritable` or
 * `DataDirectoryInUse`. The lock belongs to the process: the kernel frees it however the process ends.
 */
export function openDataDirectory(path: string): DataDirectory {
  ensureDataDirectory(path);
  const lock = takeLock(path);
  finishRestore(path);
  return {
    path,
    file: (name) => join(path, name),
    writeServerRecord(record) {
      const file = join(path, SERVER_RECORD);
      writeFileSync(`${file}.new`, `${JSON.stringify(record)}\n`);
      renameSync(`${file}.new`, file);
    },
    release() {
      if (!lock.isOpen) return;
      rmSync(join(path, SERVER_RECORD), { force: true });
      lock.close();
    },
  };
}

/** The record of the server that runs, or last ran, on this directory. */
export function readServerRecord(path: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(path, SERVER_RECORD), 'utf8')) as ServerRecord;
  } catch {
    // No server ran here yet, or it ended cleanly.
    return undefined;
  }
}

/** Makes the directory when it is not there. Throws Failure `DataDirectoryNotWritable`. */
export function ensureDataDirectory(path: string): void {
  try {
    makeDirectory(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (isFile(path)) throw new Failure('DataDirectoryNotWritable', `the data directory ${path} is not a directory; choose another with --data-dir`);
    throw new Failure(
      'DataDirectoryNotWritable',
      `the data directory ${path} can not be written; make it yours with chown, or choose another with --data-dir`,
      { cause: error },
    );
  }
}

/**
 * `mkdir -p`, step by step: Node's own recursive mkdir never returns where a file system answers ENOENT for a parent that
 * exists, as /proc does.
 */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false; // the failure at hand says more
  }
}

/** An exclusive transaction that never ends, on a small database of its own: a lock that dies with its process. */
function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(path, LOCK));
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    const busy = error instanceof Error && 'errcode' in error && Number(error.errcode) === 5;
    if (!busy) throw new Failure('DataDirectoryNotWritable', `the data directory ${path} can not be locked; see that it may be written and that its disk has room, or choose another with --data-dir`, { cause: error });
    const other = readServerRecord(path);
    const who = other === undefined ? 'another server' : `the server at ${other.url} (pid ${other.pid})`;
    throw new Failure('DataDirectoryInUse', `${who} already uses the data directory ${path}; stop it, or name another with --data-dir (a second server needs another --port, too)`);
  }
}
