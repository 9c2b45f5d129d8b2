// Artifacts that a step wrote somewhere else than it was told (`artifact.set_path`, kfp 2.15 and later): moved to where
// their URI says before they are sealed.
import { cp, lstat, mkdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { Failure, isJsonObject, objectOf, objectsOf, type JsonObject } from '../../base/mod.ts';

/** A file or directory of the step on this machine, and the directory that it must not lead out of. */
export interface Place {
  readonly root: string;
  readonly path: string;
}

export interface CustomPath {
  readonly key: string;
  readonly uri: string;
  /** Inside the container. */
  readonly path: string;
}

/** What the executor output says of the declared outputs. */
export function customPathsIn(executorOutput: JsonObject | undefined, outputs: readonly { readonly key: string; readonly uri: string }[]): readonly CustomPath[] {
  const told = executorOutput?.['artifacts'];
  if (!isJsonObject(told)) return [];
  return outputs.flatMap(({ key, uri }) => {
    const entry = Object.hasOwn(told, key) ? told[key] : undefined;
    const [first] = objectsOf(objectOf(entry)['artifacts']);
    const path = first?.['custom_path'] ?? first?.['customPath'];
    return typeof path === 'string' && path !== '' ? [{ key, uri, path }] : [];
  });
}

/** A step that says so and wrote nothing there has no such artifact. Throws Failure `OutputInvalid`. */
export async function moveArtifact({ root, path }: Place, target: string, what: string): Promise<void> {
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined) return;
  const [realRoot, real] = await Promise.all([realpath(root), realpath(path)]);
  if (facts.isSymbolicLink() || !real.startsWith(realRoot + sep)) throw new Failure('OutputInvalid', `${what} lies behind a symbolic link, which is never followed`);
  // The place that it was told in the first place: what lies there is the artifact.
  if ((await realpath(target).catch(() => undefined)) === real) return;
  try {
    await rm(target, { recursive: true, force: true });
    await mkdir(dirname(target), { recursive: true });
    await moveTree(real, target);
  } catch (error) {
    // A full or failing disk is tried again; what the step itself made immovable stays so.
    if (OF_THE_MACHINE.includes((error as NodeJS.ErrnoException).code)) throw error;
    throw new Failure('OutputInvalid', `${what} can not be moved from where the step wrote it`, { cause: error });
  }
}

const OF_THE_MACHINE: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM'];

async function moveTree(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
}
