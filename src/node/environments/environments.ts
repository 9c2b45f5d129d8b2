// Environments: an interpreter with packages, built once for everybody who asks for the same, kept until space is needed.
//   <directory>/built/<id>       the shared environments, read-only for Pods
//   <directory>/pods/<podUid>    who uses what, and the Pods' own writable layers
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, type Clock, type Log } from '../../base/mod.ts';
import { buildEnvironment, finishEnvironment, type BuildPorts, type EnvironmentPlan } from './environment-builder.ts';
import {
  diskUsage,
  installedPackages,
  lastUsedAtMs,
  markUsed,
  readReady,
  removeEnvironment,
  whenMissing,
  type InstalledPackage,
} from './environment-directory.ts';
import { environmentId, isEnvironmentId, type EnvironmentSpec } from './environment-spec.ts';
import { EnvironmentUses } from './environment-uses.ts';
import { createUvFinder } from './find-uv.ts';
import { Limiter } from './limiter.ts';
import { createPipTool, createUvTool, type PackageTool } from './package-tool.ts';
import { pipVariables, readPipConfig, type PipConfig } from './pip-config.ts';
import { planRemoval, type EnvironmentStatus } from './removal-plan.ts';
import type { RunProcess } from './run-process.ts';
import { SharedBuilds, type BuildWaiter } from './shared-builds.ts';
import { writeLayer } from './writable-layer.ts';

export interface EnvironmentsOptions {
  readonly directory: string;
  /** Variables of the machine's user: PATH, HOME, PIP_*, proxies, … */
  readonly variables: Readonly<Record<string, string>>;
  /** Together the environments are kept below this where no Pod needs them. */
  readonly sizeBytesMax: number;
  /** `pip` never looks for uv. Default `auto`. */
  readonly tool?: 'auto' | 'pip';
  readonly platform: NodeJS.Platform;
  readonly run: RunProcess;
  readonly clock: Clock;
  readonly log: Log;
}

export interface EnsureOptions extends BuildWaiter {
  /** The environment stays until `release` of this Pod. */
  readonly podUid?: string;
}

export interface ReadyEnvironment {
  readonly id: string;
  /** Its interpreter; the programs of its packages lie beside it. */
  readonly python: string;
  /** What a container must see, at the same paths. */
  readonly directories: readonly { readonly path: string; readonly isWritable: boolean }[];
  /** For pip inside: the machine's index configuration, wherever HOME points. Empty for a shared environment. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface Environments {
  /**
   * Builds it unless it is there. However many ask at the same time, it is built once; a failed build leaves nothing, and the
   * next ask tries again. Throws Failure `EnvironmentBuildFailed` with a sentence for the user, or the signal's reason.
   */
  ensure(spec: EnvironmentSpec, options?: EnsureOptions): Promise<ReadyEnvironment>;
  /** The same with pip, under a layer of the Pod's own into which pip installs. Idempotent for a Pod. */
  ensureWritable(spec: EnvironmentSpec, options: EnsureOptions & { readonly podUid: string }): Promise<ReadyEnvironment>;
  /** The Pod has ended: its uses and its layers go. Idempotent. */
  release(podUid: string): void;
  list(): Promise<readonly EnvironmentStatus[]>;
  /** What `pip list` would say. */
  packagesOf(id: string): Promise<readonly InstalledPackage[]>;
  /** Once after a start: removes what a crash left half-built and what belongs to Pods that are gone. */
  sweep(isPodAlive: (podUid: string) => boolean): Promise<void>;
  /** Removes those not used for longest until the size limit holds; never one that a Pod uses. */
  collect(): Promise<void>;
  /** Gives up builds and waits for what runs in the background. */
  stop(): Promise<void>;
}

const BUILDS_AT_ONCE_MAX = 2;
/** pip's configuration is read again after this. */
const CONFIG_AGE_MS_MAX = 5_000;
/** Settings that would lead pip inside a Pod out of its layer; an empty variable counts as not set. */
const PIP_STAYS_INSIDE = { PIP_USER: '', PIP_TARGET: '', PIP_PREFIX: '', PIP_REQUIRE_VIRTUALENV: '', PIP_DISABLE_PIP_VERSION_CHECK: '1' };

export function createEnvironments(options: EnvironmentsOptions): Environments {
  return new Store(options);
}

class Store implements Environments {
  readonly #options: EnvironmentsOptions;
  readonly #builtDirectory: string;
  readonly #uses: EnvironmentUses;
  readonly #builds = new SharedBuilds<void>();
  readonly #layers = new SharedBuilds<void>();
  readonly #limiter = new Limiter(BUILDS_AT_ONCE_MAX);
  readonly #findUv: ReturnType<typeof createUvFinder>;
  readonly #stopping = new AbortController();
  /** Environments that somebody is being given; none of them is removed meanwhile. */
  readonly #beingGiven = new Map<string, number>();
  readonly #removals = new Map<string, Promise<void>>();
  readonly #background = new Map<string, Promise<void>>();
  #configs = new Map<string, { readonly atMs: number; readonly config: Promise<PipConfig> }>();
  #variables: Promise<Readonly<Record<string, string>>> | undefined;

