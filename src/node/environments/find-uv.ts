// Where uv is: on PATH, in our own tools directory, or installed there with the machine's pip, once for all data directories.
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { describeError, type Clock, type Log } from '../../base/mod.ts';
import type { Interpreter } from './interpreters.ts';
import { withoutMisleading } from './package-tool.ts';
import type { RunProcess } from './run-process.ts';

export interface FindUvOptions {
  /** Tried in order; the first one that can be written is used. */
  readonly toolsDirectories: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly run: RunProcess;
  readonly clock: Clock;
  readonly log: Log;
}

/** The first release whose command line is the one that package-tool.ts writes. */
const UV_REQUIREMENT = 'uv>=0.5';
const UV_MINOR_MIN = 5;
const PROBE_TIMEOUT_MS = 10_000;
const INSTALL_TIMEOUT_MS = 300_000;
/** After a failed attempt, environments are built without uv for this long. */
const RETRY_MS = 600_000;

/** Path of a usable uv; undefined when it can't be had now. Asks and installs once at a time. */
export function createUvFinder(options: FindUvOptions): (interpreter: Interpreter) => Promise<string | undefined> {
  let found: Promise<string | undefined> | undefined;
  let retryAtMs = 0;
  return (interpreter) => {
    if (found !== undefined && options.clock.steadyMs() < retryAtMs) return found;
    const search = findUv(interpreter, options);
    found = search;
    retryAtMs = Number.POSITIVE_INFINITY;
    void search.then((path) => {
      if (path === undefined) retryAtMs = options.clock.steadyMs() + RETRY_MS;
    });
    return search;
  };
}

async function findUv(interpreter: Interpreter, options: FindUvOptions): Promise<string | undefined> {
  const onPath = (options.variables['PATH'] ?? '').split(':').filter(isAbsolute).map((directory) => join(directory, 'uv'));
  const ours = options.toolsDirectories.map((directory) => join(directory, 'uv/bin/uv'));
  for (const path of [...onPath, ...ours]) {
    if (await isUsable(path, options)) return path;
  }
  for (const directory of options.toolsDirectories) {
    const path = await installUv(interpreter, directory, options);
    if (path !== undefined) return path;
  }
  options.log.info('uv cannot be had; environments are built with pip, which takes longer', {});
  return undefined;
}

async function isUsable(path: string, { run, variables }: FindUvOptions): Promise<boolean> {
  if (!(await access(path).then(() => true, () => false))) return false;
  const result = await run(path, ['--version'], { cwd: '/', env: variables, timeoutMs: PROBE_TIMEOUT_MS }).catch(() => undefined);
  const version = /^uv (\d+)\.(\d+)/.exec(result?.lines[0] ?? '');
  return result?.exitCode === 0 && version !== null && (Number(version[1]) > 0 || Number(version[2]) >= UV_MINOR_MIN);
}

async function installUv(interpreter: Interpreter, toolsDirectory: string, options: FindUvOptions): Promise<string | undefined> {
  const { run, variables, log } = options;
  const target = join(toolsDirectory, 'uv');
  let temporary: string | undefined;
  try {
    await mkdir(toolsDirectory, { recursive: true });
    temporary = await mkdtemp(join(toolsDirectory, 'uv-'));
    const env = { ...withoutMisleading(variables), PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1' };
    const install = { cwd: '/', env, timeoutMs: INSTALL_TIMEOUT_MS };
    const commands = interpreter.hasPip
      ? [[interpreter.path, '-m', 'pip', 'install', '--quiet', '--retries', '1', '--target', temporary, UV_REQUIREMENT]]
      : [
          [interpreter.path, '-m', 'venv', temporary],
          [join(temporary, 'bin/python3'), '-m', 'pip', 'install', '--quiet', '--retries', '1', UV_REQUIREMENT],
        ];
    for (const [command, ...args] of commands) {
      const { exitCode, lines } = await run(command!, args, install);
      if (exitCode !== 0) throw new Error(lines.at(-1) ?? `exit code ${exitCode}`);
    }
    // Another process may have been faster; only what is of no use is replaced.
    if (!(await isUsable(join(target, 'bin/uv'), options))) {
      await rm(target, { recursive: true, force: true });
      await rename(temporary, target);
    }
    return join(target, 'bin/uv');
  } catch (error) {
    log.debug?.('uv could not be installed', { toolsDirectory, error: describeError(error) });
    return (await isUsable(join(target, 'bin/uv'), options)) ? join(target, 'bin/uv') : undefined;
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}
