// Fixes an artifact after its step: tells its size, makes it durable and read-only as far as that is cheap.
import { constants, type Stats } from 'node:fs';
import { chmod, lstat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, crashPoint, type Log } from '../base/mod.ts';
import { whenMissing } from './contained-path.ts';
import { walkBelow } from './walk.ts';

/** Beyond these numbers of files an artifact stays as the step left it; a changed input is noticed by its size and time. */
const READ_ONLY_FILES_MAX = 2_000;
/** Beyond it the kernel's own write-back makes the rest durable, within about half a minute. */
const SYNCED_FILES_MAX = 64;
/** Entries whose sizes are summed. */
const SIZED_ENTRIES_MAX = 1_000_000;

const WRITE_BITS = 0o222;

export interface Seal {
  readonly exists: boolean;
  readonly sizeBytes: number;
}

/** Idempotent. A symbolic link in place of an artifact counts as existing and is neither followed nor sized. */
export async function sealArtifact(path: string, log: Log): Promise<Seal> {
  const facts = await lstat(path).catch(whenMissing);
  if (facts === undefined) return { exists: false, sizeBytes: 0 };
  crashPoint('blobs.seal.before');
  const sizeBytes = facts.isDirectory() ? await sealDirectory(path, log) : await sealEntry(path, facts, 0);
  await sync(dirname(path));
  crashPoint('blobs.seal.after');
  return { exists: true, sizeBytes };
}

async function sealDirectory(path: string, log: Log): Promise<number> {
  let sizeBytes = 0;
  let entryCount = 0;
  let fileCount = 0;
  for await (const entry of walkBelow(path)) {
    if (++entryCount > SIZED_ENTRIES_MAX) {
      log.warn('an artifact has too many entries to be sized', { path, entriesMax: SIZED_ENTRIES_MAX });
      break;
    }
    if (entry.facts.isDirectory()) {
      if (fileCount < SYNCED_FILES_MAX) await sync(entry.path);
      continue;
    }
    sizeBytes += await sealEntry(entry.path, entry.facts, fileCount);
    fileCount += 1;
  }
  await sync(path);
  return sizeBytes;
}

/** Size of one file. `fileCount` files were sealed before it. */
async function sealEntry(path: string, facts: Stats, fileCount: number): Promise<number> {
  if (!facts.isFile()) return 0;
  if (fileCount < SYNCED_FILES_MAX) await sync(path);
  // A second hard link may be a file of the user's: its mode is not ours to change.
  if (fileCount < READ_ONLY_FILES_MAX && facts.nlink === 1 && (facts.mode & WRITE_BITS) !== 0) {
    await chmod(path, facts.mode & 0o7777 & ~WRITE_BITS).catch(whenNotOurs);
  }
  return facts.size;
}

/** fsync of a file or directory. */
async function sync(path: string): Promise<void> {
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
function whenNotOurs(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'EACCES' || error.code === 'EPERM') return undefined;
  return whenMissing(error);
}
