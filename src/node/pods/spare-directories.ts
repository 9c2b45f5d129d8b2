// Directories of Pods that have ended, emptied and given to the next ones. Directories are what file systems are slowest at: a new
// one looks for an inode among all that were freed in the last half minute, and where the disk is mounted with `discard` one
// that goes waits for the device, milliseconds in which nobody else makes one beside it. A rename takes microseconds, as long as it
// stays in one directory: one to another directory waits for all such renames of the whole file system.
import { lstatSync, mkdirSync, readdirSync, renameSync, truncateSync } from 'node:fs';
import { rename, rm, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../../base/mod.ts';

/** What stays as long as it has this mode and our own owner: a directory, or a file, emptied. */
export interface Kept {
  readonly mode: number;
  /** Of a directory, by name, what stays in it. */
  readonly inner?: KeptEntries;
}

export type KeptEntries = Readonly<Record<string, Kept>>;

const PREFIX = '.spare-';
/** What earlier versions kept lies in a directory of this name. */
const ANY_PREFIX = '.spare';
const COUNT_MAX = 64;
const PERMISSIONS = 0o7777;

export class SpareDirectories {
  readonly #root: string;
  readonly #kept: KeptEntries;
  /** Directly below the root. */
  readonly #spares: string[] = [];

  /** Of directories directly below `root`, which is made; what an earlier process kept is removed, for nobody knows how far it came. */
  constructor(root: string, kept: KeptEntries) {
    this.#root = root;
    this.#kept = kept;
    mkdirSync(root, { recursive: true });
    // One that can't be removed is in nobody's way.
    for (const name of readdirSync(root)) if (name.startsWith(ANY_PREFIX)) void rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }

  /** Puts a spare directory at `path`; false when there is none, or something else is there. */
  take(path: string): boolean {
    const spare = this.#spares.at(-1);
    if (spare === undefined) return false;
    try {
      renameSync(spare, path);
    } catch {
      return false; // the caller makes one, and is told what is wrong
    }
    this.#spares.pop();
    return true;
  }

  /** Empties the directory and keeps it; false when it can't be used again, and then some of it may still be there. */
  async give(path: string): Promise<boolean> {
    if (this.#spares.length >= COUNT_MAX) return false;
    try {
      await emptied(path, this.#kept);
      const spare = join(this.#root, `${PREFIX}${basename(path)}`);
      await rename(path, spare);
      this.#spares.push(spare);
      return true;
    } catch {
      return false; // changed permissions, a file that can't be removed: the caller removes all of it, or says why not
    }
  }
}

/** Throws when a directory that stays was given other permissions or another owner. */
async function emptied(directory: string, kept: KeptEntries): Promise<void> {
  await Promise.all(
    readdirSync(directory, { withFileTypes: true }).map(async (entry) => {
      const path = join(directory, entry.name);
      const own = Object.hasOwn(kept, entry.name) ? kept[entry.name] : undefined;
      if (own === undefined) return entry.isDirectory() ? rm(path, { recursive: true }) : unlink(path);
      const size = sizeAsMade(path, own);
      if (own.inner !== undefined) return emptied(path, own.inner);
      if (size > 0) truncateSync(path);
    }),
  );
}

function sizeAsMade(path: string, { mode, inner }: Kept): number {
  const facts = lstatSync(path);
  const isSameKind = inner === undefined ? facts.isFile() && facts.nlink === 1 : facts.isDirectory();
  const isOurs = facts.uid === process.geteuid?.() && facts.gid === process.getegid?.();
  if (!isSameKind || !isOurs || (facts.mode & PERMISSIONS) !== mode) throw new Failure('PodDirectoryChanged', `${path} is not as it was made`);
  return facts.size;
}
