// Packages that an interpreter brings itself: their owner may install others while a parent holds the old ones.
import { stat } from 'node:fs/promises';
import { sha256Hex } from '../../base/mod.ts';

const LENGTH = 12;

/** Another text whenever a package was installed into one of these directories, or removed from it. */
export async function packageState(directories: readonly string[]): Promise<string> {
  const times = await Promise.all(directories.map((directory) => stat(directory).then(({ mtimeMs, ino }) => [directory, mtimeMs, ino], () => [directory])));
  return sha256Hex(JSON.stringify(times)).slice(0, LENGTH);
}
