// The official kfp SDK in an environment of Slipway's own, shared by all data directories of a user: for compiling and
// submitting pipelines from the command line, in benchmarks and in conformance runs.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Failure, silentLog, systemClock } from '../base/mod.ts';
import { createEnvironments, createInterpreters, createRunProcess } from '../node/mod.ts';
import { definedVariables } from './defined-variables.ts';

export interface KfpSdkOptions {
  /** A requirement; default the newest SDK. */
  readonly requirement?: string;
  /** A plain sentence while packages are installed; not called when they are there. */
  readonly onProgress: (sentence: string) => void;
  readonly signal?: AbortSignal;
}

/** Two or three SDKs and what they depend on. */
const SIZE_BYTES_MAX = 4 * 2 ** 30;

/** Throws Failure `NoPython` or `EnvironmentBuildFailed`, or the signal's reason; what was half-installed is removed. */
export async function ensureKfpSdk(options: KfpSdkOptions): Promise<{ readonly python: string }> {
  const variables = definedVariables();
  const run = createRunProcess(systemClock);
  const interpreter = await createInterpreters({ run, variables, log: silentLog }).nearest(undefined);
  if (interpreter === undefined) {
    throw new Failure('NoPython', 'this machine has no Python 3.9 or newer; install one (apt install python3, or brew install python)');
  }
  const environments = createEnvironments({
    directory: join(cacheHome(variables), 'slipway', 'sdk'),
    variables,
    sizeBytesMax: SIZE_BYTES_MAX,
    platform: process.platform,
    run,
    clock: systemClock,
    log: silentLog,
  });
  const install = { requirements: [options.requirement ?? 'kfp>=2.17,<3'], isWithoutDependencies: false, extraIndexUrls: [], trustedHosts: [] };
  try {
    return await environments.ensure(
      { interpreter, inheritsPackages: false, installs: [install] },
      { onProgress: options.onProgress, ...(options.signal === undefined ? {} : { signal: options.signal }) },
    );
  } finally {
    await environments.stop();
  }
}

function cacheHome(variables: Readonly<Record<string, string>>): string {
  const given = variables['XDG_CACHE_HOME'];
  return given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
}
