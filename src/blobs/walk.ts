// Walks what a step wrote, without following links and without trusting its size: the caller stops when it has seen enough.
import { lstat, opendir } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { whenMissing } from './contained-path.ts';

export interface WalkedEntry {
  readonly path: string;
  /** Parts below the root of the walk. */
  readonly segments: readonly string[];
  readonly facts: Stats;
}

/** Everything below `root`, a directory before its entries, in the order of the file system. Not `root` itself. `levels` 1 is
 *  what lies directly in it. */
export async function* walkBelow(root: string, levels = Infinity): AsyncGenerator<WalkedEntry> {
  const waiting: (readonly string[])[] = [[]];
  for (let segments = waiting.pop(); segments !== undefined; segments = waiting.pop()) {
    const directory = await opendir(join(root, ...segments)).catch(whenUnwalkable);
    if (directory === undefined) continue;
    for await (const entry of directory) {
      const inner = [...segments, entry.name];
      const path = join(root, ...inner);
      const facts = await lstat(path).catch(whenMissing);
      if (facts === undefined) continue;
      if (facts.isDirectory() && inner.length < levels) waiting.push(inner);
      yield { path, segments: inner, facts };
    }
  }
}

/** A directory that a step made unreadable, or nested too deep to be named, is passed over. */
function whenUnwalkable(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'EACCES' || error.code === 'ENAMETOOLONG') return undefined;
  return whenMissing(error);
}
