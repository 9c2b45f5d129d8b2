// The files of one log: `<log>.1`, `<log>.2`, … as they were full, the oldest first and gone when there are too many, and then
// `<log>` itself, which is written to. Whoever writes it renames it when it is full (the supervisor: container_log.py).
import { appendFile, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Failure } from '../base/mod.ts';
import { tailPlace } from './tail-place.ts';

/** How much of one container's output is kept (the kubelet's containerLogMaxSize and containerLogMaxFiles). */
export interface LogLimits {
  readonly fileBytesMax: number;
  /** At least 2. */
  readonly fileCountMax: number;
}

export interface OpenLogFile {
  readonly handle: FileHandle;
  readonly inode: number;
}

/** The oldest file, or the one in which the last `tailLines` lines begin and where; undefined while there is none. */
export async function openFirst(path: string, tailLines: number | undefined): Promise<(OpenLogFile & { readonly offset: number }) | undefined> {
  if (tailLines === undefined) {
    const first = (await openOne(path, await rotatedNumbers(path))) ?? (await openFile(path));
    return first === undefined ? undefined : { ...first, offset: 0 };
  }
  let missing = tailLines;
  let found: (OpenLogFile & { offset: number }) | undefined;
  for (const name of [path, ...(await rotatedNumbers(path)).toReversed().map((number) => `${path}.${number}`)]) {
    const file = await openFile(name);
    if (file === undefined) continue;
    await found?.handle.close();
    const place = await tailPlace(file.handle, (await file.handle.stat()).size, missing);
    found = { ...file, offset: place.offset };
    missing = place.missingCount;
    if (missing === 0) break;
  }
  return found;
}

/** The file after this one, when this one is not written to any more. */
export async function openNext(path: string, { inode }: OpenLogFile): Promise<OpenLogFile | undefined> {
  if ((await inodeOf(path)) === inode) return undefined;
  const numbers = await rotatedNumbers(path);
  const inodes = await Promise.all(numbers.map((number) => inodeOf(`${path}.${number}`)));
  // One that is gone was too old: what is the oldest now comes after it.
  return (await openOne(path, numbers.slice(inodes.indexOf(inode) + 1))) ?? openFile(path);
}

/** Sizes of all files together. */
export async function sizeOf(path: string): Promise<number> {
  const names = [path, ...(await rotatedNumbers(path)).map((number) => `${path}.${number}`)];
  const sizes = await Promise.all(names.map(async (name) => (await stat(name).catch(whenGone))?.size ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Whole lines at the end of the log; they begin another file when there is enough in the last one. */
export async function appendLog(path: string, lines: string, { fileBytesMax, fileCountMax }: LogLimits): Promise<void> {
  const { size = 0 } = (await stat(path).catch(whenGone)) ?? {};
  if (size >= fileBytesMax) {
    const number = ((await rotatedNumbers(path)).at(-1) ?? 0) + 1;
    await rename(path, `${path}.${number}`);
    await rm(`${path}.${number - fileCountMax + 1}`, { force: true });
  }
  await appendFile(path, lines, 'latin1');
}

async function openOne(path: string, numbers: readonly number[]): Promise<OpenLogFile | undefined> {
  for (const number of numbers) {
    const file = await openFile(`${path}.${number}`);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function openFile(path: string): Promise<OpenLogFile | undefined> {
  const handle = await open(path, 'r').catch(whenGone);
  return handle === undefined ? undefined : { handle, inode: (await handle.stat()).ino };
}

/** Ascending. */
async function rotatedNumbers(path: string): Promise<readonly number[]> {
  const prefix = `${basename(path)}.`;
  const names = (await readdir(dirname(path)).catch(whenGone)) ?? [];
  return names.flatMap((name) => (name.startsWith(prefix) && /^\d{1,9}$/.test(name.slice(prefix.length)) ? [Number(name.slice(prefix.length))] : [])).toSorted((a, b) => a - b);
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(whenGone))?.ino;
}

function whenGone(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw new Failure('LogUnreadable', 'A log file cannot be read.', { cause: error });
}
