// The files of a volume, replaced all at once while containers read them. As the kubelet lays them out: every version is a
// directory of its own, `..data` leads to the one that counts, and each name leads through it:
//   ..2026_01_01_00_00_00.000-1/color   ..data → ..2026_01_01_00_00_00.000-1   color → ..data/color
import { chmod, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeFiles } from './volume-files.ts';

const CURRENT = '..data';
/** Whoever runs in the container finds the way, whatever this process masks. */
const DIRECTORY_MODE = 0o755;

export interface Replacement {
  /** One that was never used in this directory. */
  readonly versionName: string;
  /** Called for each new file and directory. */
  readonly give?: ((path: string) => Promise<void>) | undefined;
}

/** False when the files were all there as they are wanted. */
export async function replaceFiles(directory: string, files: VolumeFiles, { versionName, give }: Replacement): Promise<boolean> {
  const before = await readlink(join(directory, CURRENT)).catch(() => undefined);
  const isCurrent = before !== undefined && (await holds(join(directory, before), files));
  const version = isCurrent ? before : `..${versionName}`;
  if (!isCurrent) await writeVersion(join(directory, version), files, give);
  await point(directory, CURRENT, version);
  const names = new Set([...files.keys()].map(topOf));
  for (const name of names) await point(directory, name, join(CURRENT, name));
  for (const entry of await readdir(directory)) {
    const isOfUse = entry === CURRENT || entry === version || names.has(entry);
    if (!isOfUse) await rm(join(directory, entry), { recursive: true, force: true });
  }
  return !isCurrent;
}

async function writeVersion(version: string, files: VolumeFiles, give: Replacement['give']): Promise<void> {
  await makeDirectory(version);
  for (const [path, { bytes, mode }] of files) {
    const file = join(version, path);
    for (const parent of parentsOf(path)) await makeDirectory(join(version, parent));
    await writeFile(file, bytes);
    await chmod(file, mode);
    await give?.(file);
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, DIRECTORY_MODE);
}

/** Of a/b/c: a, a/b. */
function parentsOf(path: string): readonly string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => join(...segments.slice(0, index + 1)));
}

/** The link is there or it is not, never something between. */
async function point(directory: string, name: string, target: string): Promise<void> {
  const link = join(directory, name);
  const facts = await lstat(link).catch(() => undefined);
  if (facts?.isSymbolicLink() === true && (await readlink(link)) === target) return;
  if (facts?.isDirectory() === true) await rm(link, { recursive: true });
  const fresh = join(directory, '..new');
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  await rename(fresh, link);
}

async function holds(version: string, files: VolumeFiles): Promise<boolean> {
  const present = await readdir(version, { recursive: true, withFileTypes: true }).catch(() => []);
  if (present.filter((entry) => entry.isFile()).length !== files.size) return false;
  for (const [path, { bytes }] of files) {
    const content = await readFile(join(version, path)).catch(() => undefined);
    if (content === undefined || !content.equals(bytes)) return false;
  }
  return true;
}

function topOf(path: string): string {
  return path.split('/', 1)[0]!;
}
