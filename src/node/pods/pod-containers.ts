// The containers of one Pod: what state each is in, and how starts, exits and a takeover from an earlier connection change it.
import { crashPoint, describeError, Failure, type Clock, type JsonObject, type KubeObject, type Log } from '../../base/mod.ts';
import type { LogKey, Logs } from '../../logs/mod.ts';
import type { RunningProcess, StartedContainer } from '../runtimes/runtime.ts';
import type { ExitRecord, ListedContainer } from '../supervisor/protocol.ts';
import { attemptOf, NOT_STARTED, type ContainerState, type RunningContainer, type Termination } from './container-state.ts';
import type { PodDirectory } from './pod-directory.ts';
import { fullNameOf } from './pod-events.ts';
import { restoreContainer, type RestoredContainer } from './pod-restore.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';
import { afterTermination, NEVER, restartsOf } from './restart.ts';
import { lostTermination, terminationOf } from './termination.ts';

/** The one that runs or ended last, and the one before. */
const ATTEMPTS_KEPT = 2;

export interface PodContainersOptions {
  readonly podUid: string;
  readonly pod: () => KubeObject;
  readonly spec: () => PodSpec;
  readonly directory: PodDirectory;
  readonly logs: Logs;
  readonly logKey: (container: string, restart: number) => LogKey;
  /** Containers have a file for their termination message. */
  readonly hasMessageFiles: boolean;
  /** None starts again: the Pod is on its way to its end. */
  readonly isEnding: () => boolean;
  /** Called with the state after a container ended. */
  readonly onEnded: (container: ContainerSpec, next: ContainerState) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RunningAttempt {
  readonly name: string;
  readonly restartCount: number;
  readonly startedAtMs: number;
}

/** What a container runs with; what is absent nobody remembers. */
export type Outfit = Pick<RunningContainer, 'image' | 'resources'>;

export interface Takeover {
  /** The runtimes of now. */
  readonly instanceIds: readonly string[];
  /** Those of them that do not answer now. */
  readonly awayInstanceIds: readonly string[];
  /** What they have. */
  readonly listed: readonly ListedContainer[];
  /** By the Pod's published status. */
  readonly hasRun: (container: string) => boolean;
  /** By the same: what this attempt was started with, or given since. */
  readonly ranWith: (container: string, restart: number) => Outfit;
  readonly isStarting: (container: string) => boolean;
}

export class PodContainers {
  readonly #options: PodContainersOptions;
  readonly #states = new Map<string, ContainerState>();
  /** Containers of which nobody knows whether they were started, since the supervisor went away. */
  readonly #unsettled = new Set<string>();
  /** Containers that start again when they end, whatever their policy says. */
  readonly #renewed = new Set<string>();
  /** Exits that were told and not taken yet. */
  readonly #exits = new Map<string, { readonly restart: number; readonly exit: ExitRecord }>();

  constructor(options: PodContainersOptions) {
    this.#options = options;
  }

  get states(): ReadonlyMap<string, ContainerState> {
    return this.#states;
  }

  get unsettled(): ReadonlySet<string> {
    return this.#unsettled;
  }

  stateOf(container: string): ContainerState {
    return this.#states.get(container) ?? NOT_STARTED;
  }

  /** Throws Failure `ConfigMissing` when it does not run. */
  processOf(container: string): RunningProcess {
    const state = this.stateOf(container);
    if (state.phase !== 'running') throw new Failure('ConfigMissing', `the container ${container}, whose processes it shall see, does not run`);
    return { id: `${this.#options.podUid}/${container}/${state.restartCount}`, pid: state.pid };
  }

