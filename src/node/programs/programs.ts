// From a container's image and command to a process: which interpreter, which packages, forked or fresh.
import { basename, dirname } from 'node:path';
import { describeError, Failure, sha256Hex, type Clock, type Log } from '../../base/mod.ts';
import type { Environments, ReadyEnvironment } from '../environments/environments.ts';
import type { Interpreters } from '../environments/interpreters.ts';
import { createKfpRecognizer, type KfpCommand } from '../environments/kfp-command.ts';
import { readRecipes, type MappedDirectory } from '../environments/recipe.ts';
import { resolveImage, type ResolvedImage } from '../environments/resolve-image.ts';
import type { ImagePrograms } from '../containers/image-programs.ts';
import type { ImageNotRunnable, ProcessProgram, ProgramRequest, Programs } from '../pods/container-program.ts';
import { hostnameOf } from '../network/name-files.ts';
import { expand } from '../pods/pod-env.ts';
import type { ContainerMount, ExecCommand, ForkCommand } from '../supervisor/protocol.ts';
import { chooseRuntime, type RunnableAsProcess } from './choose-runtime.ts';
import { containerEnv, needsFreshInterpreter, setsOnlyOwnVariables } from './container-env.ts';
import { packageState } from './package-state.ts';
import type { ForkWish, WarmParents } from './warm-parents.ts';

