// One Pod on this node: takes its object and the exits of its processes, plans, acts, publishes its status. The node calls
// `reconcile` whenever something changed; calls never overlap. Starts run beside it, for they may take minutes.
import { describeError, Failure, type Clock, type JsonObject, type KubeObject, type Log, type ObjectApi } from '../../base/mod.ts';
import { textAt, type Amounts, type StepResultSink } from '../../api/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { EventRecorder } from '../../client/mod.ts';
import type { ReconcileResult } from '../../control/mod.ts';
import type { LogKey, Logs } from '../../logs/mod.ts';
import type { RunningProcess, Runtime } from '../runtimes/runtime.ts';
import type { Devices } from '../devices/devices.ts';
import type { SupervisorLink } from '../supervisor-link.ts';
import type { ExitRecord } from '../supervisor/protocol.ts';
import type { PodNetworks } from '../network/pod-networks.ts';
import { ContainerProbes } from './container-probes.ts';
import type { ContainerState } from './container-state.ts';
import { ContainerStops } from './container-stops.ts';
import type { Programs } from './container-program.ts';
import { MountedVolumes } from './mounted-volumes.ts';
import type { PersistentVolumes } from './persistent-volumes.ts';
import { PodContainers, type RunningAttempt, type Takeover } from './pod-containers.ts';
import { podDirectory, type PodDirectory, type PodSpares } from './pod-directory.ts';
import { PodEvents } from './pod-events.ts';
import { graceOf, planPod, type PodAction, type StopCause } from './pod-plan.ts';
import { confirmDeletion } from './pod-removal.ts';
import { containersOf, podSpecOf, type ContainerSpec, type PodSpec } from './pod-spec.ts';
import { PodStarts } from './pod-starts.ts';
import { PodResize } from './pod-resize.ts';
import { hasRun, podStatus, ranWith, type Readiness } from './pod-status.ts';
import { PostStarts } from './post-starts.ts';
import { gatesDiffer } from './readiness-gates.ts';
import { SlotHolder } from './slot-holder.ts';
import type { Slots } from './slots.ts';
import { StatusPublisher } from './status-publisher.ts';
import { stepDocumentOf } from './step-document.ts';
import { StepReport, type PodFailure } from './step-report.ts';

export interface PodWorkerPorts {
  readonly api: ObjectApi;
  readonly link: SupervisorLink;
  readonly runtime: Runtime;
  readonly programs: Programs;
  readonly logs: Logs;
  readonly blobs: Blobs;
  readonly stepResults: StepResultSink;
  readonly events: EventRecorder;
  /** Steps that run at the same time. */
  readonly steps: Slots;
  /** Containers of other Pods that are started at the same time. */
  readonly startsOfOthers: Slots;
  /** Statuses that are written at the same time. */
  readonly statusWrites: Slots;
  readonly clock: Clock;
  readonly log: Log;
  readonly devices: Devices;
  /** What the node has for Pods. */
  readonly allocatable: () => JsonObject;
  /** What the other Pods on the node have asked for. */
  readonly requestsOfOthers: (podUid: string) => Amounts;
  readonly processesPerContainerMax: number;
  /** Directory of all Pods' directories. */
  readonly podsDirectory: string;
  readonly spares: PodSpares;
  readonly persistentVolumes: PersistentVolumes;
  readonly networks: PodNetworks;
  /** Asks for a reconcile of this Pod. */
  readonly wake: (podUid: string) => void;
}

/** Whoever holds a container and does not answer is asked again in this time. */
const UNSETTLED_MS = 5_000;
const NOT_YET: Readiness = { hasStarted: false, isReady: false };
/** States that a Pod leaves within this time are not published: a step that is over so soon costs one write. */
const SETTLE_MS = 20;
const STEP_SETTLE_MS = 300;
/** What follows the result of a step (last status, cleaning up) leaves the next step this time to get started. */
const STEP_EPILOGUE_DELAY_MS = 8;

export class PodWorker {
  readonly uid: string;
  readonly #ports: PodWorkerPorts;
  readonly #directory: PodDirectory;
  readonly #report: StepReport | undefined;
  /** A step has it from its start to its end. */
  readonly #slot: SlotHolder | undefined;
  readonly #events: PodEvents;
  readonly #publisher: StatusPublisher;
  readonly #containers: PodContainers;
  readonly #probes: ContainerProbes;
  readonly #postStarts: PostStarts;
  readonly #stops: ContainerStops;
  readonly #starts: PodStarts;
  readonly #volumes: MountedVolumes;
  readonly #resize: PodResize;
  readonly #startedAtMs: number;
  /** The same by the steady clock. */
  readonly #steadyStartMs: number;
  readonly #abort = new AbortController();
  #pod: KubeObject;
  #spec: PodSpec;
  #stopping: { readonly cause: StopCause } | undefined;
  #failure: PodFailure | undefined;
  #isFinished = false;
  /** halted: the server stops, the processes go on. gone: the object is gone, and everything of it must go. */
  #life: 'alive' | 'halted' | 'gone' = 'alive';

