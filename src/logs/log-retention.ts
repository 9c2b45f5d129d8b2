// The retention rule: whole files, oldest first, until the age and the size limit hold. Logs of Pods that are kept stay.
import { opendir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, type Clock, type Log } from '../base/mod.ts';
import { logKeyOf, logPathOf, type LogKey } from './log-path.ts';

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

export async function retainLogs(directory: string, limits: RetentionLimits, { clock, log }: { clock: Clock; log: Log }): Promise<void> {
  const removed = planRemoval(await collect(directory), limits, clock.now());
  for (const file of removed) await rm(file.path, { force: true });
  if (removed.length > 0) log.info('old logs removed', { fileCount: removed.length, sizeBytes: sum(removed) });
}

/** Of one container: the logs of its attempts up to this one. */
export async function forgetLogs(directory: string, { podUid, container, restart }: LogKey): Promise<void> {
  const place = dirname(logPathOf(directory, { podUid, container, restart }));
  for await (const { name } of await openDirectory(place)) {
    const key = logKeyOf(name);
    if (key?.podUid === podUid && key.container === container && key.restart <= restart) await rm(join(place, name), { force: true });
  }
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

async function collect(directory: string): Promise<readonly LogFileFacts[]> {
  const files: LogFileFacts[] = [];
  for await (const shard of await openDirectory(directory)) {
    if (!shard.isDirectory()) continue;
    for await (const entry of await openDirectory(join(directory, shard.name))) {
      const key = logKeyOf(entry.name);
      if (key === undefined || !entry.isFile()) continue;
      const path = join(directory, shard.name, entry.name);
      const facts = await stat(path).catch(whenGone);
      if (facts !== undefined) files.push({ path, podUid: key.podUid, sizeBytes: facts.size, modifiedAtMs: facts.mtimeMs });
    }
  }
  return files;
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
