// What the kernel's log says of containers. podman before version 5 never learns that the kernel ended a container for its memory:
// conmon leaves that word in a file of its working directory, which nobody reads (containers/podman#13102).
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const RECORD_BYTES_MAX = 8192;
const RECORD_COUNT_MAX = 100_000;

/** Of the engine's id, which is in the name of the container's control group. False where this user may not read the log. */
export async function wasKilledForMemory(container: string): Promise<boolean> {
  try {
    await using file = await open('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(RECORD_BYTES_MAX);
    for (let count = 0; count < RECORD_COUNT_MAX; count++) {
      const size = await file.read(buffer).then(({ bytesRead }) => bytesRead, sizeAfter);
      if (saysKilledForMemory(buffer.toString('latin1', 0, size), container)) return true;
    }
  } catch {
    // The end of the log, or no log for this user.
  }
  return false;
}

/** A record was overwritten while it was about to be read: the next read has the one behind it. */
function sizeAfter(error: unknown): number {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0;
  throw error;
}

/** Pure. */
export function saysKilledForMemory(record: string, container: string): boolean {
  return record.includes('oom-kill:') && (/task_memcg=([^,]*)/.exec(record)?.[1] ?? '').includes(container);
}
