// What makes environments: uv where it can be had, otherwise the interpreter's own venv and pip. Both behind one port.
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isAbsolute, join } from 'node:path';
import { buildFailure, listRequirements } from './build-failure.ts';
import type { Interpreter } from './interpreters.ts';
import type { PackageInstall } from './kfp-command.ts';
import { pipVariables, type PipConfig } from './pip-config.ts';
import type { RunOptions, RunProcess } from './run-process.ts';
import { uvOptions } from './uv-options.ts';

export interface BuildRequest {
  /** The environment; does not exist before `createEnvironment`. */
  readonly directory: string;
  readonly interpreter: Interpreter;
  readonly config: PipConfig;
  /** Variables of the machine's user. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** All methods throw Failure `EnvironmentBuildFailed`; an abort kills the tool and leaves a part of an environment behind. */
export interface PackageTool {
  readonly name: 'uv' | 'pip';
  createEnvironment(request: BuildRequest): Promise<void>;
  install(request: BuildRequest, install: PackageInstall): Promise<void>;
  /** Makes `python3 -m pip` work inside. */
  installPip(request: BuildRequest): Promise<void>;
}

const TOOL_TIMEOUT_MS = 3_600_000;
/** Variables that would lead an installer elsewhere than into the environment it is told. */
const MISLEADING = /^(PYTHON.*|VIRTUAL_ENV|CONDA_.*|__PYVENV_LAUNCHER__|PIP_(TARGET|PREFIX|ROOT|USER|REQUIRE_VIRTUALENV|PYTHON|BREAK_SYSTEM_PACKAGES)|UV_(PROJECT.*|PYTHON.*|SYSTEM_PYTHON|CONFIG_FILE))$/;

export function createPipTool(run: RunProcess): PackageTool {
  const call = (request: BuildRequest, what: string, args: readonly string[]) => runOrFail(run, pythonOf(request), args, request, what, pipEnv(request));
  return {
    name: 'pip',
    async createEnvironment(request) {
      const { interpreter, directory } = request;
      const what = `No environment can be made with ${interpreter.path}`;
      if (!interpreter.hasEnsurepip) throw buildFailure(what, ['its venv module is missing (apt install python3-venv), and uv is not there either']);
      await runOrFail(run, interpreter.path, ['-m', 'venv', directory], request, what, pipEnv(request));
    },
    async install(request, install) {
      const index = [
        ...(install.indexUrl === undefined ? [] : ['--index-url', install.indexUrl]),
        ...install.extraIndexUrls.flatMap((url) => ['--extra-index-url', url]),
        ...install.trustedHosts.flatMap((host) => ['--trusted-host', host]),
        ...(install.isWithoutDependencies ? ['--no-deps'] : []),
      ];
      await call(request, failureOf(install, request), ['-m', 'pip', 'install', '--no-warn-script-location', ...index, '--', ...install.requirements]);
    },
    // `python -m venv` brought it.
    installPip: async () => undefined,
  };
}

export function createUvTool(run: RunProcess, uvPath: string): PackageTool {
  const install = async (request: BuildRequest, packages: PackageInstall) => {
    const { args, variables } = uvOptions(request.config, packages, await existingPlaces(request.config.findLinks));
    const command = ['pip', 'install', '--python', pythonOf(request), ...args, '--', ...packages.requirements];
    await runOrFail(run, uvPath, command, request, failureOf(packages, request), { ...uvEnv(request), ...variables });
  };
  return {
    name: 'uv',
    async createEnvironment(request) {
      const { interpreter, directory } = request;
      const what = `No environment can be made with ${interpreter.path}`;
      await runOrFail(run, uvPath, ['venv', '--python', interpreter.path, directory], request, what, uvEnv(request));
    },
    install,
    async installPip(request) {
      const { interpreter, config } = request;
      // The official Python images bring setuptools too, up to Python 3.11.
      const requirements = interpreter.minor < 12 ? ['pip', 'setuptools'] : ['pip'];
      const packages = { requirements, isWithoutDependencies: false, extraIndexUrls: [], trustedHosts: [] };
      if (interpreter.bundledWheels === undefined) return install(request, packages);
      // The interpreter's own wheels: no index is asked.
      const bundled = { ...config, isWithoutIndex: true, findLinks: [interpreter.bundledWheels], constraintFiles: [], noBinary: [] };
      await install({ ...request, config: bundled }, packages).catch((error: unknown) => {
        if (request.signal.aborted) throw error;
        return install(request, packages);
      });
    },
  };
}

function pythonOf({ directory }: BuildRequest): string {
  return join(directory, 'bin/python3');
}

function failureOf(install: PackageInstall, { interpreter }: BuildRequest): string {
  return `${listRequirements(install.requirements)} could not be installed for Python ${interpreter.version}`;
}

async function runOrFail(
  run: RunProcess,
  command: string,
  args: readonly string[],
  { signal, onLine }: BuildRequest,
  what: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  // From the root directory: uv takes settings from a project around the current one.
  const options: RunOptions = { cwd: '/', env, timeoutMs: TOOL_TIMEOUT_MS, onLine, signal };
  const { exitCode, lines } = await run(command, args, options).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw buildFailure(what, [String(error)], error);
  });
  if (exitCode !== 0) throw buildFailure(what, lines);
}

/** The merged configuration as variables: the environment's own pip would not read the interpreter's file. */
function pipEnv({ variables, config }: BuildRequest): Readonly<Record<string, string>> {
  return {
    ...withoutMisleading(variables),
    ...pipVariables(config),
    PIP_CONFIG_FILE: '/dev/null',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PYTHONNOUSERSITE: '1',
  };
}

function uvEnv({ variables }: BuildRequest): Readonly<Record<string, string>> {
  return { ...withoutMisleading(variables), UV_PYTHON_DOWNLOADS: 'never', UV_NO_PROGRESS: '1', NO_COLOR: '1' };
}

export function withoutMisleading(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !MISLEADING.test(name)));
}

async function existingPlaces(places: readonly string[]): Promise<readonly string[]> {
  const checked = await Promise.all(places.map(async (place) => ((await exists(place)) ? [place] : [])));
  return checked.flat();
}

/** Addresses are believed; a directory must be there. */
async function exists(place: string): Promise<boolean> {
  const path = place.startsWith('file://') ? fileURLToPath(place) : place;
  if (!isAbsolute(path)) return true;
  return access(path).then(() => true, () => false);
}