export interface ProgramsOptions {
  readonly environments: Environments;
  readonly interpreters: Interpreters;
  readonly parents: WarmParents;
  /** Runs what no recipe covers, where there is an engine. */
  readonly images: ImagePrograms;
  readonly recipesFile: string;
  /** Where bash is on the machine, if it is. */
  readonly bash: string | undefined;
  /** Variables of the server's environment that containers get. */
  readonly machineEnv: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Ports extends ProgramsOptions {
  readonly recognize: ReturnType<typeof createKfpRecognizer>;
}

type ResolvedPython = Extract<ResolvedImage, { kind: 'python' }>;
type ResolvedShell = Extract<ResolvedImage, { kind: 'shell' }>;

/** Working directory of containers that name none. */
const ROOT = '/';
/** Where the SDK's command has it, but for the directory's random name: one of the same name need not be made for each step. */
const SOURCE_PATH = '/tmp/tmp.source/ephemeral_component.py';
const PROGRAM_LENGTH = 24;
/** An image is looked up anew after this, so that a changed recipes file acts without a restart. */
const RESOLUTION_AGE_MS_MAX = 2_000;
const IMAGE_COUNT_MAX = 1_000;

export function createPrograms(options: ProgramsOptions): Programs {
  const ports: Ports = { ...options, recognize: createKfpRecognizer() };
  const resolutions = new Map<string, { readonly atMs: number; readonly resolved: Promise<ResolvedImage> }>();
  const resolve = (image: string): Promise<ResolvedImage> => {
    const nowMs = options.clock.now();
    const known = resolutions.get(image);
    if (known !== undefined && nowMs - known.atMs < RESOLUTION_AGE_MS_MAX) return known.resolved;
    if (resolutions.size >= IMAGE_COUNT_MAX) resolutions.clear();
    const resolved = lookUp(options, image);
    resolutions.set(image, { atMs: nowMs, resolved });
    resolved.catch(() => resolutions.delete(image));
    return resolved;
  };
  return {
    async prepare(asked) {
      const request = withVariables(asked);
      const { image } = request.container;
      const choice = chooseRuntime(image, request.pod.spec?.['runtimeClassName'], await resolve(image));
      switch (choice.kind) {
        case 'process':
          return processProgram(ports, request, choice.resolved);
        case 'container':
          return (await options.images.prepare(request)) ?? notRunnable(choice.otherwise);
        case 'none':
          return notRunnable(choice.message);
      }
    },
    release: (podUid) => options.environments.release(podUid),
    reclaimDisk: () => options.images.reclaimDisk(),
    sweep(isPodAlive) {
      options.environments
        .sweep(isPodAlive)
        .catch((error: unknown) => options.log.warn('environments could not be swept', { error: describeError(error) }));
    },
  };
}

function processProgram(options: Ports, request: ProgramRequest, resolved: RunnableAsProcess): ProcessProgram | Promise<ProcessProgram> {
  if (resolved.kind === 'shell') return shellProgram(options, request, resolved);
  const kfp = options.recognize(request.container.command, request.container.args);
  return kfp === undefined ? pythonProgram(options, request, resolved) : kfpProgram(options, request, resolved, kfp);
}

function notRunnable(message: string): ImageNotRunnable {
  return { kind: 'not-runnable', message };
}

async function lookUp(options: ProgramsOptions, image: string): Promise<ResolvedImage> {
  const recipes = await readRecipes(options.recipesFile);
  return resolveImage(image, { recipes, recipesPath: options.recipesFile, interpreters: options.interpreters });
}

/** The SDK's own command: its pip lines are an environment that is built once, its executor is forked from a warm parent. */
async function kfpProgram(options: ProgramsOptions, request: ProgramRequest, image: ResolvedPython, kfp: KfpCommand): Promise<ProcessProgram> {
  const environment = await options.environments.ensure(
    { interpreter: image.interpreter, inheritsPackages: image.inheritsPackages, installs: [...ownInstall(image), ...kfp.installs] },
    { podUid: request.pod.metadata.uid!, signal: request.signal, onProgress: preparing(request) },
  );
  const own = { ...image.variables, ...request.env };
  const env = {
    ...fullEnv(options, request, own, dirname(environment.python)),
    ...(kfp.isRuntimeOnly ? { _KFP_RUNTIME: 'true' } : {}),
  };
  const args = kfp.source === undefined ? kfp.executorArgs : ['--component_module_path', SOURCE_PATH, ...kfp.executorArgs];
  const fresh: ExecCommand = { kind: 'exec', argv: [environment.python, '-m', kfp.module, ...args], env, cwd: request.container.workingDir ?? ROOT };
  const wish: ForkWish = {
    environment,
    module: kfp.module,
    env: parentEnv(options, environment, kfp),
    packageState: image.inheritsPackages ? await packageState(image.interpreter.sitePackages) : '',
    program: programOf(environment, kfp, own, fresh.cwd),
  };
  return {
    kind: 'process',
    command: needsFreshInterpreter(own) ? fresh : await forkOf(options, wish, args, fresh, request.signal),
    fresh,
    mounts: [...environmentMounts(environment), ...directoryMounts(image.directories)],
    homes: homesOf(image),
    files: kfp.source === undefined ? [] : [{ path: SOURCE_PATH, text: kfp.source }],
    ...warningOf(image),
  };
}

/** A parent that can't import the module is no reason to fail: the step's own process says in its log what is wrong. */
async function forkOf(options: ProgramsOptions, wish: ForkWish, args: readonly string[], fresh: ExecCommand, signal: AbortSignal): Promise<ForkCommand | ExecCommand> {
  const { environment, module, program } = wish;
  try {
    const parentId = await options.parents.ensure(wish, { signal });
    return { kind: 'fork', parentId, ...(program === undefined ? {} : { program }), module, args, env: fresh.env, cwd: fresh.cwd };
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'ParentFailed') throw error;
    options.log.warn('no warm parent for a step, it starts fresh', { environment: environment.id, module, error: error.message });
    return fresh;
  }
}

/** What a step's modules may see of the process when they are imported is the same in every step of the environment with such a command:
 *  the SDK looks at `_KFP_RUNTIME` once, and without it brings its decorators, which modules of an image's own use. */
function parentEnv(options: ProgramsOptions, environment: ReadyEnvironment, kfp: KfpCommand): Readonly<Record<string, string>> {
  const { HOSTNAME: _, ...env } = containerEnv({ machine: options.machineEnv, path: [dirname(environment.python)], hostname: '', own: {} });
  return kfp.isRuntimeOnly ? { ...env, _KFP_RUNTIME: 'true' } : env;
}

/** Undefined when the step gives its modules something else to see: other variables, another working directory. */
function programOf(environment: ReadyEnvironment, kfp: KfpCommand, own: Readonly<Record<string, string>>, cwd: string): string | undefined {
  if (!setsOnlyOwnVariables(own) || cwd !== ROOT) return undefined;
  const functionName = kfp.executorArgs[kfp.executorArgs.indexOf('--function_to_execute') + 1] ?? '';
  return sha256Hex([environment.id, kfp.module, functionName, kfp.source ?? ''].join('\n')).slice(0, PROGRAM_LENGTH);
}

