// Small files that a step left behind, read without following links: the step could point them anywhere.
import { closeSync, constants, fstatSync, lstatSync, openSync, readFile, readSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../base/mod.ts';
import type { Place } from './custom-paths.ts';

/** Up to here a file is read at once: it was just written, and four trips to the thread pool take longer than the work. */
const READ_AT_ONCE_BYTES_MAX = 64 * 1024;

const readFileOf = promisify(readFile);

/** Undefined when the file is not there. Throws Failure `OutputInvalid` with a sentence that begins with `what`. */
export async function readOutputText({ root, path }: Place, bytesMax: number, what: string): Promise<string | undefined> {
  const directory = directoryBelow(root, dirname(path), what);
  const file = directory === undefined ? undefined : openUnfollowed(join(directory, basename(path)), what);
  if (file === undefined) return undefined;
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw new Failure('OutputInvalid', `${what} is not a regular file`);
    if (facts.size > bytesMax) throw new Failure('OutputInvalid', `${what} is larger than ${bytesMax} bytes; write it as an artifact`);
    if (facts.size > READ_AT_ONCE_BYTES_MAX) return (await readFileOf(file)).toString('utf8');
    const bytes = Buffer.allocUnsafe(facts.size);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, facts.size, 0));
  } finally {
    closeSync(file);
  }
}

/** The directory by a way without links; undefined when it is not there. Throws Failure `OutputInvalid` when a link leads out of the root. */
function directoryBelow(root: string, directory: string, what: string): string | undefined {
  if (isPlainBelow(root, directory)) return directory;
  const real = realPathOf(directory);
  const realRoot = realPathOf(root);
  if (real === undefined || real === realRoot || real.startsWith(`${realRoot}${sep}`)) return real;
  throw new Failure('OutputInvalid', `${what} lies behind a symbolic link, which is never followed`);
}

/** Whether every part below the root, which is ours, is a directory: the usual case, for which nobody need find out the whole way's real name. */
function isPlainBelow(root: string, directory: string): boolean {
  let part = root;
  try {
    return relative(root, directory).split(sep).every((name) => lstatSync((part = join(part, name)), { throwIfNoEntry: false })?.isDirectory() === true);
  } catch {
    return false; // one that may not be entered
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    // Not there, or a link that leads nowhere: the file is not there either.
    return undefined;
  }
}

function openUnfollowed(path: string, what: string): number | undefined {
  try {
    // Without NONBLOCK a pipe would hang here.
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw new Failure('OutputInvalid', `${what} is a symbolic link, which is never followed`);
    throw new Failure('OutputInvalid', `${what} can not be read`, { cause: error });
  }
}
