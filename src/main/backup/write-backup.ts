// A backup of a data directory, whether a server runs on it or not: the database as of one moment, then the files that it
// speaks of. It is read beside the server, as the user whose directory it is; the server notices nothing.
import { accessSync, constants, createWriteStream, existsSync } from 'node:fs';
import { lstat, open, readdir, readlink, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure, toRfc3339, type Clock } from '../../base/mod.ts';
import { VERSION } from '../version.ts';
import { BackupWriter } from './backup-writer.ts';
import { compressorFor } from './compression.ts';
import { BACKUP_FORMAT, DATABASE, KEPT_DIRECTORIES, KEPT_FILES, MANIFEST, type BackupSummary, type Manifest, type OnProgress } from './contents.ts';

export interface BackupOptions {
  readonly dataDir: string;
  /** Ends in .tar.zst, .tar.gz or .tar. It appears when it is whole. */
  readonly file: string;
  /** Replace the file when it is there. */
  readonly isForced: boolean;
  readonly clock: Clock;
  readonly onProgress: OnProgress;
  /** An abort leaves nothing behind and rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** SQLite copies so many pages without letting go of the snapshot: all of them. */
const ALL_PAGES = 2 ** 31 - 1;

/** Throws Failure with a sentence for people; then there is no file. */
export async function writeBackup(options: BackupOptions): Promise<BackupSummary> {
  const file = resolve(options.file);
  checkPlaces(options, file);
  const compressor = compressorFor(file);
  const [partial, copy] = [`${file}.partial`, `${file}.partial.db`];
  try {
    const manifest = await copyDatabase(options, copy);
    const writer = new BackupWriter(progressOf(options));
    const writing = pipeline(Readable.fromWeb(writer.archive), compressor, createWriteStream(partial, { mode: 0o600, flush: true }), { signal: options.signal });
    const [, summary] = await Promise.all([writing, addAll(writer, options, manifest, copy)]);
    options.signal.throwIfAborted();
    await rename(partial, file);
    await syncDirectory(dirname(file));
    return summary;
  } catch (error) {
    options.signal.throwIfAborted();
    throw failureOf(error, options.dataDir, file);
  } finally {
    // What can not be removed could not be made either, and the failure at hand says why.
    await Promise.all([partial, copy, `${copy}-journal`, `${copy}-wal`, `${copy}-shm`].map((path) => rm(path, { force: true }).catch(() => undefined)));
  }
}

function checkPlaces({ dataDir, isForced }: BackupOptions, file: string): void {
  if (!existsSync(join(dataDir, DATABASE))) {
    if (isClosed(dataDir)) throw new Failure('DataDirectoryNotReadable', `${dataDir} can not be read; run this as the user whose data directory it is`);
    throw new Failure('NoDataDirectory', `${dataDir} is no data directory of Slipway; name the right one with --data-dir`);
  }
  const inside = relative(dataDir, file);
  if (!inside.startsWith(`..${sep}`)) throw new Failure('BadBackupName', `${file} lies in the data directory itself; a backup belongs elsewhere`);
  if (!isForced && existsSync(file)) throw new Failure('BackupExists', `${file} is there already; choose another name, or replace it with --force`);
}

function isClosed(directory: string): boolean {
  try {
    accessSync(directory, constants.R_OK | constants.X_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

/** Everything that was committed when it is called, as a database of its own. */
async function copyDatabase({ dataDir, clock, signal }: BackupOptions, copy: string): Promise<Manifest> {
  const source = new DatabaseSync(join(dataDir, DATABASE), { readOnly: true });
  try {
    const createdAt = toRfc3339(clock.now());
    await backup(source, copy, { rate: ALL_PAGES });
    signal.throwIfAborted();
    return { format: BACKUP_FORMAT, slipwayVersion: VERSION, createdAt, dataDir, schemas: checkedSchemas(copy) };
  } finally {
    source.close();
  }
}

/** One file, without a write-ahead log beside it. */
function checkedSchemas(copy: string): Record<string, number> {
  const database = new DatabaseSync(copy);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok') throw new Failure('DatabaseDamaged', `the database is damaged (${String(found)}): a backup of it would be, too`);
    const rows = database.prepare('SELECT room, applied FROM migrations ORDER BY room').all();
    return Object.fromEntries(rows.map(({ room, applied }) => [String(room), Number(applied)]));
  } finally {
    database.close();
  }
}

async function addAll(writer: BackupWriter, { dataDir, signal }: BackupOptions, manifest: Manifest, copy: string): Promise<BackupSummary> {
  try {
    await writer.addText(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
    await writer.addFileAt(DATABASE, copy);
    for (const name of KEPT_FILES) await writer.addFileAt(name, await realPathOf(join(dataDir, name)));
    for (const name of KEPT_DIRECTORIES) await addTree(writer, dataDir, name, signal);
    await writer.finish();
    return { manifest, fileCount: writer.fileCount, sizeBytes: writer.sizeBytes };
  } catch (error) {
    writer.fail(error);
    throw error;
  }
}

/** Its owner may have moved a file or a directory that is kept to another place, with a link to it here. */
function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path); // not there, which the caller finds out
}

/** A directory before its entries. What goes away meanwhile was deleted by its owner, and is left out. */
async function addTree(writer: BackupWriter, dataDir: string, root: string, signal: AbortSignal): Promise<void> {
  const waiting = [root];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    signal.throwIfAborted();
    const path = name === root ? await realPathOf(join(dataDir, name)) : join(dataDir, name);
    const facts = await lstat(path).catch(() => undefined);
    if (facts?.isDirectory() === true) {
      await writer.addDirectory(name, facts);
      const entries = await readdir(path).catch(() => []);
      waiting.push(...entries.toReversed().map((entry) => `${name}/${entry}`));
    } else if (facts?.isSymbolicLink() === true) {
      await writer.addLink(name, facts, await readlink(path));
    } else if (facts?.isFile() === true) {
      await writer.addFileAt(name, path);
    }
  }
}

function progressOf({ onProgress }: BackupOptions): (count: number) => void {
  let doneBytes = 0;
  return (count) => {
    doneBytes += count;
    onProgress(doneBytes);
  };
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function failureOf(error: unknown, dataDir: string, file: string): Error {
  if (!(error instanceof Error)) return new Failure('BackupFailed', String(error));
  if (error instanceof Failure || !('code' in error)) return error;
  if (error.code === 'ENOSPC') return new Failure('StorageFull', `there is no room for ${file}: no backup was made`, { cause: error });
  return new Failure('BackupFailed', `no backup of ${dataDir} was made at ${file}; run it as the user whose directory it is, and check that the place can be written`, { cause: error });
}
