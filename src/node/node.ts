// The local node: runs the Pods that are bound to it. One worker per Pod, woken by the informer and by exits.
import type { Socket } from 'node:net';
import { describeError, type Clock, type JsonObject, type KubeObject, type Log, type NodeReports, type ObjectApi, type UsageMeter } from '../base/mod.ts';
import { hasEnded, type Amounts, type StepResultSink } from '../api/mod.ts';
import type { Blobs } from '../blobs/mod.ts';
import type { EventRecorder, Informer, InformerChange } from '../client/mod.ts';
import { createKeyedQueue, type KeyedQueue, type KeyedQueueStatus, type Part, type ReconcileResult } from '../control/mod.ts';
import type { Logs } from '../logs/mod.ts';
import type { DeviceIds } from './devices/device-shares.ts';
import { createRunProcess } from './environments/run-process.ts';
import { Devices, NVIDIA_GPU } from './devices/devices.ts';
import { listNvidiaGpus } from './devices/nvidia.ts';
import type { PressedPod, ScarceResource } from './eviction-plan.ts';
import { NodeLease } from './node-lease.ts';
import { registerNode } from './node-object.ts';
import { publishConditions } from './node-conditions.ts';
import { PressureWatch, readDisk, readMemory } from './node-pressure.ts';
import { readNodeStats, type NodeStats } from './node-stats.ts';
import { createUsageMeter, readMachineUse } from './usage-meter.ts';
import type { NetworkRanges } from './network/network-ranges.ts';
import { PodNetworks } from './network/pod-networks.ts';
import { ClaimUsageWatch, type ClaimUsage } from './pods/claim-usage.ts';
import { PersistentVolumes } from './pods/persistent-volumes.ts';
import type { ContainerState } from './pods/container-state.ts';
import type { Programs } from './pods/container-program.ts';
import type { ApiAddress } from './pods/api-address.ts';
import { podDirectory, podDirectoryUids, spareDirectories, type PodSpares } from './pods/pod-directory.ts';
import { confirmDeletion } from './pods/pod-removal.ts';
import { PodWorker } from './pods/pod-worker.ts';
import { requestsOf } from './pods/resize-plan.ts';
import { storageUsage } from './pods/storage-limits.ts';
import { Slots, type SlotsStatus } from './pods/slots.ts';
import type { ContainerRuntime } from './containers/container-runtime.ts';
import { createNodeReports } from './reports/node-reports.ts';
import { combineRuntimes } from './runtimes/combine-runtimes.ts';
import { createProcessRuntime } from './runtimes/process-runtime.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { SupervisorLink } from './supervisor-link.ts';
import type { ExitRecord, Supervisor, SupervisorList } from './supervisor/protocol.ts';

