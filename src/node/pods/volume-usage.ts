// How much of the disk, or of memory, a volume takes.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK_BYTES = 512;

/** Blocks of all files below; what vanishes meanwhile counts nothing. Links are not followed. */
export async function usedBytes(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
    const path = join(directory, entry.name);
    const facts = await lstat(path).catch(() => undefined);
    bytes += (facts?.blocks ?? 0) * BLOCK_BYTES;
    if (entry.isDirectory()) bytes += await usedBytes(path);
  }
  return bytes;
}
