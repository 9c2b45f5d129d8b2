// One environment on disk. `ready.json` is written last: a directory without it was left half-built by a crash. An environment
// is built where it stays, for its scripts carry its path. The time of ready.json is when it was last used.
import { readFileSync } from 'node:fs';
import { lstat, opendir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, isJsonObject } from '../../base/mod.ts';

export interface ReadyRecord {
  /** Where it was built; a data directory that was moved has none of its environments any more. */
  readonly path: string;
  readonly pythonVersion: string;
  readonly requirements: readonly string[];
  readonly tool: 'uv' | 'pip';
  readonly createdAtMs: number;
  /** Undefined until the finishing touches are done (bytecode, size). */
  readonly sizeBytes?: number;
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

const READY_FILE = 'ready.json';
const ENTRIES_SIZED_MAX = 2_000_000;
const BLOCK_BYTES = 512;

/** Undefined when there is no whole environment. Read at once: every step asks, and four trips to the thread pool take longer. */
export function readReady(directory: string): ReadyRecord | undefined {
  const text = readIfThere(join(directory, READY_FILE));
  if (text === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(text);
    if (isJsonObject(record) && record['path'] === directory) return record as unknown as ReadyRecord;
  } catch {
    // Cut off by a crash: not ready.
  }
  return undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return whenMissing(error as NodeJS.ErrnoException);
  }
}

export async function writeReady(directory: string, record: ReadyRecord): Promise<void> {
  const path = join(directory, READY_FILE);
  await writeFile(`${path}.new`, JSON.stringify(record, null, 1));
  await rename(`${path}.new`, path);
}

export async function markUsed(directory: string, nowMs: number): Promise<void> {
  // A reader of the time must not be able to end a start: an environment that is gone is built anew at the next ask.
  await utimes(join(directory, READY_FILE), nowMs / 1000, nowMs / 1000).catch(whenMissing);
}

export async function lastUsedAtMs(directory: string): Promise<number> {
  return (await stat(join(directory, READY_FILE)).catch(whenMissing))?.mtimeMs ?? 0;
}

/** `<directory>/lib/python3.11/site-packages`. Throws Failure `EnvironmentBuildFailed` when it is not there. */
export async function sitePackagesOf(directory: string): Promise<string> {
  const names = (await readdir(join(directory, 'lib')).catch(whenMissing)) ?? [];
  const name = names.find((entry) => /^python3\.\d+t?$/.test(entry));
  if (name === undefined) throw new Failure('EnvironmentBuildFailed', `The environment ${directory} has no directory for packages.`);
  return join(directory, 'lib', name, 'site-packages');
}

/** What `pip list` would say, read from the names of the metadata directories. */
export async function installedPackages(directory: string): Promise<readonly InstalledPackage[]> {
  const names = await readdir(await sitePackagesOf(directory));
  return names
    .map((name) => /^([A-Za-z0-9._]+)-(.+)\.dist-info$/.exec(name))
    .filter((match) => match !== null)
    .map(([, name, version]) => ({ name: name!.replaceAll('_', '-'), version: version! }))
    .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

/** Disk space of everything below; files shared with the tool's cache count in full. */
export async function diskUsage(directory: string): Promise<number> {
  const waiting = [directory];
  let sizeBytes = 0;
  let entryCount = 0;
  for (let path = waiting.pop(); path !== undefined && entryCount < ENTRIES_SIZED_MAX; path = waiting.pop()) {
    for await (const entry of (await opendir(path).catch(whenMissing)) ?? []) {
      entryCount += 1;
      const inner = join(path, entry.name);
      if (entry.isDirectory()) waiting.push(inner);
      else sizeBytes += ((await lstat(inner).catch(whenMissing))?.blocks ?? 0) * BLOCK_BYTES;
    }
  }
  return sizeBytes;
}

/** First the record, so that a crash in between leaves something that counts as half-built. */
export async function removeEnvironment(directory: string): Promise<void> {
  await rm(join(directory, READY_FILE), { force: true });
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

export function whenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw new Failure('EnvironmentUnreadable', 'A directory of environments cannot be read.', { cause: error });
}
