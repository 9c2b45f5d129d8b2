// Walks what a step wrote, without following links and without trusting its size: the caller stops when it has seen enough.
import { lstatSync, opendirSync, type Dir, type Stats } from 'node:fs';
import { whenMissing } from './contained-path.ts';

/**
 * A look at an entry takes some microseconds, a trip to the thread pool ten times as long. So the walk looks at once, and
 * leaves the turn of the loop to others after this time.
 */
const TURN_MS_MAX = 3;
const ENTRIES_BETWEEN_LOOKS_AT_THE_TIME = 32;
/** Entries that are read from a directory at a time. */
const READ_ENTRIES = 256;

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
  let endMs = performance.now() + TURN_MS_MAX;
  let count = 0;
  for (let segments = waiting.pop(); segments !== undefined; segments = waiting.pop()) {
    const place = [root, ...segments].join('/');
    const directory = openDirectory(place);
    if (directory === undefined) continue;
    try {
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
        if (++count % ENTRIES_BETWEEN_LOOKS_AT_THE_TIME === 0 && performance.now() > endMs) {
          await new Promise((resolve) => setImmediate(resolve));
          endMs = performance.now() + TURN_MS_MAX;
        }
        const inner = [...segments, entry.name];
        const path = `${place}/${entry.name}`;
        const facts = factsOf(path);
        if (facts === undefined) continue;
        if (facts.isDirectory() && inner.length < levels) waiting.push(inner);
        yield { path, segments: inner, facts };
      }
    } finally {
      directory.closeSync();
    }
  }
}

function factsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return whenMissing(error as NodeJS.ErrnoException);
  }
}

function openDirectory(path: string): Dir | undefined {
  try {
    return opendirSync(path, { bufferSize: READ_ENTRIES });
  } catch (error) {
    return whenUnwalkable(error as NodeJS.ErrnoException);
  }
}

/** A directory that a step made unreadable, or nested too deep to be named, is passed over. */
function whenUnwalkable(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'EACCES' || error.code === 'ENAMETOOLONG') return undefined;
  return whenMissing(error);
}