/** Any other command on a Python image runs as it stands; pip inside it installs into a directory of the Pod's own. */
async function pythonProgram(options: ProgramsOptions, request: ProgramRequest, image: ResolvedPython): Promise<ProcessProgram> {
  const environment = await options.environments.ensureWritable(
    { interpreter: image.interpreter, inheritsPackages: image.inheritsPackages, installs: ownInstall(image) },
    { podUid: request.pod.metadata.uid!, signal: request.signal, onProgress: preparing(request) },
  );
  const env = fullEnv(options, request, { ...environment.variables, ...image.variables, ...request.env }, dirname(environment.python));
  const command: ExecCommand = { kind: 'exec', argv: argvOf(request, [basename(environment.python)]), env, cwd: request.container.workingDir ?? ROOT };
  return {
    kind: 'process',
    command,
    fresh: command,
    mounts: [...environmentMounts(environment), ...directoryMounts(image.directories)],
    homes: homesOf(image),
    files: [],
    ...warningOf(image),
  };
}

function shellProgram(options: ProgramsOptions, request: ProgramRequest, image: ResolvedShell): ProcessProgram {
  const argv = argvOf(request, image.command);
  const ash = image.hasAsh && options.bash !== undefined ? { shell: options.bash, variables: givenUpByBash(argv) } : undefined;
  const env = fullEnv(options, request, { ...ash?.variables, ...image.variables, ...request.env });
  const command: ExecCommand = { kind: 'exec', argv, env, cwd: request.container.workingDir ?? ROOT };
  return { kind: 'process', command, fresh: command, mounts: directoryMounts(image.directories), files: [], ...(ash === undefined ? {} : { shell: ash.shell }) };
}

/** Variables that bash lets no script set, unless it finds them in its environment: in busybox's shell they are like any other. */
function givenUpByBash(argv: readonly string[]): Readonly<Record<string, string>> {
  const names = new Set(argv.flatMap((text) => [...text.matchAll(/\b(E?UID)=/g)].map(([, name = '']) => name)));
  return Object.fromEntries([...names].map((name) => [name, '']));
}

function preparing({ onProgress }: ProgramRequest): (message: string) => void {
  return (message) => onProgress('PreparingEnvironment', message);
}

function fullEnv(options: ProgramsOptions, request: ProgramRequest, own: Readonly<Record<string, string>>, ...path: readonly string[]) {
  return containerEnv({ machine: options.machineEnv, path, hostname: hostnameOf(request.pod), own });
}

/** What the image would start by itself when there is neither command nor argument. */
function argvOf({ container }: ProgramRequest, imageDefault: readonly string[]): readonly string[] {
  const argv = [...container.command, ...container.args];
  return argv.length > 0 ? argv : imageDefault;
}

/** $(VAR) in command and arguments stands for a variable of the Pod's own spec, as for the kubelet; the image's don't count. */
function withVariables(request: ProgramRequest): ProgramRequest {
  const { container, env } = request;
  const filled = (texts: readonly string[]) => texts.map((text) => expand(text, env));
  return { ...request, container: { ...container, command: filled(container.command), args: filled(container.args) } };
}

function ownInstall(image: ResolvedPython) {
  if (image.packages.length === 0) return [];
  return [{ requirements: image.packages, isWithoutDependencies: false, extraIndexUrls: [], trustedHosts: [] }];
}

function directoryMounts(directories: readonly MappedDirectory[]): readonly ContainerMount[] {
  return directories.map(({ source, target, readOnly }) => ({ source, target, readOnly }));
}

/** The environment where it is on the machine: a data directory below /tmp would be out of the container's sight. */
function environmentMounts(environment: ReadyEnvironment): readonly ContainerMount[] {
  return environment.directories.map(({ path, isWritable }) => ({ source: path, target: path, readOnly: !isWritable }));
}

/** Of its interpreter, which a virtual environment only points to. */
function homesOf({ interpreter, inheritsPackages }: ResolvedPython): readonly string[] {
  return [interpreter.prefix, ...(inheritsPackages ? interpreter.sitePackages : [])];
}

function warningOf(image: ResolvedPython): { warning?: string } {
  return image.versionDiffers === undefined ? {} : { warning: image.versionDiffers };
}
