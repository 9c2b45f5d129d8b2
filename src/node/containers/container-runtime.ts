// Containers of an engine. The engine holds them, their logs and their ends, as the supervisor does for processes; here is
// only what is known of them by id, and who waits for the end of each.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { describeError, Failure, isJsonObject, objectOf, type Clock, type Json, type Log } from '../../base/mod.ts';
import type { Logs } from '../../logs/mod.ts';
import type { ImageProgram } from '../pods/container-program.ts';
import { hostNamespacesWarning } from '../pods/host-namespaces.ts';
import type { ContainerPlan, Runtime, StartedContainer } from '../runtimes/runtime.ts';
import type { ExitListener, ExitRecord, ListedContainer } from '../supervisor/protocol.ts';
import { untilEnded } from './container-end.ts';
import { containerName, createRequest, LABEL, limitsJson, podmanLimitsJson, type CreateContext } from './create-request.ts';
import type { Engine, EngineFinder } from './engine.ts';
import { copyLogs } from './engine-logs.ts';
import { attachToEngine, holdInput, openEngineSession } from './engine-session.ts';
import { ensureInstallation, readInstallation } from './installation.ts';
import { wasKilledForMemory } from './kernel-log.ts';
import { hasMemoryLimit, listedContainerOf, startedAtMsOf, type EngineContainer } from './listed-container.ts';
import { isApart, killInSamePod } from './process-namespaces.ts';

export interface ContainerRuntimeOptions {
  readonly engines: EngineFinder;
  /** Holds the name of the installation. */
  readonly installationFile: string;
  readonly logs: Logs;
  readonly clock: Clock;
  readonly log: Log;
}

interface Known {
  /** The engine's id. */
  readonly container: string;
  readonly podUid: string;
  readonly exitFile: string;
  /** To copy the engine's log to; undefined where the engine writes it. */
  readonly logFile: string | undefined;
  readonly stopWaiting: AbortController;
  /** Its exit was told. */
  isOver: boolean;
}

/** Where podman has what Docker's API at podman lacks; since 4.3. */
const PODMAN_API = '/v4.3.0/libpod';
const WAIT_RETRY_MS = 1_000;
/** Attempts before the last one are of no use to anybody. */
const ATTEMPTS_KEPT = 2;

export class ContainerRuntime implements Runtime<ImageProgram> {
  readonly #options: ContainerRuntimeOptions;
  readonly #known = new Map<string, Known>();
  /** Of containers that take input from whoever is attached. */
  readonly #inputs = new Map<string, Promise<Duplex>>();
  readonly #bootId = readBootId();
  readonly #stopping = new AbortController();
  /** There are containers, and no engine that this process has met. */
  #isAway = false;
  /** Read once, for every Pod that goes asks for it: nobody else writes it. */
  #installation: string | undefined;
  #onExit: ExitListener = () => undefined;

  constructor(options: ContainerRuntimeOptions) {
    this.#options = options;
    this.#installation = readInstallation(options.installationFile);
  }

  /** Containers of before a restart of the machine have ended, and some engines forget how. */
  get instanceIds(): readonly string[] {
    return [`engine-${this.#bootId}`];
  }

