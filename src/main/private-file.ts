// Small files that only their owner may read, and that are there whole or not at all: a server that is killed while it makes its
// keys, or finds no room for them, makes them at its next start.
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../base/mod.ts';

const PRIVATE_MODE = 0o600;

/** Throws Failure `StorageFull` when there is no room. */
export function writePrivateFile(path: string, text: string): void {
  const partial = `${path}.new`;
  try {
    const descriptor = openSync(partial, 'w', PRIVATE_MODE);
    try {
      fchmodSync(descriptor, PRIVATE_MODE);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new Failure('StorageFull', `the disk is full: ${path} was not written; free some space on the disk of ${dirname(path)} and try again`, { cause: error });
  }
}