  constructor(pod: KubeObject, ports: PodWorkerPorts) {
    const podUid = pod.metadata.uid!;
    this.uid = podUid;
    this.#ports = ports;
    this.#pod = pod;
    this.#spec = podSpecOf(pod);
    this.#startedAtMs = Date.parse(textAt(pod, '', 'status', 'startTime')) || ports.clock.now();
    this.#steadyStartMs = ports.clock.steadyMs() - Math.max(0, ports.clock.now() - this.#startedAtMs);
    const directory = podDirectory(ports.podsDirectory, podUid, ports.spares);
    const document = stepDocumentOf(pod);
    this.#directory = directory;
    this.#report = document === undefined ? undefined : new StepReport({ ...ports, document, podUid, directory });
    this.#slot = document === undefined ? undefined : new SlotHolder(ports.steps);
    this.#events = new PodEvents(ports.events, () => this.#pod, document !== undefined);
    const settleMs = document === undefined ? SETTLE_MS : STEP_SETTLE_MS;
    this.#publisher = new StatusPublisher({ ...ports, pod, settleMs, writes: ports.statusWrites, signal: this.#abort.signal });
    const views = { pod: () => this.#pod, spec: () => this.#spec };
    this.#volumes = new MountedVolumes({ ...ports, ...views, directory, signal: this.#abort.signal, onExcess: (excess) => this.evict(excess), onMeasured: () => ports.wake(podUid) });
    const hooks = { ...ports, podUid, dial: ports.networks.dialerOf(podUid), events: this.#events, signal: this.#abort.signal };
    this.#stops = new ContainerStops({ ...hooks, ...views });
    this.#probes = new ContainerProbes({ ...hooks, ...views, stop: (container, restart, graceMs) => this.#stops.begin(container, restart, graceMs) });
    this.#postStarts = new PostStarts({ ...hooks, onFailure: (container, restart, problem) => this.#onHookFailed(container, restart, problem) });
    this.#containers = new PodContainers({
      ...ports,
      podUid,
      directory,
      ...views,
      logKey: (container, restart) => this.#logKey(container, restart),
      hasMessageFiles: document === undefined,
      isEnding: () => this.#stopping !== undefined || this.#failure !== undefined,
      onEnded: (container, next) => this.#onEnded(container, next),
    });
    this.#resize = new PodResize({ ...ports, ...views, podUid, containers: this.#containers, stops: this.#stops, events: this.#events });
    this.#starts = new PodStarts({
      ...ports,
      ...views,
      podUid,
      directory,
      step: document,
      slot: this.#slot,
      volumes: this.#volumes,
      containers: this.#containers,
      events: this.#events,
      postStarts: this.#postStarts,
      logKey: (container, restart) => this.#logKey(container, restart),
      onProgress: () => this.#publisher.publish(() => this.#status()),
      onRefused: (failure) => void (this.#failure ??= failure),
    });
  }

  get pod(): KubeObject {
    return this.#pod;
  }

  /** Those of its containers that run. */
  processes(): readonly RunningProcess[] {
    return this.#containers.running().map(({ name }) => this.#containers.processOf(name));
  }

  containerState(name: string): ContainerState {
    return this.#containers.stateOf(name);
  }

  /** Takes a newer version of the object; true when it asks for something else than the one before. */
  observe(pod: KubeObject): boolean {
    const gatesChanged = gatesDiffer(this.#pod, pod, this.#spec.readinessGates);
    const before = this.#pod.metadata;
    this.#pod = pod;
    const { generation, deletionTimestamp, labels, annotations } = pod.metadata;
    if (generation !== before.generation) this.#respecify(podSpecOf(pod));
    const showsChange = this.#volumes.showsMetadata && (labels !== before.labels || annotations !== before.annotations);
    if (showsChange) this.#volumes.outdate();
    return showsChange || gatesChanged || generation !== before.generation || deletionTimestamp !== before.deletionTimestamp;
  }

  /** What waits or is being started with an image that it no longer has begins anew; what runs is ended by `reconcile`. */
  #respecify(spec: PodSpec): void {
    const imagesBefore = new Map(containersOf(this.#spec).map(({ name, image }) => [name, image]));
    this.#spec = spec;
    for (const { name, image } of containersOf(spec)) {
      if (image === (imagesBefore.get(name) ?? image)) continue;
      this.#starts.cancel(name);
      this.#containers.renew(name);
    }
  }

  /** A ConfigMap or Secret has changed; true when a volume shows it. */
  observeObject(resource: string, { metadata }: KubeObject): boolean {
    const isShown = metadata.namespace === this.#pod.metadata.namespace && this.#volumes.refersTo(resource, metadata.name);
    if (!isShown) return false;
    this.#volumes.outdate();
    this.#containers.hasten();
    return true;
  }

  /** A container ended; the record is durable. */
  exited(container: string, restart: number, exit: ExitRecord): void {
    this.#containers.exited(container, restart, exit);
    this.#ports.wake(this.uid);
  }

  /** With a new connection to a supervisor: finds out what became of the containers that were given to the runtimes of now or before. */
  async takeOver(found: Pick<Takeover, 'instanceIds' | 'awayInstanceIds' | 'listed'>): Promise<void> {
    await this.#containers.takeOver({
      ...found,
      hasRun: (container) => hasRun(this.#pod, container),
      ranWith: (container, restart) => ranWith(this.#pod, container, restart),
      isStarting: (container) => this.#starts.has(container),
    });
    if (this.#containers.running().length === 0) return;
    this.#slot?.occupy();
    this.#ports.networks.assume(this.#pod);
  }

  async reconcile(): Promise<ReconcileResult> {
    if (this.#life !== 'alive') return { kind: 'done' };
    if (this.#isFinished) {
      await confirmDeletion(this.#ports.api, this.#pod);
      return { kind: 'done' };
    }
    const { link, runtime, clock } = this.#ports;
    if (link.current === undefined) return { kind: 'done' };
    if (this.#containers.unsettled.size > 0) {
      const listed = await runtime.list();
      await this.takeOver({ instanceIds: runtime.instanceIds, awayInstanceIds: runtime.awayInstanceIds, listed });
    }
    await this.#containers.takeExits();
    const isProbed = ({ name, restartCount }: RunningAttempt) => !this.#postStarts.isUnderWay(name, restartCount);
    this.#probes.follow(this.#containers.running().filter(isProbed));
    this.#endOutdated();
    const isEnding = this.#stopping !== undefined || this.#failure !== undefined;
    let wakeAtMs = this.#containers.unsettled.size > 0 ? clock.steadyMs() + UNSETTLED_MS : isEnding ? Number.POSITIVE_INFINITY : await this.#resize.follow();
    for (const action of this.#plan()) wakeAtMs = Math.min(wakeAtMs, (await this.#act(action)) ?? Number.POSITIVE_INFINITY);
    wakeAtMs = Math.min(wakeAtMs, await this.#stops.proceed(this.#containers.running()), await this.#refreshVolumes());
    if (!this.#isFinished) this.#publisher.publish(() => this.#status());
    return wakeAtMs === Number.POSITIVE_INFINITY ? { kind: 'done' } : { kind: 'after', delayMs: Math.max(0, wakeAtMs - clock.steadyMs()) };
  }

  /** The server stops: gives up what is being prepared; what runs goes on. */
  async halt(): Promise<void> {
    if (this.#life === 'alive') this.#life = 'halted';
    await this.#giveUp('the node was stopped');
  }

  /** The object is gone: whatever waits for it ends now; `discard` follows. */
  abandon(): void {
    this.#life = 'gone';
    this.#abort.abort(new Failure('PodGone', 'the Pod was deleted'));
    this.#starts.cancel();
  }

  /** Kills everything and forgets. */
  async discard(): Promise<void> {
    this.abandon();
    await this.#giveUp('the Pod was deleted');
    if (!this.#isFinished) await this.#cleanUp();
  }

  async #giveUp(why: string): Promise<void> {
    this.#abort.abort(new Failure('Stopped', why));
    this.#starts.cancel();
    await this.#starts.settled();
  }

  #plan(): readonly PodAction[] {
    const facts = {
      spec: this.#spec,
      states: this.#containers.states,
      starting: new Set([...this.#starts.names(), ...this.#containers.unsettled]),
      startedAtMs: this.#steadyStartMs,
      hasStarted: (container: string) => this.#readinessOf(container).hasStarted,
      isFailed: this.#failure !== undefined,
      ...graceOf(this.#pod, this.#failure),
      ...(this.#stopping === undefined ? {} : { stopping: this.#stopping }),
    };
    return planPod(facts, this.#ports.clock.steadyMs());
  }

  #endOutdated(): void {
    if (this.#stopping !== undefined || this.#failure !== undefined) return;
    for (const attempt of this.#containers.outdated()) {
      if (this.#stops.has(attempt)) continue;
      this.#events.outdated(attempt.name);
      this.#stops.begin(attempt.name, attempt.restartCount, this.#spec.terminationGracePeriodSeconds * 1000);
    }
  }

  /** When they are due next, by the steady clock; the first files come with the volumes. */
  async #refreshVolumes(): Promise<number> {
    if (this.#isFinished || this.#containers.running().length === 0) return Number.POSITIVE_INFINITY;
    return this.#volumes.refresh();
  }

  /** Ends it as a failed Pod, at once. */
  evict(message: string): void {
    if (this.#failure !== undefined || this.#isFinished) return;
    this.#failure = { reason: 'Evicted', message };
    this.#events.warn('', 'Evicted', message);
    this.#ports.wake(this.uid);
  }

  /** When to look again, if the action says so. */
  async #act(action: PodAction): Promise<number | undefined> {
    switch (action.kind) {
      case 'start':
        if (this.#life === 'alive') this.#starts.begin(action.container, action.restartCount);
        return undefined;
      case 'cancel-starts':
        this.#starts.cancel();
        return undefined;
      case 'terminate':
        this.#stopping ??= { cause: action.cause };
        this.#probes.endLiveness();
        this.#stops.beginAll(this.#containers.running(), action.graceMs);
        return undefined;
      case 'look-again':
        return action.atMs;
      case 'finish':
        await this.#finish(action.phase, action.cause);
        return undefined;
    }
  }

  #onEnded(container: ContainerSpec, next: ContainerState): void {
    this.#slot?.release();
    if (next.phase === 'waiting' && next.startAtMs !== undefined) this.#events.backOff(container.name);
  }

  /** What hooks and probes say of a running container. */
  #readinessOf(container: string): Readiness {
    const { restartCount } = this.#containers.stateOf(container);
    return this.#postStarts.isUnderWay(container, restartCount) ? NOT_YET : this.#probes.readinessOf(container);
  }

  #onHookFailed(container: string, restart: number, problem: string): void {
    this.#events.warn(container, 'FailedPostStartHook', `PostStartHook failed: ${problem}`);
    this.#stops.begin(container, restart, this.#spec.terminationGracePeriodSeconds * 1000);
  }

  async #finish(phase: 'Succeeded' | 'Failed', cause: StopCause): Promise<void> {
    if (cause === 'deadline') {
      this.#failure ??= { reason: 'DeadlineExceeded', message: `the Pod ran longer than its activeDeadlineSeconds of ${this.#spec.activeDeadlineSeconds}` };
    }
    if (this.#report !== undefined) {
      this.#failure = (await this.#report.tell(this.#containers.states, this.#failure)) ?? this.#failure;
      await this.#ports.clock.sleep(STEP_EPILOGUE_DELAY_MS, { signal: this.#abort.signal }).catch(() => undefined);
    }
    await this.#publisher.publishNow(this.#status(this.#failure === undefined ? phase : 'Failed'));
    // Without a status that says how it ended, the records on disk are all that the next server has.
    if (this.#life !== 'alive') return;
    await this.#cleanUp();
    this.#isFinished = true;
    await confirmDeletion(this.#ports.api, this.#pod);
  }

  #status(finalPhase?: 'Succeeded' | 'Failed'): JsonObject {
    const facts = {
      pod: this.#pod,
      spec: this.#spec,
      states: this.#containers.states,
      readinessOf: (container: string) => this.#readinessOf(container),
      startedAtMs: this.#startedAtMs,
      podIP: this.#ports.networks.addressOf(this.uid)?.ip,
      resize: finalPhase === undefined ? this.#resize.condition : undefined,
      ...(finalPhase === undefined ? {} : { finalPhase }),
      ...this.#failure,
    };
    return podStatus(facts, this.#ports.clock.now());
  }

  async #cleanUp(): Promise<void> {
    // What is not used again the supervisor removes, beside what it does for the Pod anyway.
    const isReused = this.#directory.isReusable(this.#report !== undefined);
    const left = await this.#ports.runtime.removePod(this.uid, isReused ? [this.#directory.memoryPath] : this.#directory.paths);
    this.#slot?.release();
    this.#ports.networks.release(this.uid);
    this.#ports.programs.release(this.uid);
    this.#ports.devices.release(this.uid);
    if (!isReused && left.length === 0) return;
    await this.#directory.remove().catch((error: unknown) => {
      this.#ports.log.warn('the directory of a Pod could not be removed', { path: this.#directory.path, error: describeError(error) });
    });
  }

  #logKey(container: string, restart: number): LogKey {
    return { podUid: this.uid, container, restart };
  }
}