export interface LocalNodeOptions {
  readonly name: string;
  readonly version: string;
  readonly api: ObjectApi;
  /** Informer of all Pods; started and synced before the node starts. */
  readonly pods: Informer;
  readonly connectSupervisor: () => Promise<Supervisor>;
  readonly programs: Programs;
  readonly containers: ContainerRuntime;
  readonly logs: Logs;
  readonly blobs: Blobs;
  readonly stepResults: StepResultSink;
  readonly events: EventRecorder;
  readonly podsDirectory: string;
  /** PersistentVolumeClaims of all namespaces; the node starts it. */
  readonly claims: Informer;
  /** PersistentVolumes; the node starts it. */
  readonly volumes: Informer;
  /** ConfigMaps and Secrets of all namespaces, whose changes running Pods see; names are enough; the node starts them. */
  readonly configObjects: readonly Informer[];
  /** Of all PersistentVolumes that are directories. */
  readonly volumesDirectory: string;
  /** Pods of pipeline steps that run at the same time. */
  readonly stepsAtOnce: number;
  /** Services, EndpointSlices and Endpoints of all namespaces; the node starts them. */
  readonly services: Informer;
  readonly slices: Informer;
  readonly endpoints: Informer;
  readonly ranges: NetworkRanges;
  /** Where ports of the machine (hostPort, NodePort) are listened on. */
  readonly machineHost: string;
  /** Ids of devices by resource, besides the GPUs that the driver lists. */
  readonly devices: DeviceIds;
  /** Pods that ask for more GPUs than there are run without. */
  readonly isGpuOptional: boolean;
  /** Processes and threads; 0 for no limit. */
  readonly processesPerContainerMax: number;
  /** Where programs of this machine reach the API, once it listens. */
  readonly apiAddress?: () => ApiAddress | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LocalNodeStatus {
  readonly queue: KeyedQueueStatus;
  readonly podCount: number;
  readonly steps: SlotsStatus;
  readonly isSupervisorConnected: boolean;
}

export interface LocalNode extends Part {
  /** The Pod runs here, or has ended and its object is still there. */
  hasPod(podUid: string): boolean;
  /** State of a container of a Pod that has a worker here; undefined otherwise. */
  containerState(podUid: string, container: string): ContainerState | undefined;
  /** What runs the containers of the Pods here. Its calls throw Failure `SupervisorLost` between two connections. */
  readonly runtime: Runtime;
  /** Throws Failure `SupervisorLost` between two connections. */
  supervisor(): Supervisor;
  /** A connection to a port of a Pod. Throws Failure `NotReachable`. */
  dial(podUid: string, port: number): Promise<Socket>;
  /** Memory as private bytes, processor time, process counts. Throws Failure `SupervisorLost`. */
  stats(): Promise<NodeStats>;
  /** What containers and the machine use, for metrics.k8s.io. */
  readonly usage: UsageMeter;
  /** What a kubelet serves about its node. */
  readonly reports: NodeReports;
  /** What bound claims take on disk, as it was measured last. */
  claimUsage(): readonly ClaimUsage[];
  status(): LocalNodeStatus;
}

/** Pods that are reconciled at the same time. What takes long, a start, runs beside and is not counted. */
const CONCURRENCY = 64;
/** Preparing a Pod makes directories, some tenths of a millisecond each: a hundred at once would hold up the loop. */
const STARTS_AT_ONCE_MAX = 8;
/** Writes of one turn share a commit: hundreds of them would make it a long turn. */
const STATUS_WRITES_AT_ONCE_MAX = 16;

export function createLocalNode(options: LocalNodeOptions): LocalNode {
  return new Node(options);
}

class Node implements LocalNode {
  readonly name = 'node';
  readonly usage: UsageMeter;
  readonly reports: NodeReports;
  readonly runtime: Runtime;
  readonly #options: LocalNodeOptions;
  readonly #workers = new Map<string, PodWorker>();
  readonly #gone = new Set<string>();
  readonly #queue: KeyedQueue;
  readonly #steps: Slots;
  readonly #statusWrites = new Slots(STATUS_WRITES_AT_ONCE_MAX, 'waiting for other statuses to be written');
  readonly #startsOfOthers = new Slots(STARTS_AT_ONCE_MAX, 'waiting for other Pods to be started');
  readonly #link: SupervisorLink;
  readonly #spares: PodSpares;
  readonly #persistentVolumes: PersistentVolumes;
  readonly #claimUsage: ClaimUsageWatch;
  readonly #networks: PodNetworks;
  #devices: Devices;
  #allocatable: JsonObject = {};
  readonly #pressure: PressureWatch;
  readonly #lease: NodeLease;
  #stopWatching: readonly (() => void)[] = [];