  get awayInstanceIds(): readonly string[] {
    return this.#isAway ? this.instanceIds : [];
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** Whether this is the number that one of its containers has on this machine: an engine in a virtual machine has numbers of its own. */
  isProcessHere(id: string, pid: number): boolean {
    return this.has(id) && pid > 0 && isApart(pid);
  }

  /** Exits from now on, each after its record is durable; earlier ones are in `list`. */
  onExit(listener: ExitListener): void {
    this.#onExit = listener;
  }

  /** Containers go on. */
  stop(): void {
    this.#stopping.abort(new Failure('Stopped', 'the node was stopped'));
  }

  async start(program: ImageProgram, plan: ContainerPlan): Promise<StartedContainer> {
    const exitFile = plan.exitFileOf(this.instanceIds[0]!);
    // Says that there was an attempt, whatever becomes of this process now.
    await writeFile(exitFile, '', { flush: true });
    const { canWriteLogs, canJoinNetworks } = await this.#options.engines.need();
    const unshared = hostNamespacesWarning(plan.pod, plan.container);
    if (unshared !== undefined) plan.onWarning('HostNotShared', unshared);
    const processes = this.#processesBeside(plan, { isPodman: canWriteLogs, canJoinNetworks });
    const container = await this.#create(program, plan, { exitFile, canWriteLogs, processes });
    try {
      // Asked once: one that has run and ended would run again.
      await (await this.#options.engines.need()).api.call('POST', `/containers/${container}/start`);
    } catch (error) {
      // Maybe it has started it, and only the answer was lost.
      if (isFailure(error, 'EngineUnavailable')) throw new Failure('EngineLost', describeError(error));
      await this.#remove(container).catch(() => undefined);
      throw new Failure('StartError', describeError(error));
    }
    const [podUid = '', name = '', restart = ''] = plan.id.split('/');
    this.#watch(plan.id, { container, podUid, exitFile, logFile: canWriteLogs ? undefined : plan.logFile, stopWaiting: new AbortController(), isOver: false });
    await this.#forget(`${podUid}/${name}/${Number(restart) - ATTEMPTS_KEPT}`);
    // It runs; what it is called on this machine is only good to know.
    const facts = await this.#call('GET', `/containers/${container}/json`).catch(() => ({}));
    const startedAtMs = startedAtMsOf(facts);
    return { pid: pidOf(facts), ...(startedAtMs === 0 ? {} : { startedAtMs }) };
  }

  /** Nothing where no container was ever made, or where this process has met no engine. Throws Failure `EngineUnavailable` while it is away. */
  async list(): Promise<readonly ListedContainer[]> {
    const listed: ListedContainer[] = [];
    for (const container of await this.#ours()) {
      const found = await this.#look(container);
      if (found === undefined) continue;
      listed.push(found);
      if (this.#known.has(found.id)) continue;
      const { podUid, exitFile, logFile } = found;
      if (logFile !== undefined && found.state === 'exited') await this.#copyLogs(container, logFile, false, this.#stopping.signal);
      // Known from now on; the end of one that ended meanwhile is recorded and told like any other.
      this.#watch(found.id, { container, podUid, exitFile, logFile, stopWaiting: new AbortController(), isOver: false });
    }
    return listed;
  }

  /** Without input the log shows it all. */
  attach: Runtime['attach'] = async (id, options) => {
    const { container } = this.#find(id);
    const config = objectOf(objectOf(await this.#call('GET', `/containers/${container}/json`))['Config']);
    const tty = config['Tty'] === true;
    if (!options.hasStdin && !tty) return undefined;
    // A terminal is open as long as its container lives.
    const input = options.hasStdin && !options.endsInput && !tty ? await this.#inputOf(id, container) : undefined;
    return attachToEngine({ api: this.#options.engines.api, container }, { hasStdin: options.hasStdin, tty, input });
  };

  #inputOf(id: string, container: string): Promise<Duplex> {
    const held = this.#inputs.get(id) ?? holdInput({ api: this.#options.engines.api, container });
    this.#inputs.set(id, held);
    const forget = () => void (this.#inputs.get(id) === held && this.#inputs.delete(id));
    held.then((socket) => socket.once('close', forget), forget);
    return held;
  }

  /**
   * A new supervisor has only these Pods' networks: a running container in another one is cut off from everything. It ends as
   * the processes of such a Pod did, and its restart policy says what follows.
   */
  async endCutOff(podUids: ReadonlySet<string>): Promise<void> {
    for (const container of await this.#ours([`${LABEL.network}=own`])) {
      const found = await this.#look(container);
      if (found?.state !== 'running' || podUids.has(found.podUid)) continue;
      this.#options.log.warn('a container lost the network of its Pod and is ended', { id: found.id });
      await this.#call('POST', `/containers/${container}/kill`, { signal: '9' });
    }
  }

  openSession: Runtime['openSession'] = async (id, options) => {
    const { container } = this.#find(id);
    const main = pidOf(await this.#call('GET', `/containers/${container}/json`));
    if (main === 0) throw new Failure('NotFound', 'the container does not run');
    const { api } = this.#options.engines;
    return openEngineSession({ api, container, kill: (pid) => killInSamePod(pid, main), clock: this.#options.clock }, options);
  };

  terminate: Runtime['terminate'] = async (id, stopSignal) => {
    const { container } = this.#find(id);
    await this.#signal(id, stopSignal ?? stopSignalOf(await this.#call('GET', `/containers/${container}/json`)));
  };

  async #signal(id: string, signal: string): Promise<void> {
    const { container } = this.#find(id);
    try {
      await this.#call('POST', `/containers/${container}/kill`, { signal });
    } catch (error) {
      // Any other refusal says nothing about the container: it may run on.
      if (!isFailure(error, 'EngineConflict') && !isFailure(error, 'NotFound')) throw error;
      throw new Failure('NotFound', 'the container does not run', { cause: error });
    }
  }

  limit: Runtime['limit'] = async (id, limits) => {
    const { container } = this.#find(id);
    try {
      const { api, canWriteLogs: isPodman } = await this.#options.engines.need();
      await api.call('POST', `${isPodman ? PODMAN_API : ''}/containers/${container}/update`, { body: isPodman ? podmanLimitsJson(limits) : limitsJson(limits) });
    } catch (error) {
      throw new Failure('LimitsRefused', describeError(error), { cause: error });
    }
  };

  async killContainer(id: string): Promise<void> {
    if (!this.#known.has(id)) return;
    await this.#signal(id, 'SIGKILL').catch((error: unknown) => {
      if (!isFailure(error, 'NotFound')) throw error;
    });
  }

  async killPod(podUid: string): Promise<void> {
    const ids = [...this.#known].flatMap(([id, known]) => (known.podUid === podUid && !known.isOver ? [id] : []));
    await Promise.all(ids.map((id) => this.killContainer(id)));
  }

  async removePod(podUid: string, directories: readonly string[]): Promise<readonly string[]> {
    // Whoever removes a container that runs asks it to end, and waits.
    await this.killPod(podUid);
    for (const [id, known] of this.#known) {
      if (known.podUid !== podUid) continue;
      known.stopWaiting.abort(new Failure('Removed', 'the Pod is removed'));
      this.#known.delete(id);
    }
    for (const container of await this.#ours([`${LABEL.podUid}=${podUid}`])) await this.#remove(container);
    return directories;
  }

  /** Undefined for one that was made and never started. */
  async #look(container: string, signal?: AbortSignal): Promise<EngineContainer | undefined> {
    const answer = await this.#options.engines.api.call('GET', `/containers/${container}/json`, signal === undefined ? {} : { signal });
    const found = listedContainerOf(answer, this.#bootId);
    const exit = found?.exit;
    if (exit === undefined || exit.code === 0 || exit.overLimit !== undefined || !hasMemoryLimit(answer)) return found;
    return (await wasKilledForMemory(container)) ? { ...found!, exit: { ...exit, overLimit: 'memory' } } : found;
  }

  /** The engine's ids. */
  async #ours(more: readonly string[] = []): Promise<readonly string[]> {
    const installation = this.#installation;
    const { engines } = this.#options;
    this.#isAway = installation !== undefined && !engines.isOff && (await this.#engineOrNone()) === undefined;
    if (installation === undefined || engines.isOff || this.#isAway) return [];
    const filters = JSON.stringify({ label: [`${LABEL.installation}=${installation}`, ...more] });
    const answer = await this.#call('GET', '/containers/json', { all: 'true', filters });
    return Array.isArray(answer) ? answer.flatMap((container) => (isJsonObject(container) ? [String(container['Id'])] : [])) : [];
  }

  /** Throws Failure `EngineUnavailable` when one was there before; one that this process has never met is none. */
  async #engineOrNone(): Promise<Engine | undefined> {
    const { engines } = this.#options;
    try {
      return await engines.findOrWait();
    } catch (error) {
      if (engines.wasThere || !isFailure(error, 'EngineUnavailable')) throw error;
      return undefined;
    }
  }

  async #create(program: ImageProgram, plan: ContainerPlan, context: Omit<CreateContext, 'installation'>): Promise<string> {
    const { engines, installationFile } = this.#options;
    const installation = (this.#installation ??= ensureInstallation(installationFile));
    const body = createRequest(program, plan, { installation, ...context });
    const name = containerName(plan);
    const create = async () => idOf(await engines.api.call('POST', '/containers/create', { query: { name }, body }));
    try {
      return await create().catch(async (error: unknown) => {
        if (!isFailure(error, 'EngineConflict') && !/already in use/.test(describeError(error))) throw error;
        // An earlier server made it and ended before it started it.
        await this.#remove(name);
        return create();
      });
    } catch (error) {
      if (isFailure(error, 'EngineUnavailable')) throw error;
      throw new Failure('CreateContainerError', describeError(error));
    }
  }

  /** podman takes a path; one that is named could not be removed before those that joined it. */
  #processesBeside({ beside, container, onWarning }: ContainerPlan, { isPodman, canJoinNetworks }: { readonly isPodman: boolean; readonly canJoinNetworks: boolean }): string | undefined {
    if (beside === undefined) return undefined;
    const known = this.#known.get(beside.id);
    if (isPodman && (canJoinNetworks || known !== undefined)) return `ns:/proc/${beside.pid}/ns/pid`;
    if (known !== undefined) return `container:${known.container}`;
    onWarning('ProcessesNotShared', `container ${container} sees only its own processes: this container engine can't join a process namespace that Slipway made`);
    return undefined;
  }

  #watch(id: string, known: Known): void {
    this.#known.set(id, known);
    const signal = AbortSignal.any([this.#stopping.signal, known.stopWaiting.signal]);
    this.#waitForExit(id, known, signal).catch((error: unknown) => {
      if (!signal.aborted) this.#options.log.error('nobody waits for the end of a container any more', { id, error: describeError(error) });
    });
  }

  async #waitForExit(id: string, known: Known, signal: AbortSignal): Promise<void> {
    const { engines, clock, log } = this.#options;
    const { container, logFile } = known;
    const copyLog = logFile === undefined ? undefined : (end: AbortSignal) => this.#copyLogs(container, logFile, true, end);
    const isRunning = async (end: AbortSignal) => (await this.#look(container, end))?.state === 'running';
    for (;;) {
      try {
        await untilEnded({ api: engines.api, container, copyLog, isRunning, clock, signal });
        const exit = (await this.#look(container, signal))?.exit;
        if (exit !== undefined) {
          // Some engines end what is followed before its last line.
          if (logFile !== undefined) await this.#copyLogs(container, logFile, false, signal);
          return await this.#tell(exit, known);
        }
      } catch (error) {
        signal.throwIfAborted();
        if (isFailure(error, 'NotFound')) return this.#tell(removedExit(id, clock.now(), this.#bootId), known);
        log.warn('the end of a container can not be waited for, trying again', { id, error: describeError(error) });
      }
      await clock.sleep(WAIT_RETRY_MS, { signal });
    }
  }

  /** Never rejects: what the signal cuts off is copied by the next server. */
  async #copyLogs(container: string, logFile: string, follow: boolean, signal: AbortSignal): Promise<void> {
    const { engines, logs, clock, log } = this.#options;
    for (;;) {
      try {
        await copyLogs({ api: engines.api, container, logFile, append: logs.append, follow, signal });
        return;
      } catch (error) {
        if (signal.aborted || isFailure(error, 'NotFound')) return;
        log.warn('the log of a container can not be copied, trying again', { container, error: describeError(error) });
        await clock.sleep(WAIT_RETRY_MS, { signal }).catch(() => undefined);
      }
    }
  }

  async #tell(exit: ExitRecord, known: Known): Promise<void> {
    const { exitFile, podUid } = known;
    await writeFile(exitFile, JSON.stringify(exit), { flush: true });
    known.isOver = true;
    this.#onExit(exit, podUid);
  }

  #find(id: string): Known {
    const known = this.#known.get(id);
    if (known === undefined) throw new Failure('NotFound', 'the container is not known');
    return known;
  }

  async #forget(id: string): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined) return;
    this.#known.delete(id);
    await this.#remove(known.container).catch((error: unknown) => this.#options.log.warn('an ended container could not be removed', { id, error: describeError(error) }));
  }

  async #remove(container: string): Promise<void> {
    try {
      await this.#options.engines.api.call('DELETE', `/containers/${container}`, { query: { force: 'true', v: 'true' } });
    } catch (error) {
      if (!isFailure(error, 'NotFound')) throw error;
    }
  }

  #call(method: 'GET' | 'POST', path: string, query?: Readonly<Record<string, string>>): Promise<Json> {
    return this.#options.engines.api.call(method, path, query === undefined ? {} : { query });
  }
}

/** Somebody removed it from the engine, which kills what runs. */
function removedExit(id: string, nowMs: number, bootId: string): ExitRecord {
  return { id, pid: 0, startTime: 0, bootId, code: null, signal: 9, startedAtMs: nowMs, finishedAtMs: nowMs, logDroppedBytes: 0 };
}

function isFailure(error: unknown, reason: string): boolean {
  return error instanceof Failure && error.reason === reason;
}

function idOf(answer: Json): string {
  return isJsonObject(answer) ? String(answer['Id']) : '';
}

function pidOf(answer: Json): number {
  const { Running: isRunning, Pid: pid } = objectOf(objectOf(answer)['State']);
  return isRunning === true && typeof pid === 'number' ? pid : 0;
}

/** What its image names; engines say it by name or by number. */
function stopSignalOf(answer: Json): string {
  const signal = String(objectOf(objectOf(answer)['Config'])['StopSignal'] ?? '');
  return signal === '' ? 'SIGTERM' : signal;
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown'; // another system than Linux
  }
}