  constructor(options: EnvironmentsOptions) {
    this.#options = options;
    this.#builtDirectory = join(options.directory, 'built');
    this.#uses = new EnvironmentUses(join(options.directory, 'pods'));
    this.#findUv = createUvFinder({ ...options, toolsDirectories: toolsDirectories(options) });
  }

  async ensure(spec: EnvironmentSpec, options: EnsureOptions = {}): Promise<ReadyEnvironment> {
    const { id, directory } = await this.#ensureBuilt(spec, false, options);
    return { id, python: join(directory, 'bin/python3'), directories: [{ path: directory, isWritable: false }], variables: {} };
  }

  async ensureWritable(spec: EnvironmentSpec, options: EnsureOptions & { readonly podUid: string }): Promise<ReadyEnvironment> {
    const { id, directory, config } = await this.#ensureBuilt(spec, true, options);
    const layer = this.#uses.layerDirectory(options.podUid, id);
    await this.#layers.join(layer, options, () => makeLayer(layer, directory, spec));
    return {
      id,
      python: join(layer, 'bin/python3'),
      directories: [
        { path: directory, isWritable: false },
        { path: layer, isWritable: true },
      ],
      variables: { ...PIP_STAYS_INSIDE, ...pipVariables(config) },
    };
  }

  release(podUid: string): void {
    this.#inBackground(`release ${podUid}`, () => this.#uses.remove(podUid));
  }

