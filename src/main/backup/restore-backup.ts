// Restores a backup into a data directory: unpacks and verifies it beside what is there, then takes its place.
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, silentLog, systemClock } from '../../base/mod.ts';
import { openRecords } from '../../records/mod.ts';
import { openDatabase } from '../../sql/mod.ts';
import { openStore } from '../../store/mod.ts';
import { LOCK, openDataDirectory } from '../data-directory.ts';
import { DATABASE, type BackupSummary, type OnProgress } from './contents.ts';
import { PARTIAL, replaceWithUnpacked, REPLACED } from './replace.ts';
import { syncFilesBelow } from './sync-files.ts';
import { unpackBackup } from './unpack.ts';

export interface RestoreOptions {
  readonly file: string;
  readonly dataDir: string;
  /** Replace what is in the directory; it is kept in its directory `replaced`. */
  readonly isForced: boolean;
  readonly onProgress: OnProgress;
  /** An abort leaves the directory as it was and rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface RestoreSummary extends BackupSummary {
  /** Where the data that was there before is now; undefined when there was none. */
  readonly replaced: string | undefined;
}

/** What is in a directory that was made and never used. */
const NOTHING = [LOCK, `${LOCK}-journal`];

/** Throws Failure with a sentence for people; then the directory is as it was. */
export async function restoreBackup({ file, dataDir, isForced, onProgress, signal }: RestoreOptions): Promise<RestoreSummary> {
  checkReadable(file);
  const before = { isThere: existsSync(dataDir), hasLock: existsSync(join(dataDir, LOCK)) };
  const directory = openDataDirectory(dataDir);
  const partial = directory.file(PARTIAL);
  try {
    const isEmpty = readdirSync(dataDir).every((name) => NOTHING.includes(name));
    if (!isEmpty && !isForced) {
      throw new Failure('DataDirectoryNotEmpty', `${dataDir} is not empty; choose another with --data-dir, or replace what is in it with --force`);
    }
    if (existsSync(directory.file(REPLACED))) {
      throw new Failure('DataDirectoryNotEmpty', `${directory.file(REPLACED)} holds what an earlier restore replaced; remove it or move it away, then restore again`);
    }
    mkdirSync(partial, { mode: 0o700 });
    const summary = await unpackBackup({ file, directory: partial, onProgress, signal });
    await checkDatabase(join(partial, DATABASE));
    await syncFilesBelow(partial);
    signal.throwIfAborted();
    replaceWithUnpacked(dataDir);
    return { ...summary, replaced: isEmpty ? undefined : directory.file(REPLACED) };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // While the lock is held: whoever comes now is told so, and whoever comes later makes it anew.
    if (!before.hasLock) rmSync(directory.file(LOCK), { force: true });
    directory.release();
    if (!before.isThere && readdirSync(dataDir).length === 0) rmdirSync(dataDir);
    throw error;
  } finally {
    directory.release();
  }
}

/** First of all: who mistyped its name need not hear of the directory. */
function checkReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new Failure('BackupUnreadable', `${file} can not be read; check its name`, { cause: error });
  }
}

/** Opened and brought up to date as a start does it, while the old one is still in its place. Throws Failure `DataDirectoryNewer`. */
async function checkDatabase(path: string): Promise<void> {
  const database = openDatabase({ path, log: silentLog });
  try {
    openRecords({ database, log: silentLog });
    openStore({ database, clock: systemClock, log: silentLog }).close();
  } finally {
    await database.close();
  }
}
