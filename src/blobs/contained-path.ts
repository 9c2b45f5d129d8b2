// Steps write their artifacts and may put symbolic links there. These checks keep what the server reads and removes for its
// clients inside the artifact: the way to an artifact has no link at all, and a link inside it may only lead to its inside.
import { constants, realpathSync } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Failure } from '../base/mod.ts';

/** Whether `<root>/<segments>` exists and no part of it is a symbolic link. `root` is trusted and a real path itself. */
export async function findWithoutLinks(root: string, segments: readonly string[]): Promise<'found' | 'missing' | 'link'> {
  // One call for the usual answer: a path that is its own real path has no link in it. It takes microseconds, a trip to the
  // thread pool takes longer.
  const whole = join(root, ...segments);
  if (realPathIfThere(whole) === whole) return 'found';
  let path = root;
  for (const segment of segments) {
    path = join(path, segment);
    const facts = await lstat(path).catch(whenMissing);
    if (facts === undefined) return 'missing';
    if (facts.isSymbolicLink()) return 'link';
  }
  return 'found';
}

function realPathIfThere(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined; // the caller looks at it part by part
  }
}

/** Real path of `<artifact>/<segments>` when it lies inside the artifact after all links are followed; undefined otherwise. */
export async function resolveInside(artifact: string, segments: readonly string[]): Promise<string | undefined> {
  const base = await realpath(artifact).catch(whenMissing);
  const real = await realpath(join(artifact, ...segments)).catch(whenMissing);
  if (base === undefined || real === undefined) return undefined;
  return real === base || real.startsWith(base + sep) ? real : undefined;
}

/**
 * Opens a regular file inside an artifact; undefined when it is none or lies outside. The last part is never followed as a
 * link, a FIFO does not block, and the path is checked again after the opening, for a running step may exchange it meanwhile.
 */
export async function openInside(artifact: string, segments: readonly string[]): Promise<FileHandle | undefined> {
  const real = await resolveInside(artifact, segments);
  if (real === undefined) return undefined;
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(whenMissing);
  if (file === undefined) return undefined;
  try {
    const opened = await file.stat();
    const again = await resolveInside(artifact, segments);
    const named = again === undefined ? undefined : await stat(again).catch(whenMissing);
    if (opened.isFile() && named !== undefined && named.ino === opened.ino && named.dev === opened.dev) return file;
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  return undefined;
}

/** For `.catch`: undefined when there is nothing under that name (a loop of links leads nowhere); a failure otherwise. */
export function whenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP' || error.code === 'ENXIO') return undefined;
  throw new Failure('ArtifactUnreadable', 'An artifact cannot be read.', { cause: error });
}
