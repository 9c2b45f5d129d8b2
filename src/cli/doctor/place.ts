// The place where Slipway would run: data directory, disk, memory, port.
import { access, constants, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { formatSize } from '../format.ts';
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

export async function checkPort(host: string, port: number, isSlipwayThere: (url: string) => Promise<boolean>): Promise<Finding> {
  const subject = 'port';
  const code = await tryListen(host, port);
  if (code === undefined) return { subject, verdict: 'good', observation: `${host}:${port} is free` };
  const url = `http://${host}:${port}`;
  if (code === 'EADDRINUSE' && (await isSlipwayThere(url))) return { subject, verdict: 'good', observation: `Slipway runs at ${url}` };
  const observation = code === 'EADDRINUSE' ? `${host}:${port} is taken by another program` : `${host}:${port} can not be listened on (${code})`;
  return { subject, verdict: 'lacking', observation, nextStep: 'start with another one: slipway up --port 8081' };
}

/** Undefined when it worked, else the error's code. */
function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}
