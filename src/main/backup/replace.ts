// Puts what a backup held in the place of what is in a data directory, so that a crash at any moment leaves either the old
// or the new: the next start goes on where it stopped. Renames only, inside one directory.
//
//   unpacked-backup.partial   a backup that is being unpacked; the next start removes what is left of it
//   unpacked-backup           verified; what it replaces is being moved to `replaced`
//   unpacked-backup.ready     the way is free; its entries are being moved to their places
//   replaced                  what was there before
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { crashPoint } from '../../base/mod.ts';
import { DATABASE, KEPT_DIRECTORIES, KEPT_FILES, MANIFEST } from './contents.ts';

const UNPACKED = 'unpacked-backup';
const READY = 'unpacked-backup.ready';
export const PARTIAL = 'unpacked-backup.partial';
export const REPLACED = 'replaced';

const REPLACED_NAMES = [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, ...KEPT_FILES, ...KEPT_DIRECTORIES];

/** `PARTIAL` is complete and verified: from here on the backup wins. */
export function replaceWithUnpacked(dataDir: string): void {
  rmSync(join(dataDir, PARTIAL, MANIFEST));
  renameSync(join(dataDir, PARTIAL), join(dataDir, UNPACKED));
  finishRestore(dataDir);
}

/** Goes on with a restore that was interrupted; nothing when there is none. Call with the lock of the directory. */
export function finishRestore(dataDir: string): void {
  rmSync(join(dataDir, PARTIAL), { recursive: true, force: true });
  if (existsSync(join(dataDir, UNPACKED))) {
    for (const name of REPLACED_NAMES) {
      crashPoint('restore.move.before');
      if (!existsSync(join(dataDir, name))) continue;
      mkdirSync(join(dataDir, REPLACED), { recursive: true, mode: 0o700 });
      renameSync(join(dataDir, name), join(dataDir, REPLACED, name));
    }
    syncDirectory(dataDir);
    renameSync(join(dataDir, UNPACKED), join(dataDir, READY));
  }
  if (!existsSync(join(dataDir, READY))) return;
  for (const name of readdirSync(join(dataDir, READY))) {
    crashPoint('restore.move.before');
    renameSync(join(dataDir, READY, name), join(dataDir, name));
  }
  syncDirectory(dataDir);
  rmdirSync(join(dataDir, READY));
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
