// The place where Slipway would run: data directory, disk, memory.
import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatSize } from '../../base/mod.ts';
import type { Finding } from './finding.ts';

/** Environments with pandas and scikit-learn take about 0.5 GiB, with torch several. */
const FREE_DISK_BYTES_GOOD = 5 * 2 ** 30;
const FREE_DISK_BYTES_MIN = 2 ** 30;
const FREE_MEMORY_BYTES_GOOD = 2 ** 30;

export async function checkDataDirectory(dataDir: string): Promise<Finding> {
  const subject = 'data';
  const existing = await firstExisting(dataDir);
  try {
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(existing);
    return judgeDisk(dataDir, bavail * bsize);
  } catch {
    const nextStep = `make it yours with chown, or choose another place with --data-dir`;
    return { subject, verdict: 'broken', observation: `${existing} can not be written`, nextStep };
  }
}

export function judgeDisk(dataDir: string, freeBytes: number): Finding {
  const observation = `${dataDir}, ${formatSize(freeBytes)} free`;
  if (freeBytes >= FREE_DISK_BYTES_GOOD) return { subject: 'data', verdict: 'good', observation };
  const verdict = freeBytes < FREE_DISK_BYTES_MIN ? 'broken' : 'lacking';
  return { subject: 'data', verdict, observation, nextStep: 'environments and artifacts need room: free some, or choose another disk with --data-dir' };
}

async function firstExisting(path: string): Promise<string> {
  try {
    await access(path, constants.F_OK);
    return path;
  } catch {
    return path === dirname(path) ? path : firstExisting(dirname(path));
  }
}

export function judgeMemory(freeBytes: number, totalBytes: number): Finding {
  const observation = `${formatSize(freeBytes)} free of ${formatSize(totalBytes)}`;
  if (freeBytes >= FREE_MEMORY_BYTES_GOOD) return { subject: 'memory', verdict: 'good', observation };
  return { subject: 'memory', verdict: 'lacking', observation, nextStep: 'Slipway takes 150 MB; what your steps need comes on top' };
}
