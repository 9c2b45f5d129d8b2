// The container engine of this machine, found when it is first needed and again when it went away.
import { Failure, isJsonObject, type Clock, type Json, type Log } from '../../base/mod.ts';
import { createEngineApi, type EngineApi } from './engine-api.ts';
import { engineCandidates, type EngineCandidate, type EngineSetting } from './find-engine.ts';
import { podmanSocketPath, startPodmanService } from './podman-service.ts';

export interface Engine {
  readonly kind: 'podman' | 'docker';
  readonly version: string;
  /** Writes a container's log where it is told to, in CRI format; others keep it. */
  readonly canWriteLogs: boolean;
  /** Its containers can join a network namespace of this machine: not in a virtual machine, and not in another user namespace. */
  readonly canJoinNetworks: boolean;
  readonly api: EngineApi;
}

export interface EngineOptions {
  readonly setting: EngineSetting;
  /** Of the machine's user. */
  readonly variables: Readonly<Record<string, string>>;
  /** For the service that this process starts. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
}

const PING_TIMEOUT_MS = 10_000;
const SERVICE_START_TIMEOUT_MS = 20_000;
const SERVICE_POLL_MS = 50;
/** Somebody who installs an engine need not start the server again. */
const ABSENCE_MS_MAX = 5_000;

export class EngineFinder {
  readonly #options: EngineOptions;
  #finding: Promise<Engine | undefined> | undefined;
  #absentUntilMs = 0;
  #wasThere = false;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** One has answered since this process began. */
  get wasThere(): boolean {
    return this.#wasThere;
  }

  /** The user wants none. */
  get isOff(): boolean {
    return engineCandidates(this.#options.setting, this.#options.variables).length === 0;
  }

  /** Undefined when there is none. Throws Failure `EngineUnavailable` when one is there and too busy to answer. */
  async find(): Promise<Engine | undefined> {
    if (this.#options.clock.steadyMs() < this.#absentUntilMs) return undefined;
    const finding = (this.#finding ??= this.#findFirst());
    let engine: Engine | undefined;
    try {
      engine = await finding;
    } finally {
      if (engine === undefined && this.#finding === finding) this.#finding = undefined;
    }
    this.#wasThere ||= engine !== undefined;
    if (engine === undefined) this.#absentUntilMs = this.#options.clock.steadyMs() + ABSENCE_MS_MAX;
    return engine;
  }

  /** The same, but one that was there before is only away: throws Failure `EngineUnavailable`. */
  async findOrWait(): Promise<Engine | undefined> {
    return this.#wasThere ? this.need() : this.find();
  }

  /** Throws Failure `EngineUnavailable` when there is none. */
  async need(): Promise<Engine> {
    const engine = await this.find();
    if (engine === undefined) throw new Failure('EngineUnavailable', 'no container engine answers on this machine: install podman, or start the engine that held this container');
    return engine;
  }

  /** The engine's calls; one that is not answered looks for the engine anew and is made once more. Throws as `need` does. */
  readonly api: EngineApi = {
    call: (method, path, options) => this.#once((api) => api.call(method, path, options)),
    open: (path, options) => this.#once((api) => api.open(path, options)),
    lines: (method, path, options) => streamOf(this.need(), (api) => api.lines(method, path, options)),
    bytes: (path, options) => streamOf(this.need(), (api) => api.bytes(path, options)),
  };

  async #once<T>(call: (api: EngineApi) => Promise<T>): Promise<T> {
    const { api } = await this.need();
    const finding = this.#finding;
    try {
      return await call(api);
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'EngineUnavailable') throw error;
      if (this.#finding === finding) this.#finding = undefined;
      return call((await this.need()).api);
    }
  }

  async #findFirst(): Promise<Engine | undefined> {
    const busy: unknown[] = [];
    for (const candidate of engineCandidates(this.#options.setting, this.#options.variables)) {
      const engine = await this.#try(candidate).catch((error: unknown) => void busy.push(error));
      if (engine === undefined) continue;
      this.#options.log.info('a container engine runs the images that no recipe covers', { engine: engine.kind, version: engine.version });
      return engine;
    }
    if (busy.length > 0) throw busy[0];
    return undefined;
  }

  async #try(candidate: EngineCandidate): Promise<Engine | undefined> {
    if (candidate.kind === 'socket') return this.#ask(candidate.path);
    const { directory, variables, clock } = this.#options;
    const path = podmanSocketPath(directory);
    const running = await this.#ask(path);
    if (running !== undefined || !(await startPodmanService(directory, variables))) return running;
    const deadlineMs = clock.steadyMs() + SERVICE_START_TIMEOUT_MS;
    while (clock.steadyMs() < deadlineMs) {
      await clock.sleep(SERVICE_POLL_MS);
      const engine = await this.#ask(path);
      if (engine !== undefined) return engine;
    }
    this.#options.log.warn('podman is installed, but its API does not start; its words are in podman.log', { directory });
    return undefined;
  }

  #ask(path: string): Promise<Engine | undefined> {
    return askEngine(createEngineApi(path));
  }
}

/** Undefined when nobody answers, or somebody else. Throws Failure `EngineUnavailable` when somebody listens and does not answer in time. */
export async function askEngine(api: EngineApi, timeoutMs = PING_TIMEOUT_MS): Promise<Engine | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return { ...engineOf(await api.call('GET', '/version', { signal })), api };
  } catch {
    if (signal.aborted) throw new Failure('EngineUnavailable', `the container engine did not answer within ${timeoutMs / 1000} s`);
    return undefined; // most of the places are empty on most machines
  }
}

function engineOf(answer: Json): Omit<Engine, 'api'> {
  const version = isJsonObject(answer) ? answer : {};
  const components = Array.isArray(version['Components']) ? version['Components'] : [];
  const isPodman = components.some((component) => isJsonObject(component) && component['Name'] === 'Podman Engine');
  return {
    kind: isPodman ? 'podman' : 'docker',
    version: String(version['Version'] ?? ''),
    canWriteLogs: isPodman,
    canJoinNetworks: isPodman && process.platform === 'linux' && process.getuid?.() === 0,
  };
}

async function* streamOf<T>(engine: Promise<Engine>, read: (api: EngineApi) => AsyncIterable<T>): AsyncIterable<T> {
  yield* read((await engine).api);
}