  running(): readonly RunningAttempt[] {
    return [...this.#states].flatMap(([name, state]) => (state.phase === 'running' ? [{ name, restartCount: state.restartCount, startedAtMs: state.startedAtMs }] : []));
  }

  /** Those that run with another image than they have now. Init containers are past changing. */
  outdated(): readonly RunningAttempt[] {
    const outdated = this.#all().filter((container) => this.#isOutdated(container)).map(({ name }) => name);
    return this.running().filter(({ name }) => outdated.includes(name));
  }

  /** Not started yet, with a reason and a sentence. */
  wait(container: string, reason: string, message: string, startAtMs?: number): void {
    const attempt = attemptOf(this.stateOf(container));
    this.#states.set(container, { phase: 'waiting', reason, message, ...attempt, ...(startAtMs === undefined ? {} : { startAtMs }) });
  }

  /** What those that wait lacked may be there now. */
  hasten(): void {
    for (const [container, state] of this.#states) if (state.phase === 'waiting' && state.reason === 'ContainerCreating') this.#states.set(container, { ...state, startAtMs: 0 });
  }

  /** It has another image: what it waited for before is of no matter. */
  renew(container: string): void {
    const state = this.stateOf(container);
    if (state.phase !== 'waiting' || state === NOT_STARTED) return;
    this.#states.set(container, { phase: 'waiting', reason: 'ContainerCreating', ...attemptOf(state), quickEndCount: 0 });
  }

  /** Whatever its policy says, it starts again when it has ended. */
  renewNext(container: string): void {
    this.#renewed.add(container);
  }

  /** It was given these while it runs. */
  resized(container: string, resources: JsonObject): void {
    const state = this.stateOf(container);
    if (state.phase === 'running') this.#states.set(container, { ...state, resources });
  }

  started({ name, image, resources }: ContainerSpec, { pid, startedAtMs = this.#options.clock.now() }: StartedContainer): void {
    this.#states.set(name, { phase: 'running', pid, startedAtMs, image, resources, ...attemptOf(this.stateOf(name)) });
  }

  /** It could not be started at all. */
  neverStarted(container: ContainerSpec, reason: string, message: string): void {
    this.#end(container, { exitCode: 128, reason, message, finishedAtMs: this.#options.clock.now() });
  }

  /** Whether it was started will be found out with the next supervisor. */
  unknown(container: string): void {
    this.#unsettled.add(container);
  }

  /** Kept until `takeExits`. One may be told twice, maybe after the next one. */
  exited(container: string, restart: number, exit: ExitRecord): void {
    if ((this.#exits.get(container)?.restart ?? 0) <= restart) this.#exits.set(container, { restart, exit });
  }

  async takeExits(): Promise<void> {
    for (const [name, { restart, exit }] of this.#exits) {
      const state = this.stateOf(name);
      // Told before its start was: kept until that is settled.
      if (state.phase === 'waiting' && state.restartCount === restart) continue;
      this.#exits.delete(name);
      const container = this.#all().find((candidate) => candidate.name === name);
      if (container === undefined || state.phase !== 'running' || state.restartCount !== restart) continue;
      crashPoint('node.exit-record.before');
      this.#end(container, await this.#terminationOf(container, restart, exit));
      crashPoint('node.exit-record.after');
    }
  }

  /** Finds out what became of the containers that were given to these runtimes or those before them. */
  async takeOver({ instanceIds, awayInstanceIds, listed, hasRun, ranWith, isStarting }: Takeover): Promise<void> {
    const { podUid, directory } = this.#options;
    const attempts = directory.attempts();
    for (const container of this.#all()) {
      const { name } = container;
      const state = this.#states.get(name);
      const isOpen = state === undefined || state.phase === 'running' || this.#unsettled.has(name);
      if (!isOpen || isStarting(name)) continue;
      const facts = { podUid, container: name, listed, attempts, instanceIds, awayInstanceIds };
      const restored = await restoreContainer({ ...facts, hasRun: state === undefined && hasRun(name) });
      if (restored.kind === 'unknown') {
        if (state?.phase !== 'running') this.#doubt(name, restored.restart);
        continue;
      }
      await this.#restore(container, restored, (restart) => ranWith(name, restart));
      this.#unsettled.delete(name);
    }
  }

  /** It may run: it is not started, and looked for again. */
  #doubt(container: string, restart: number): void {
    const message = 'the container engine that ran it does not answer: start it, or delete the Pod with --force';
    this.#states.set(container, { phase: 'waiting', reason: 'ContainerStatusUnknown', message, restartCount: restart, quickEndCount: restart });
    this.#unsettled.add(container);
  }

  async #restore(container: ContainerSpec, restored: Exclude<RestoredContainer, { kind: 'unknown' }>, ranWith: (restart: number) => Outfit): Promise<void> {
    const { name } = container;
    const state = this.#states.get(name);
    if (restored.kind === 'never-started') return void this.#states.set(name, state ?? NOT_STARTED);
    const { restart } = restored;
    const attempt = state?.restartCount === restart ? attemptOf(state) : { restartCount: restart, quickEndCount: restart };
    const startedAtMs = state?.phase === 'running' ? state.startedAtMs : undefined;
    const { image, resources } = state?.phase === 'running' && state.restartCount === restart ? state : ranWith(restart);
    const kept = { ...attempt, ...(image === undefined ? {} : { image }), ...(resources === undefined ? {} : { resources }) };
    switch (restored.kind) {
      case 'running': {
        const last = restored.before === undefined ? {} : { last: await this.#terminationOf(container, restart - 1, restored.before) };
        this.#states.set(name, { phase: 'running', pid: restored.pid, startedAtMs: restored.startedAtMs, ...last, ...kept });
        return;
      }
      case 'ended':
        this.#states.set(name, { phase: 'running', pid: restored.exit.pid, startedAtMs: restored.exit.startedAtMs, ...kept });
        this.#end(container, await this.#terminationOf(container, restart, restored.exit));
        return;
      case 'lost':
        this.#states.set(name, { phase: 'running', pid: 0, startedAtMs: startedAtMs ?? 0, ...kept });
        this.#end(container, lostTermination(startedAtMs, this.#options.clock.now()));
        return;
    }
  }

  #all(): readonly ContainerSpec[] {
    const { initContainers, containers, ephemeralContainers } = this.#options.spec();
    return [...initContainers, ...containers, ...ephemeralContainers];
  }

  #isOutdated({ name, image, isSidecar }: ContainerSpec): boolean {
    const state = this.stateOf(name);
    const isLasting = isSidecar || this.#options.spec().containers.some((container) => container.name === name);
    return isLasting && state.phase === 'running' && state.image !== undefined && state.image !== image;
  }

  #end(container: ContainerSpec, termination: Termination): void {
    const spec = this.#options.spec();
    const isLast = this.#options.isEnding() || spec.ephemeralContainers.includes(container);
    const next = afterTermination({
      state: this.stateOf(container.name),
      termination,
      restarts: isLast ? NEVER : restartsOf(container, spec.restartPolicy),
      isOutdated: !isLast && (this.#isOutdated(container) || this.#renewed.has(container.name)),
      isInit: !container.isSidecar && spec.initContainers.some(({ name }) => name === container.name),
      named: `container=${container.name} pod=${fullNameOf(this.#options.pod())}`,
      clock: this.#options.clock,
    });
    const { restartCount } = this.stateOf(container.name);
    if (termination.startedAtMs !== undefined && restartCount >= ATTEMPTS_KEPT) this.#forget(container.name, restartCount - ATTEMPTS_KEPT);
    this.#renewed.delete(container.name);
    this.#states.set(container.name, next);
    this.#options.onEnded(container, next);
  }

  /** What attempts before the last one left is of no use to anybody, and a container may start again for months. */
  #forget(container: string, restart: number): void {
    const { directory, logs, logKey, log } = this.#options;
    Promise.all([directory.forget(container, restart), logs.forget(logKey(container, restart))]).catch((error: unknown) => {
      log.warn('what an earlier attempt of a container left could not be removed', { container, restart, error: describeError(error) });
    });
  }

  #terminationOf({ name, saysLogsOnError }: ContainerSpec, restart: number, exit: ExitRecord): Promise<Termination> {
    const { directory, logs, logKey, hasMessageFiles } = this.#options;
    const messageFile = hasMessageFiles ? directory.messageFile(name, restart) : undefined;
    return terminationOf({ exit, logKey: logKey(name, restart), messageFile, fallsBackToLogs: saysLogsOnError || !hasMessageFiles }, logs);
  }
}
