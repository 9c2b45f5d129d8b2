// Where things lie that all data directories of a user share: uv, bytecode. A user without a home has them in the data directory.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

interface Places {
  readonly directory: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** In the order of preference; the last one is the data directory's own. */
export function sharedDirectories({ variables, directory }: Places): readonly string[] {
  const cache = cacheHome(variables);
  return [...(cache === undefined ? [] : [join(cache, 'slipway')]), directory];
}

/** The last one when none is; its failure is told where it is used. */
export function firstWritable(directories: readonly string[]): string {
  return directories.find(isWritable) ?? directories.at(-1)!;
}

/** uv fails without a cache that it can write. */
export async function withUvCache({ variables, directory }: Places): Promise<Readonly<Record<string, string>>> {
  if (variables['UV_CACHE_DIR'] !== undefined) return variables;
  const cache = cacheHome(variables);
  const isUsable = cache !== undefined && (await mkdir(join(cache, 'uv'), { recursive: true }).then(() => true, () => false));
  return isUsable ? variables : { ...variables, UV_CACHE_DIR: join(directory, 'uv-cache') };
}

function cacheHome(variables: Readonly<Record<string, string>>): string | undefined {
  const home = variables['HOME'];
  return variables['XDG_CACHE_HOME'] ?? (home === undefined || home === '' ? undefined : join(home, '.cache'));
}

function isWritable(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
