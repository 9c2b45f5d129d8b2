// For tests of environments: what the machine has.
import { join } from 'node:path';
import { silentLog, systemClock, type Log } from '../../../base/mod.ts';
import { createUvFinder } from '../find-uv.ts';
import { createInterpreters, type Interpreter } from '../interpreters.ts';
import type { PackageInstall } from '../kfp-command.ts';
import { createRunProcess } from '../run-process.ts';

export const run = createRunProcess(systemClock);

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
