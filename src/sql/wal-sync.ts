// Makes the write-ahead log durable beside the loop: SQLite writes it without a sync, and this one follows in the thread
// pool. A commit is told when a sync that began after it has ended, so one sync serves all commits before it.
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface WalSync {
  /** Resolves when everything that was written before the call is on the disk. Rejects with the system's error. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Of the database at `path`. Its log is made by the first write and then stays the same file while the database is open. */
export function walSyncOf(path: string): WalSync {
  const file = `${path}-wal`;
  let opening: Promise<FileHandle> | undefined;
  return {
    async sync() {
      opening ??= openLog(file);
      await (await opening).datasync();
    },
    async close() {
      const log = await opening?.catch(() => undefined);
      await log?.close();
    },
  };
}

/** For databases that promise nothing across a crash. */
export const NO_SYNC: WalSync = { sync: () => Promise.resolve(), close: () => Promise.resolve() };

async function openLog(file: string): Promise<FileHandle> {
  const log = await open(file, 'r+');
  const directory = await open(dirname(file), 'r');
  try {
    await directory.sync(); // the name of the log, too
  } finally {
    await directory.close();
  }
  return log;
}
