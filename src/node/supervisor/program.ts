// The supervisor's Python program: copied into the data directory by content, because a supervisor that outlives an
// upgrade of this checkout must start its warm parents from its own version.
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { sha256Hex } from '../../base/mod.ts';

const ENTRY = 'supervisor.py';
const PACKAGE = 'slipway_supervisor';
const PREFIX = 'program-';
const VERSION_LENGTH_IN_NAME = 12;

export interface SupervisorProgram {
  /** Path of supervisor.py. */
  readonly path: string;
  /** SHA-256 of all its files. */
  readonly version: string;
}

/** Idempotent; an interrupted copy is never taken for a whole one. */
export async function installProgram(directory: string): Promise<SupervisorProgram> {
  const source = import.meta.dirname;
  const names = (await readdir(join(source, PACKAGE))).filter((name) => name.endsWith('.py')).toSorted();
  const files = [ENTRY, ...names.map((name) => join(PACKAGE, name))];
  const digests = await Promise.all(files.map(async (file) => sha256Hex(await readFile(join(source, file)))));
  const version = sha256Hex(digests.join('\n'));
  const name = directoryName(version);
  const target = join(directory, name);
  const present = await readdir(directory);
  if (!present.includes(name)) {
    const copy = `${target}.${process.pid}.new`;
    await mkdir(join(copy, PACKAGE), { recursive: true });
    await Promise.all(files.map((file) => cp(join(source, file), join(copy, file))));
    await rename(copy, target).catch(() => rm(copy, { recursive: true, force: true })); // another server was faster
  }
  return { path: join(target, ENTRY), version };
}

/** Removes the copies of other versions. Only while a supervisor of this one holds the directory: a running one needs its own. */
export async function removeOtherPrograms(directory: string, { version }: SupervisorProgram): Promise<void> {
  const names = await readdir(directory);
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== directoryName(version));
  await Promise.all(others.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

function directoryName(version: string): string {
  return `${PREFIX}${version.slice(0, VERSION_LENGTH_IN_NAME)}`;
}