  async list(): Promise<readonly EnvironmentStatus[]> {
    const uses = await this.#uses.count();
    const statuses: EnvironmentStatus[] = [];
    for (const id of await this.#builtIds()) {
      const directory = join(this.#builtDirectory, id);
      const record = await readReady(directory);
      if (record === undefined) continue;
      statuses.push({
        id,
        pythonVersion: record.pythonVersion,
        requirements: record.requirements,
        tool: record.tool,
        createdAtMs: record.createdAtMs,
        lastUsedAtMs: await lastUsedAtMs(directory),
        sizeBytes: record.sizeBytes ?? (await diskUsage(directory)),
        podCount: uses.get(id) ?? 0,
      });
    }
    return statuses.sort((a, b) => b.lastUsedAtMs - a.lastUsedAtMs);
  }

  async packagesOf(id: string): Promise<readonly InstalledPackage[]> {
    return isEnvironmentId(id) ? installedPackages(join(this.#builtDirectory, id)) : [];
  }

  async sweep(isPodAlive: (podUid: string) => boolean): Promise<void> {
    for (const podUid of await this.#uses.podUids()) {
      if (!isPodAlive(podUid)) await this.#uses.remove(podUid);
    }
    for (const id of await this.#builtIds()) {
      if (this.#isBusy(id)) continue;
      const directory = join(this.#builtDirectory, id);
      if ((await readReady(directory)) === undefined) await this.#remove(id, 'half-built');
      else this.#finishInBackground(id);
    }
    await this.collect();
  }

  async collect(): Promise<void> {
    const { sizeBytesMax, clock } = this.#options;
    for (const id of planRemoval(await this.list(), sizeBytesMax, clock.now())) {
      if (this.#isBusy(id)) continue;
      await this.#remove(id, 'not used for longest');
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the server stops'));
    await Promise.all([this.#builds.stop(), this.#layers.stop()]);
    await Promise.allSettled([...this.#background.values(), ...this.#removals.values()]);
  }

  async #ensureBuilt(spec: EnvironmentSpec, hasPip: boolean, options: EnsureOptions) {
    options.signal?.throwIfAborted();
    const config = await this.#configOf(spec);
    const id = environmentId(spec, hasPip, config);
    const directory = join(this.#builtDirectory, id);
    // No pause between this look and the note that it is being given.
    for (let removal = this.#removals.get(id); removal !== undefined; removal = this.#removals.get(id)) await removal;
    this.#beingGiven.set(id, (this.#beingGiven.get(id) ?? 0) + 1);
    try {
      if (options.podUid !== undefined) await this.#uses.add(options.podUid, id);
      const record = await readReady(directory);
      if (record === undefined) {
        await this.#builds.join(id, options, (build) => this.#build({ directory, spec, hasPip, config }, build));
      }
      await markUsed(directory, this.#options.clock.now());
      if (record?.sizeBytes === undefined) this.#finishInBackground(id);
      return { id, directory, config };
    } finally {
      const others = this.#beingGiven.get(id)! - 1;
      if (others === 0) this.#beingGiven.delete(id);
      else this.#beingGiven.set(id, others);
    }
  }

  async #build(plan: Omit<EnvironmentPlan, 'tool'>, build: { readonly signal: AbortSignal; readonly onProgress: (message: string) => void }): Promise<void> {
    // Somebody may have finished it between the look and the start.
    if ((await readReady(plan.directory)) !== undefined) return;
    if (this.#limiter.isFull) build.onProgress('waiting for other environments to be built');
    await this.#limiter.run(build.signal, async () => {
      const tool = await this.#toolFor(plan.spec);
      await buildEnvironment({ ...plan, tool }, await this.#ports(), build);
    });
  }

  async #toolFor(spec: EnvironmentSpec): Promise<PackageTool> {
    const { run, tool } = this.#options;
    // Only pip counts the packages of the interpreter itself as installed.
    const uvPath = tool === 'pip' || spec.inheritsPackages ? undefined : await this.#findUv(spec.interpreter);
    return uvPath === undefined ? createPipTool(run) : createUvTool(run, uvPath);
  }

  async #ports(): Promise<BuildPorts> {
    this.#variables ??= withCache(this.#options);
    return { ...this.#options, variables: await this.#variables };
  }

  #configOf({ interpreter }: EnvironmentSpec): Promise<PipConfig> {
    const { clock, variables, platform } = this.#options;
    const known = this.#configs.get(interpreter.prefix);
    if (known !== undefined && clock.now() - known.atMs < CONFIG_AGE_MS_MAX) return known.config;
    const config = readPipConfig({ variables, platform, prefix: interpreter.prefix });
    this.#configs.set(interpreter.prefix, { atMs: clock.now(), config });
    return config;
  }

  async #builtIds(): Promise<readonly string[]> {
    return ((await readdir(this.#builtDirectory).catch(whenMissing)) ?? []).filter(isEnvironmentId);
  }

  #isBusy(id: string): boolean {
    return this.#builds.has(id) || this.#beingGiven.has(id) || this.#background.has(`finish ${id}`);
  }

  /** From the first line on, whoever asks for this environment waits; a use that was noted before keeps it. */
  async #remove(id: string, why: string): Promise<void> {
    const removal = (async () => {
      if ((await this.#uses.count()).has(id)) return;
      await removeEnvironment(join(this.#builtDirectory, id));
      this.#options.log.info('environment removed', { id, why });
    })().finally(() => this.#removals.delete(id));
    this.#removals.set(id, removal);
    await removal;
  }

  #finishInBackground(id: string): void {
    this.#inBackground(`finish ${id}`, async () => {
      const directory = join(this.#builtDirectory, id);
      if ((await readReady(directory))?.sizeBytes !== undefined) return;
      await finishEnvironment(directory, await this.#ports(), this.#stopping.signal);
      this.#inBackground('collect', () => this.collect());
    });
  }

  /** One at a time of each name; failures are logged, for nobody waits for it. */
  #inBackground(name: string, work: () => Promise<void>): void {
    if (this.#background.has(name) || this.#stopping.signal.aborted) return;
    const running = work()
      .catch((error: unknown) => this.#options.log.warn('housekeeping of environments failed', { name, error: describeError(error) }))
      .finally(() => this.#background.delete(name));
    this.#background.set(name, running);
  }
}

/** Written beside its place and then renamed, so that a layer is whole or not there. */
async function makeLayer(layer: string, shared: string, { interpreter }: EnvironmentSpec): Promise<void> {
  if ((await readdir(layer).catch(whenMissing)) !== undefined) return;
  const temporary = `${layer}.new`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await writeLayer(temporary, { finalDirectory: layer, shared, interpreter });
  await rename(temporary, layer);
}

/** uv of our own is shared by all data directories of a user, where the user has a home. */
function toolsDirectories({ variables, directory }: EnvironmentsOptions): readonly string[] {
  const cache = cacheHome(variables);
  return [...(cache === undefined ? [] : [join(cache, 'slipway/tools')]), join(directory, 'tools')];
}

function cacheHome(variables: Readonly<Record<string, string>>): string | undefined {
  const home = variables['HOME'];
  return variables['XDG_CACHE_HOME'] ?? (home === undefined || home === '' ? undefined : join(home, '.cache'));
}

/** uv fails without a cache it can write: a user without a home gets one in the data directory. */
async function withCache({ variables, directory }: EnvironmentsOptions): Promise<Readonly<Record<string, string>>> {
  if (variables['UV_CACHE_DIR'] !== undefined) return variables;
  const cache = cacheHome(variables);
  const isUsable = cache !== undefined && (await mkdir(join(cache, 'uv'), { recursive: true }).then(() => true, () => false));
  return isUsable ? variables : { ...variables, UV_CACHE_DIR: join(directory, 'uv-cache') };
}
