// The retention rule: whole files, oldest first, until the age and the size limit hold. Logs of Pods that are kept stay.
import { opendir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Failure, type Clock, type Log } from '../base/mod.ts';

export interface RetentionLimits {
  readonly ageMsMax: number;
  readonly sizeBytesMax: number;
  readonly isKept: (podUid: string) => boolean;
}

interface LogFileFacts {
  readonly path: string;
  readonly podUid: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** uid / namespace / Pod / file */
const DEPTH_MAX = 4;

export async function retainLogs(directory: string, limits: RetentionLimits, { clock, log }: { clock: Clock; log: Log }): Promise<void> {
  const files: LogFileFacts[] = [];
  await collect(directory, directory, 1, files);
  const removed = planRemoval(files, limits, clock.now());
  for (const file of removed) {
    await rm(file.path, { force: true });
    await removeEmptyParents(directory, file.path);
  }
  if (removed.length > 0) log.info('old logs removed', { fileCount: removed.length, sizeBytes: sum(removed) });
}

/** Pure: which files go. The size of kept logs counts, but only others can make room. */
export function planRemoval(files: readonly LogFileFacts[], limits: RetentionLimits, nowMs: number): readonly LogFileFacts[] {
  let sizeBytes = sum(files);
  const removed: LogFileFacts[] = [];
  for (const file of files.toSorted((a, b) => a.modifiedAtMs - b.modifiedAtMs)) {
    const isTooOld = nowMs - file.modifiedAtMs > limits.ageMsMax;
    if (!isTooOld && sizeBytes <= limits.sizeBytesMax) break;
    if (limits.isKept(file.podUid)) continue;
    removed.push(file);
    sizeBytes -= file.sizeBytes;
  }
  return removed;
}

function sum(files: readonly LogFileFacts[]): number {
  return files.reduce((total, file) => total + file.sizeBytes, 0);
}

async function collect(root: string, path: string, depth: number, files: LogFileFacts[]): Promise<void> {
  for await (const entry of await openDirectory(path)) {
    const entryPath = join(path, entry.name);
    if (entry.isDirectory() && depth < DEPTH_MAX) await collect(root, entryPath, depth + 1, files);
    if (!entry.isFile() || !entry.name.endsWith('.log')) continue;
    const facts = await stat(entryPath).catch(whenGone);
    if (facts === undefined) continue;
    files.push({ path: entryPath, podUid: relative(root, entryPath).split(sep)[0]!, sizeBytes: facts.size, modifiedAtMs: facts.mtimeMs });
  }
}

async function openDirectory(path: string): Promise<AsyncIterable<import('node:fs').Dirent>> {
  const opened = await opendir(path).catch(whenGone);
  return opened ?? (async function* () {})();
}

/** A file or directory that is already gone is what the rule wants. */
function whenGone(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw new Failure('LogUnreadable', 'A log directory cannot be read.', { cause: error });
}

async function removeEmptyParents(root: string, path: string): Promise<void> {
  for (let parent = dirname(path); parent !== root && parent.startsWith(root + sep); parent = dirname(parent)) {
    try {
      await rmdir(parent);
    } catch {
      // Not empty, or gone already: the directories above are in use or someone else's turn.
      return;
    }
  }
}
