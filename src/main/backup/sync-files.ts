import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Resolves when everything below is on the disk: one sync of the file system instead of one for each of many small files. Rejects when the disk refuses. */
export async function syncFilesBelow(directory: string): Promise<void> {
  const run = promisify(execFile);
  // `-f` is of GNU; others sync all file systems.
  await run('sync', ['-f', directory]).catch(() => run('sync', []));
}
