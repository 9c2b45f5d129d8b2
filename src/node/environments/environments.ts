// Environments: an interpreter with packages, built once for everybody who asks for the same, kept until space is needed.
//   <directory>/built/<id>       the shared environments, read-only for Pods
//   <directory>/pods/<podUid>    who uses what, and the Pods' own writable layers
//   <directory>/locks            between processes that build the same at the same time
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
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
import { withFileLock } from './file-lock.ts';
import { createUvFinder } from './find-uv.ts';
import { Limiter } from './limiter.ts';
import { createPipTool, createUvTool, type PackageTool } from './package-tool.ts';
import { pipVariables, readPipConfig, type PipConfig } from './pip-config.ts';
import { planRemoval, type EnvironmentStatus } from './removal-plan.ts';
import type { RunProcess } from './run-process.ts';
import { SharedBuilds, type BuildWaiter } from './shared-builds.ts';
import { firstWritable, sharedDirectories, withUvCache } from './user-cache.ts';
import { makeLayer } from './writable-layer.ts';

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
/** The first user of a new environment waits this long for bytecode: an import of pandas and scikit-learn takes 1 s with it and
 *  3 s without, in every step anew. Compiling the two takes 3 s, once for all environments. */
const COMPILE_WAIT_MS_MAX = 10_000;
/** The time of an environment's last use is kept to this precision: what was used within minutes is never removed. */
const MARK_PERIOD_MS = 30_000;
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
  readonly #bytecodeDirectory: string;
  readonly #findUv: ReturnType<typeof createUvFinder>;
  readonly #stopping = new AbortController();
  /** Environments that somebody is being given; none of them is removed meanwhile. */
  readonly #beingGiven = new Map<string, number>();
  readonly #removals = new Map<string, Promise<void>>();
  readonly #background = new Map<string, Promise<void>>();
  readonly #markedAtMs = new Map<string, number>();
  #configs = new Map<string, { readonly atMs: number; readonly config: Promise<PipConfig> }>();
  #variables: Promise<Readonly<Record<string, string>>> | undefined;

  constructor(options: EnvironmentsOptions) {
    this.#options = options;
    this.#builtDirectory = join(options.directory, 'built');
    this.#uses = new EnvironmentUses(join(options.directory, 'pods'), options);
    const shared = sharedDirectories(options);
    this.#findUv = createUvFinder({ ...options, toolsDirectories: shared.map((directory) => join(directory, 'tools')) });
    this.#bytecodeDirectory = join(firstWritable(shared), 'bytecode');
  }

  async ensure(spec: EnvironmentSpec, options: EnsureOptions = {}): Promise<ReadyEnvironment> {
    const { id, directory } = await this.#ensureBuilt(spec, false, options);
    return { id, python: join(directory, 'bin/python3'), directories: [{ path: directory, isWritable: false }], variables: {} };
  }

  async ensureWritable(spec: EnvironmentSpec, options: EnsureOptions & { readonly podUid: string }): Promise<ReadyEnvironment> {
    const { id, directory, config } = await this.#ensureBuilt(spec, true, options);
    const layer = this.#uses.layerDirectory(options.podUid, id);
    await this.#layers.join(layer, options, () => makeLayer(layer, directory, spec.interpreter));
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
      const record = readReady(directory);
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
      if (readReady(directory) === undefined) await this.#remove(id, 'half-built');
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
    await Promise.all([this.#builds.stop(), this.#layers.stop(), this.#uses.noteAll()]);
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
      if (options.podUid !== undefined) this.#uses.add(options.podUid, id);
      const record = readReady(directory);
      if (record === undefined) {
        await this.#builds.join(id, options, (build) => this.#build({ directory, spec, hasPip, config }, build));
      }
      await this.#markUsed(id, directory);
      if (record?.sizeBytes === undefined) this.#finishInBackground(id);
      return { id, directory, config };
    } finally {
      const others = this.#beingGiven.get(id)! - 1;
      if (others === 0) this.#beingGiven.delete(id);
      else this.#beingGiven.set(id, others);
    }
  }

  async #markUsed(id: string, directory: string): Promise<void> {
    const nowMs = this.#options.clock.now();
    if (nowMs - (this.#markedAtMs.get(id) ?? 0) < MARK_PERIOD_MS) return;
    this.#markedAtMs.set(id, nowMs);
    await markUsed(directory, nowMs);
  }

  async #build(plan: Omit<EnvironmentPlan, 'tool'>, build: { readonly signal: AbortSignal; readonly onProgress: (message: string) => void }): Promise<void> {
    if (this.#limiter.isFull) build.onProgress('waiting for other environments to be built');
    const lock = join(this.#options.directory, 'locks', basename(plan.directory));
    await this.#limiter.run(build.signal, async () => {
      await withFileLock(lock, { clock: this.#options.clock, signal: build.signal }, async () => {
        // Another process, or somebody between our look and our start, may have built it.
        if (readReady(plan.directory) !== undefined) return;
        const tool = await this.#toolFor(plan.spec);
        await buildEnvironment({ ...plan, tool }, await this.#ports(), build);
      });
      build.onProgress('compiling the packages');
      await this.#compiled(basename(plan.directory), build.signal);
    });
  }

  async #toolFor(spec: EnvironmentSpec): Promise<PackageTool> {
    const { run, tool } = this.#options;
    // Only pip counts the packages of the interpreter itself as installed.
    const uvPath = tool === 'pip' || spec.inheritsPackages ? undefined : await this.#findUv(spec.interpreter);
    return uvPath === undefined ? createPipTool(run) : createUvTool(run, uvPath);
  }

  async #ports(): Promise<BuildPorts> {
    this.#variables ??= withUvCache(this.#options);
    return { ...this.#options, variables: await this.#variables, bytecodeDirectory: this.#bytecodeDirectory };
  }

  #configOf({ interpreter }: EnvironmentSpec): Promise<PipConfig> {
    const { clock, variables, platform } = this.#options;
    const known = this.#configs.get(interpreter.prefix);
    if (known !== undefined && clock.steadyMs() - known.atMs < CONFIG_AGE_MS_MAX) return known.config;
    const config = readPipConfig({ variables, platform, prefix: interpreter.prefix });
    this.#configs.set(interpreter.prefix, { atMs: clock.steadyMs(), config });
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

  /** Resolves when its packages are compiled, after COMPILE_WAIT_MS_MAX, or at an abort: the environment is whole in any case. */
  async #compiled(id: string, signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const patience = this.#options.clock.sleep(COMPILE_WAIT_MS_MAX, { signal: AbortSignal.any([signal, waiting.signal]) }).catch(() => undefined);
    await Promise.race([new Promise<void>((resolve) => this.#finishInBackground(id, resolve)), patience]);
    waiting.abort();
  }

  #finishInBackground(id: string, onCompiled: () => void = () => undefined): void {
    const isStarted = this.#inBackground(`finish ${id}`, async () => {
      await finishEnvironment(join(this.#builtDirectory, id), await this.#ports(), { signal: this.#stopping.signal, onCompiled });
      this.#inBackground('collect', () => this.collect());
    });
    if (!isStarted) onCompiled();
  }

  /** One at a time of each name; failures are logged, for nobody waits for it. False when it was not started. */
  #inBackground(name: string, work: () => Promise<void>): boolean {
    if (this.#background.has(name) || this.#stopping.signal.aborted) return false;
    const running = work()
      .catch((error: unknown) => this.#options.log.warn('housekeeping of environments failed', { name, error: describeError(error) }))
      .finally(() => this.#background.delete(name));
    this.#background.set(name, running);
    return true;
  }
}
