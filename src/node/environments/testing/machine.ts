// For this room's tests: wheels made on the spot, so that most tests need no package index.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { silentLog, systemClock, type Log } from '../../../base/mod.ts';
import { createUvFinder } from '../find-uv.ts';
import { createInterpreters, type Interpreter } from '../interpreters.ts';
import type { PackageInstall } from '../kfp-command.ts';
import { createRunProcess } from '../run-process.ts';

export const run = createRunProcess(systemClock);

export interface WheelOptions {
  readonly requires?: readonly string[];
  readonly command?: string;
  /** Texts of further files, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A package whose module says `VERSION`. */
export async function makeWheel(directory: string, name: string, version: string, { requires = [], command, files: moreFiles = {} }: WheelOptions = {}): Promise<void> {
  await mkdir(directory, { recursive: true });
  const metadata = `${name}-${version}.dist-info`;
  const files: Record<string, string> = {
    [`${name}.py`]: `VERSION = '${version}'\ndef main():\n    import sys\n    print('${name}', VERSION, sys.prefix)\n`,
    [`${metadata}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requires.map((item) => `Requires-Dist: ${item}\n`).join('')}`,
    [`${metadata}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: slipway\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    ...(command === undefined ? {} : { [`${metadata}/entry_points.txt`]: `[console_scripts]\n${command} = ${name}:main\n` }),
    ...moreFiles,
  };
  const record = `${metadata}/RECORD`;
  files[record] = [...Object.keys(files), record].map((path) => `${path},,\n`).join('');
  const bytes = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
  await writeFile(join(directory, `${name}-${version}-py3-none-any.whl`), bytes);
}

export function install(requirements: readonly string[], more: Partial<PackageInstall> = {}): PackageInstall {
  return { requirements, isWithoutDependencies: false, extraIndexUrls: [], trustedHosts: [], ...more };
}

export function machineVariables(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export async function machinePython(): Promise<Interpreter> {
  const interpreter = await createInterpreters({ run, variables: machineVariables(), log: silentLog }).nearest(undefined);
  if (interpreter === undefined) throw new Error('the tests need a Python 3.9 or newer');
  return interpreter;
}

let uvSearch: Promise<string | undefined> | undefined;

/** uv as the product finds or installs it; undefined where the package index can't be reached. */
export async function machineUv(toolsDirectory: string): Promise<string | undefined> {
  const variables = machineVariables();
  const cache = variables['XDG_CACHE_HOME'] ?? join(variables['HOME'] ?? '/nonexistent', '.cache');
  const finder = createUvFinder({ toolsDirectories: [join(cache, 'slipway/tools'), toolsDirectory], variables, run, clock: systemClock, log: silentLog });
  uvSearch ??= machinePython().then(finder);
  return uvSearch;
}

/** A log that keeps the sentences it was given. */
export function recordingLog(sentences: string[]): Log {
  const keep = (sentence: string) => void sentences.push(sentence);
  const log: Log = { debug: undefined, info: keep, warn: keep, error: keep, with: () => log };
  return log;
}
