// Fixes an artifact after its step: tells its size, makes it durable and read-only as far as that is cheap.
import type { Stats } from 'node:fs';
import { chmod, lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crashPoint, type Log } from '../base/mod.ts';
import { whenMissing } from './contained-path.ts';
import { syncPath, whenNotOurs, type LateSync } from './late-sync.ts';
import { walkBelow, type WalkedEntry } from './walk.ts';

/** Beyond these numbers of files an artifact stays as the step left it; a changed input is noticed by its size and time. */
const READ_ONLY_FILES_MAX = 100;
/** A larger artifact becomes durable after its step has ended: a gigabyte takes seconds. */
const SYNCED_ENTRIES_MAX = 16;
const SYNCED_BYTES_MAX = 16 * 1024 * 1024;
/** Beyond it the kernel's own write-back makes the rest durable, within about half a minute. */
const LATE_SYNCED_ENTRIES_MAX = 64;
/** Entries whose sizes are summed. */
const SIZED_ENTRIES_MAX = 1_000_000;

const WRITE_BITS = 0o222;

export interface Seal {
  readonly exists: boolean;
  readonly sizeBytes: number;
}

/** Idempotent. A symbolic link in place of an artifact counts as existing and is neither followed nor sized. */
export async function sealArtifact(path: string, late: LateSync, log: Log): Promise<Seal> {
  const facts = await lstat(path).catch(whenMissing);
  if (facts === undefined) return { exists: false, sizeBytes: 0 };
  crashPoint('blobs.seal.before');
  const { sizeBytes, entries, writable } = facts.isDirectory() ? await sealDirectory(path, log) : sealFile(path, facts);
  // In the thread pool: a file system that is just writing its journal makes it wait.
  await Promise.all(writable.map(({ path: inner, facts: { mode } }) => chmod(inner, mode & 0o7777 & ~WRITE_BITS).catch(whenNotOurs)));
  const paths = [...entries, dirname(path)];
  if (paths.length <= SYNCED_ENTRIES_MAX && sizeBytes <= SYNCED_BYTES_MAX) await Promise.all(paths.map(syncPath));
  else late.add(paths.slice(0, LATE_SYNCED_ENTRIES_MAX));
  crashPoint('blobs.seal.after');
  return { exists: true, sizeBytes };
}

interface Sealed {
  readonly sizeBytes: number;
  /** To be synced; no more than are needed. */
  readonly entries: readonly string[];
  /** Files to be made read-only. */
  readonly writable: readonly { readonly path: string; readonly facts: Stats }[];
}

async function sealDirectory(path: string, log: Log): Promise<Sealed> {
  const entries = [path];
  const writable: WalkedEntry[] = [];
  let sizeBytes = 0;
  let entryCount = 0;
  for await (const entry of walkBelow(path)) {
    if (++entryCount > SIZED_ENTRIES_MAX) {
      log.warn('an artifact has too many entries to be sized', { path, entriesMax: SIZED_ENTRIES_MAX });
      break;
    }
    if (entry.facts.isFile()) {
      sizeBytes += entry.facts.size;
      if (writable.length < READ_ONLY_FILES_MAX && isToBeReadOnly(entry.facts)) writable.push(entry);
    } else if (!entry.facts.isDirectory()) continue;
    if (entries.length < LATE_SYNCED_ENTRIES_MAX) entries.push(entry.path);
  }
  return { sizeBytes, entries, writable };
}

function sealFile(path: string, facts: Stats): Sealed {
  if (!facts.isFile()) return { sizeBytes: 0, entries: [], writable: [] };
  return { sizeBytes: facts.size, entries: [path], writable: isToBeReadOnly(facts) ? [{ path, facts }] : [] };
}

/** A second hard link may be a file of the user's: its mode is not ours to change. */
function isToBeReadOnly({ nlink, mode }: Stats): boolean {
  return nlink === 1 && (mode & WRITE_BITS) !== 0;
}