  constructor(options: LocalNodeOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.usage = createUsageMeter({ nodeName: options.name, stats: () => this.stats(), machine: readMachineUse, clock });
    this.reports = createNodeReports({
      nodeName: options.name,
      pods: () => options.pods.list().filter((pod) => this.#isOurs(pod)),
      stats: () => this.stats(),
      usage: this.usage,
      claimUsage: () => this.claimUsage(),
      directory: options.podsDirectory,
      clock,
    });
    this.#pressure = new PressureWatch({
      clock,
      log,
      read: { memory: readMemory, 'ephemeral-storage': () => readDisk(options.podsDirectory) },
      pods: (resource) => this.#pressedPods(resource),
      reclaimDisk: () => options.programs.reclaimDisk(),
      publish: (scarce) => this.#publishConditions(scarce),
      evict: ({ podUid, message }) => this.#workers.get(podUid)?.evict(message),
    });
    this.#lease = new NodeLease(options);
    this.#devices = new Devices({ ...options, offered: options.devices });
    this.#spares = spareDirectories(options.podsDirectory);
    this.#persistentVolumes = new PersistentVolumes({ ...options, directory: options.volumesDirectory });
    this.#claimUsage = new ClaimUsageWatch({ directories: () => this.#persistentVolumes.claimDirectories(), run: createRunProcess(clock), clock, log });
    this.#steps = new Slots(options.stepsAtOnce, `waiting for a free slot: ${options.stepsAtOnce} steps run at once on this machine (--steps-at-once)`);
    this.#queue = createKeyedQueue({ name: 'node', clock, log, concurrency: CONCURRENCY, reconcile: (uid) => this.#reconcile(uid) });
    this.#link = new SupervisorLink({
      connect: options.connectSupervisor,
      onExit: (exit, podUid) => this.#onExit(exit, podUid),
      onConnected: (supervisor, list) => this.#takeOver(supervisor, list),
      onReady: () => this.#wakeAll(),
      clock,
      log,
    });
    this.runtime = combineRuntimes(createProcessRuntime(this.#link), options.containers);
    options.containers.onExit((exit, podUid) => this.#onExit(exit, podUid));
    this.#networks = new PodNetworks({ ...options, link: this.#link });
  }

  hasPod(podUid: string): boolean {
    return this.#workers.has(podUid);
  }

  containerState(podUid: string, container: string): ContainerState | undefined {
    return this.#workers.get(podUid)?.containerState(container);
  }

  supervisor(): Supervisor {
    return this.#link.supervisor;
  }

  dial(podUid: string, port: number): Promise<Socket> {
    return this.#networks.dialInside(podUid, port);
  }

  async stats(): Promise<NodeStats> {
    const { containers } = this.#options;
    const processes = [...this.#workers.values()].flatMap((worker) => worker.processes());
    const others = Object.fromEntries(processes.filter(({ id, pid }) => containers.isProcessHere(id, pid)).map(({ id, pid }) => [id, pid]));
    return readNodeStats(await this.supervisor().stats(others), (podUid) => this.#workers.get(podUid)?.pod);
  }

  claimUsage(): readonly ClaimUsage[] {
    return this.#claimUsage.list();
  }

  status(): LocalNodeStatus {
    return {
      queue: this.#queue.status(),
      podCount: this.#workers.size,
      steps: this.#steps.status(),
      isSupervisorConnected: this.#link.current !== undefined,
    };
  }

  async start(): Promise<void> {
    const { claims, volumes, services, slices, endpoints, configObjects } = this.#options;
    await Promise.all([claims, volumes, services, slices, endpoints, ...configObjects].map((informer) => informer.start()));
    this.#networks.start();
    const gpus = await listNvidiaGpus();
    const offered = new Map([...(gpus.length === 0 ? [] : [[NVIDIA_GPU, gpus] as const]), ...this.#options.devices]);
    this.#devices = new Devices({ ...this.#options, offered });
    await this.#register(offered);
    // Workers come first: an exit that is told during the takeover finds its Pod.
    for (const pod of this.#options.pods.list()) {
      if (!this.#isOurs(pod) || hasEnded(pod)) continue;
      this.#devices.restore(pod);
      this.#workerOf(pod);
    }
    await this.#link.start();
    this.#stopWatching = [
      this.#options.pods.onChange((change) => this.#onPodChange(change)),
      ...this.#options.configObjects.map((informer) => informer.onChange(({ object }) => this.#onConfigChange(informer.type.resource, object))),
      this.#options.claims.onChange(({ object }) => this.#onConfigChange('persistentvolumeclaims', object)),
      this.#options.volumes.onChange(({ kind, object }) => void (kind === 'upsert' && this.#persistentVolumes.settle(object))),
    ];
    this.#queue.start();
    this.#pressure.start();
    this.#lease.start();
    this.#claimUsage.start();
    this.#persistentVolumes.settleAll();
    this.#options.programs.sweep((podUid) => this.#workers.has(podUid));
  }

  /** Pods go on: the supervisor holds them. */
  async stop(): Promise<void> {
    for (const stop of this.#stopWatching) stop();
    this.#pressure.stop();
    this.#lease.stop();
    this.#claimUsage.stop();
    const halted = Promise.all([...this.#workers.values()].map((worker) => worker.halt()));
    await Promise.all([this.#queue.stop(), halted]);
    this.#networks.stop();
    await this.#link.stop();
  }

  /** Takes up what an earlier server, or this one on an earlier connection, left: running containers, ended ones, rubbish. */
  async #takeOver(supervisor: Supervisor, { containers: processes, networks = [] }: SupervisorList): Promise<void> {
    const { containers } = this.#options;
    this.#networks.restore(networks);
    await containers.endCutOff(new Set(networks.map(({ podUid }) => podUid)));
    const listed = [...processes, ...(await containers.list())];
    const found = { instanceIds: [supervisor.hello.instanceId, ...containers.instanceIds], awayInstanceIds: containers.awayInstanceIds, listed };
    for (const worker of this.#workers.values()) await worker.takeOver(found);
    const known = new Set([...[...listed, ...networks].map(({ podUid }) => podUid), ...podDirectoryUids(this.#options.podsDirectory)]);
    for (const uid of known) if (!this.#workers.has(uid)) await this.#removeStranger(supervisor, uid);
  }

  async #register(devices: DeviceIds): Promise<void> {
    this.#allocatable = await registerNode({ ...this.#options, devices });
  }

  /** Somebody may have deleted the Node: without one no Pod would be placed any more. */
  async #publishConditions(scarce: ReadonlySet<ScarceResource>): Promise<void> {
    if (await publishConditions(this.#options, scarce)) return;
    await this.#register(this.#devices.offered);
    await publishConditions(this.#options, scarce);
  }

  async #pressedPods(resource: ScarceResource): Promise<readonly PressedPod[]> {
    const { podsDirectory, logs } = this.#options;
    const workers = [...this.#workers.values()];
    if (resource === 'memory') {
      const { containers } = await this.stats();
      const usageOf = (uid: string) => containers.filter(({ podUid }) => podUid === uid).map(({ container, privateBytes }) => ({ container, bytes: privateBytes }));
      return workers.map(({ pod, uid }) => ({ pod, containers: usageOf(uid) }));
    }
    return Promise.all(workers.map(async ({ pod, uid }) => ({ pod, containers: await storageUsage(pod, podDirectory(podsDirectory, uid), logs) })));
  }

  #wakeAll(): void {
    for (const uid of this.#workers.keys()) this.#queue.add(uid);
  }

  async #removeStranger(supervisor: Supervisor, uid: string): Promise<void> {
    this.#options.log.info('a Pod that is no more is removed', { podUid: uid });
    await this.#options.containers.removePod(uid, []);
    await supervisor.removePod(uid, []);
    this.#options.programs.release(uid);
    await podDirectory(this.#options.podsDirectory, uid)
      .remove()
      .catch((error: unknown) => this.#options.log.warn('the directory of a Pod could not be removed', { podUid: uid, error: describeError(error) }));
  }

  #isOurs(pod: KubeObject): boolean {
    return pod.spec?.['nodeName'] === this.#options.name && pod.metadata.uid !== undefined;
  }

  #workerOf(pod: KubeObject): void {
    const ports = { ...this.#options, link: this.#link, runtime: this.runtime, steps: this.#steps, startsOfOthers: this.#startsOfOthers, statusWrites: this.#statusWrites, persistentVolumes: this.#persistentVolumes, spares: this.#spares, networks: this.#networks, devices: this.#devices, allocatable: () => this.#allocatable };
    this.#workers.set(pod.metadata.uid!, new PodWorker(pod, { ...ports, requestsOfOthers: (podUid) => this.#requestsOfOthers(podUid), wake: (uid) => this.#queue.add(uid) }));
  }

  #requestsOfOthers(podUid: string): Amounts {
    return requestsOf([...this.#workers.values()].flatMap(({ uid, pod }) => (uid === podUid ? [] : [pod])));
  }

  #onPodChange({ kind, object }: InformerChange): void {
    if (!this.#isOurs(object)) return;
    const uid = object.metadata.uid!;
    const worker = this.#workers.get(uid);
    if (kind === 'delete') {
      if (worker === undefined) return;
      worker.abandon();
      this.#gone.add(uid);
    } else if (worker !== undefined) {
      if (!worker.observe(object)) return;
    } else if (!hasEnded(object)) {
      this.#workerOf(object);
    } else if (!isHalfDeleted(object)) {
      return;
    }
    this.#queue.add(uid);
  }

  #onConfigChange(resource: string, object: KubeObject): void {
    for (const [uid, worker] of this.#workers) if (worker.observeObject(resource, object)) this.#queue.add(uid);
  }

  #onExit(exit: ExitRecord, podUid: string): void {
    const [, container, restart] = exit.id.split('/');
    if (container !== undefined) this.#workers.get(podUid)?.exited(container, Number(restart), exit);
  }

  async #reconcile(uid: string): Promise<ReconcileResult> {
    const worker = this.#workers.get(uid);
    if (worker === undefined) {
      await this.#bury(uid);
      return { kind: 'done' };
    }
    if (!this.#gone.has(uid)) return worker.reconcile();
    // Without a supervisor it is tried again.
    await worker.discard();
    this.#gone.delete(uid);
    this.#workers.delete(uid);
    return { kind: 'done' };
  }

  /** A server that ended between the last status of a deleted Pod and its removal left this to do. */
  async #bury(uid: string): Promise<void> {
    const pod = this.#options.pods.byUid(uid);
    if (pod !== undefined && isHalfDeleted(pod)) await confirmDeletion(this.#options.api, pod);
  }
}

/** Ended, deleted with a grace that has not been confirmed to be over. */
function isHalfDeleted(pod: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  return hasEnded(pod) && deletionTimestamp !== undefined && deletionGracePeriodSeconds > 0;
}
