// Builds one environment in its final place: venv, packages in order, pip where asked for, the record that says it is whole;
// afterwards bytecode and size, for which nobody has to wait.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeError, type Clock, type Log } from '../../base/mod.ts';
import { diskUsage, readReady, removeEnvironment, sitePackagesOf, writeReady } from './environment-directory.ts';
import { describeSpec, shownRequirements, type EnvironmentSpec } from './environment-spec.ts';
import type { BuildRequest, PackageTool } from './package-tool.ts';
import type { PipConfig } from './pip-config.ts';
import type { RunProcess } from './run-process.ts';
import { addSiteDirectories } from './writable-layer.ts';

export interface BuildPorts {
  readonly run: RunProcess;
  readonly clock: Clock;
  readonly log: Log;
  readonly variables: Readonly<Record<string, string>>;
  /** Bytecode of packages, kept for other environments. */
  readonly bytecodeDirectory: string;
}

export interface EnvironmentPlan {
  readonly directory: string;
  readonly spec: EnvironmentSpec;
  readonly hasPip: boolean;
  readonly config: PipConfig;
  readonly tool: PackageTool;
}

const INHERITED_PTH = '_slipway_inherited.pth';
const COMPILE_TIMEOUT_MS = 1_800_000;
/** Progress is shown to people: not more often than they can read. */
const PROGRESS_INTERVAL_MS = 500;
const PROGRESS_LINE = /^(Resolved|Downloading|Downloaded|Building|Built|Prepared|Installed|Collecting|Installing|Successfully)\b/;

/** uv leaves compiling to the first import. */
const COMPILE_PROGRAM = join(import.meta.dirname, 'compile_packages.py');

/** Throws Failure `EnvironmentBuildFailed`, or the signal's reason; either way nothing is left behind. */
export async function buildEnvironment(
  plan: EnvironmentPlan,
  ports: BuildPorts,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (message: string) => void },
): Promise<void> {
  const { directory, spec, tool } = plan;
  const startedAtMs = ports.clock.now();
  onProgress(`building an environment: ${describeSpec(spec)}`);
  try {
    await removeEnvironment(directory);
    await mkdir(dirname(directory), { recursive: true });
    await installAll(plan, {
      directory,
      interpreter: spec.interpreter,
      config: plan.config,
      variables: ports.variables,
      signal,
      onLine: throttled(onProgress, ports.clock),
    });
    signal.throwIfAborted();
    await writeReady(directory, {
      path: directory,
      pythonVersion: spec.interpreter.version,
      requirements: shownRequirements(spec),
      tool: tool.name,
      createdAtMs: ports.clock.now(),
    });
  } catch (error) {
    // Shielded from the abort that may have led here.
    await removeEnvironment(directory);
    throw error;
  }
  ports.log.info('environment built', { directory, environment: describeSpec(spec), tool: tool.name, durationMs: ports.clock.now() - startedAtMs });
}

async function installAll({ spec, hasPip, tool }: EnvironmentPlan, request: BuildRequest): Promise<void> {
  await tool.createEnvironment(request);
  if (spec.inheritsPackages) {
    await writeFile(join(await sitePackagesOf(request.directory), INHERITED_PTH), addSiteDirectories(spec.interpreter.sitePackages));
  }
  if (hasPip) await tool.installPip(request);
  for (const install of spec.installs) await tool.install(request, install);
}

/** Compiles and measures; writes the size into the record. Failures are logged only: the environment works without. */
export async function finishEnvironment(directory: string, ports: BuildPorts, options: { readonly signal: AbortSignal; readonly onCompiled: () => void }): Promise<void> {
  try {
    const record = readReady(directory);
    if (record === undefined || record.sizeBytes !== undefined) return;
    if (record.tool === 'uv') await compilePackages(directory, ports, options.signal);
    options.onCompiled();
    await writeReady(directory, { ...record, sizeBytes: await diskUsage(directory) });
  } catch (error) {
    if (!options.signal.aborted) ports.log.warn('the finishing touches of an environment failed', { directory, error: describeError(error) });
  } finally {
    options.onCompiled();
  }
}

async function compilePackages(directory: string, { run, clock, log, variables, bytecodeDirectory }: BuildPorts, signal: AbortSignal): Promise<void> {
  const startedAtMs = clock.now();
  const args = ['-I', COMPILE_PROGRAM, await sitePackagesOf(directory), bytecodeDirectory];
  const { exitCode, lines } = await run(join(directory, 'bin/python3'), args, { cwd: '/', env: variables, timeoutMs: COMPILE_TIMEOUT_MS, signal });
  if (exitCode !== 0) log.warn('packages could not be compiled', { directory, lastLine: lines.at(-1) });
  else log.debug?.('packages compiled', { directory, durationMs: clock.now() - startedAtMs });
}

function throttled(onProgress: (message: string) => void, clock: Clock): (line: string) => void {
  let nextAtMs = 0;
  return (line) => {
    const message = line.trim();
    if (clock.now() < nextAtMs || !PROGRESS_LINE.test(message)) return;
    nextAtMs = clock.now() + PROGRESS_INTERVAL_MS;
    onProgress(message);
  };
}
