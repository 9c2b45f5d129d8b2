// Whether processes of this machine are in one process namespace: an engine in a virtual machine has numbers of its own.
import { readlinkSync } from 'node:fs';

/** Only what is in the container's own process namespace. */
export function killInSamePod(pid: number, main: number): void {
  try {
    const [namespace, ofMain, own] = [pid, main, 'self'].map((process) => readlinkSync(`/proc/${process}/ns/pid`));
    if (namespace === ofMain && namespace !== own) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended, or this user may not look at it.
  }
}

/** In another process namespace than this one, as every container of this machine. */
export function isApart(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) !== readlinkSync('/proc/self/ns/pid');
  } catch {
    return false; // it ended, or this user may not look at it
  }
}
