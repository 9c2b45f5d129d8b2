// The local node: runs the Pods that are bound to it. One worker per Pod, woken by the informer and by exits.
import { crashPoint, describeError, type Clock, type KubeObject, type Log, type ObjectApi } from '../base/mod.ts';
import type { StepResultSink } from '../api/mod.ts';
import type { Blobs } from '../blobs/mod.ts';
import type { EventRecorder, Informer, InformerChange } from '../client/mod.ts';
import { createKeyedQueue, type KeyedQueue, type KeyedQueueStatus, type Part, type ReconcileResult } from '../control/mod.ts';
import type { Logs } from '../logs/mod.ts';
import { registerNode } from './node-object.ts';
import { NOT_STARTED } from './pods/container-state.ts';
import type { Programs } from './pods/container-program.ts';
import { podDirectory, podDirectoryUids } from './pods/pod-directory.ts';
import { restoreContainer } from './pods/pod-restore.ts';
import { objectsOf, podSpecOf } from './pods/pod-spec.ts';
import { PodWorker, type PodWorkerPorts } from './pods/pod-worker.ts';
import type { ExitRecord, ListedContainer, Supervisor } from './supervisor/protocol.ts';

export interface LocalNodeOptions {
  readonly name: string;
  readonly version: string;
  readonly api: ObjectApi;
  /** Informer of all Pods; started and synced before the node starts. */
  readonly pods: Informer;
  readonly connectSupervisor: () => Promise<Supervisor>;
  readonly programs: Programs;
  readonly logs: Logs;
  readonly blobs: Blobs;
  readonly stepResults: StepResultSink;
  readonly events: EventRecorder;
  readonly podsDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LocalNode extends Part {
  readonly workers: ReadonlyMap<string, PodWorker>;
  supervisor(): Supervisor;
  status(): KeyedQueueStatus;
}

/** Pods that are worked on at the same time; a Pod whose environment is being built counts. */
const CONCURRENCY = 256;
const ADDRESS_IP = '127.0.0.1';

export function createLocalNode(options: LocalNodeOptions): LocalNode {
  return new Node(options);
}

class Node implements LocalNode {
  readonly name = 'node';
  readonly workers = new Map<string, PodWorker>();
  readonly #options: LocalNodeOptions;
  readonly #queue: KeyedQueue;
  readonly #exits = new Map<string, { container: string; restart: number; exit: ExitRecord }[]>();
  readonly #gone = new Set<string>();
  #supervisor: Supervisor | undefined;
  #isStopped = false;

  constructor(options: LocalNodeOptions) {
    this.#options = options;
    this.#queue = createKeyedQueue({
      name: 'node',
      clock: options.clock,
      log: options.log,
      concurrency: CONCURRENCY,
      reconcile: (uid) => this.#reconcile(uid),
    });
  }

  supervisor(): Supervisor {
    return this.#supervisor!;
  }

  status(): KeyedQueueStatus {
    return this.#queue.status();
  }

  async start(): Promise<void> {
    await registerNode(this.#options);
    await this.#connect();
    await this.#restore();
    this.#options.pods.onChange((change) => this.#onPodChange(change));
    this.#queue.start();
  }

  /** Pods go on: the supervisor holds them. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#queue.stop();
    this.#supervisor?.close();
  }

  async #connect(): Promise<void> {
    const supervisor = await this.#options.connectSupervisor();
    this.#supervisor = supervisor;
    supervisor.onExit((exit, podUid) => this.#onExit(exit, podUid));
    supervisor.onLost(() => {
      if (!this.#isStopped) void this.#reconnect();
    });
  }

  async #reconnect(): Promise<void> {
    this.#options.log.error('the supervisor died; its containers are lost');
    try {
      await this.#connect();
    } catch (error) {
      this.#options.log.error('no new supervisor', { error: describeError(error) });
    }
    for (const worker of this.workers.values()) {
      await worker.onSupervisorLost();
      this.#queue.add(worker.uid);
    }
  }

  /** Takes up what an earlier server left: running containers, ended ones, and rubbish. */
  async #restore(): Promise<void> {
    const { containers } = await this.supervisor().list();
    for (const pod of this.#options.pods.list()) if (this.#isOurs(pod) && !isEnded(pod)) await this.#restorePod(pod, containers);
    const strangers = new Set([...containers.map(({ podUid }) => podUid), ...podDirectoryUids(this.#options.podsDirectory)]);
    for (const uid of strangers) {
      if (this.workers.has(uid)) continue;
      await this.supervisor().removePod(uid);
      await podDirectory(this.#options.podsDirectory, uid).remove();
    }
  }

  async #restorePod(pod: KubeObject, listed: readonly ListedContainer[]): Promise<void> {
    const worker = this.#workerOf(pod);
    const directory = podDirectory(this.#options.podsDirectory, worker.uid);
    const spec = podSpecOf(pod);
    for (const container of [...spec.initContainers, ...spec.containers]) {
      const restored = restoreContainer({
        podUid: worker.uid,
        container,
        listed,
        directory,
        instanceId: this.supervisor().hello.instanceId,
        knownRestart: knownRestart(pod, container.name),
        nowMs: this.#options.clock.now(),
      });
      if (restored.kind === 'state') worker.restore(container.name, restored.state);
      if (restored.kind === 'ended' && restored.exit !== undefined) {
        const { pid } = restored.exit;
        worker.restore(container.name, { phase: 'running', restartCount: restored.restart, pid, startedAtMs: restored.startedAtMs });
        await worker.onExit(container.name, restored.restart, restored.exit);
      }
      if (restored.kind === 'never-started') worker.restore(container.name, { ...NOT_STARTED, restartCount: knownRestart(pod, container.name) });
    }
    this.#queue.add(worker.uid);
  }

  #isOurs(pod: KubeObject): boolean {
    return pod.spec?.['nodeName'] === this.#options.name && pod.metadata.uid !== undefined;
  }

  #workerOf(pod: KubeObject): PodWorker {
    const uid = pod.metadata.uid!;
    let worker = this.workers.get(uid);
    if (worker === undefined) {
      const ports: PodWorkerPorts = { ...this.#options, supervisor: () => this.supervisor(), addressIp: ADDRESS_IP };
      worker = new PodWorker(pod, ports);
      this.workers.set(uid, worker);
    }
    return worker;
  }

  #onPodChange({ kind, object }: InformerChange): void {
    if (!this.#isOurs(object)) return;
    const uid = object.metadata.uid!;
    if (kind === 'delete') {
      if (!this.workers.has(uid)) return;
      this.workers.get(uid)!.abort();
      this.#gone.add(uid);
    } else if (this.workers.has(uid)) {
      this.workers.get(uid)!.observe(object);
      if (object.metadata.deletionTimestamp === undefined) return;
    } else if (isEnded(object)) {
      return;
    } else {
      this.#workerOf(object);
    }
    this.#queue.add(uid);
  }

  #onExit(exit: ExitRecord, podUid: string): void {
    const [, container, restart] = exit.id.split('/');
    if (!this.workers.has(podUid) || container === undefined) return;
    const waiting = this.#exits.get(podUid) ?? [];
    waiting.push({ container, restart: Number(restart), exit });
    this.#exits.set(podUid, waiting);
    this.#queue.add(podUid);
  }

  async #reconcile(uid: string): Promise<ReconcileResult> {
    const worker = this.workers.get(uid);
    if (worker === undefined) return { kind: 'done' };
    if (this.#gone.delete(uid)) {
      this.workers.delete(uid);
      this.#exits.delete(uid);
      await worker.discard();
      return { kind: 'done' };
    }
    const exits = this.#exits.get(uid) ?? [];
    this.#exits.delete(uid);
    if (exits.length > 0) crashPoint('node.exit-record.before');
    for (const { container, restart, exit } of exits) await worker.onExit(container, restart, exit);
    if (exits.length > 0) crashPoint('node.exit-record.after');
    return worker.reconcile();
  }
}

function isEnded(pod: KubeObject): boolean {
  const phase = pod.status?.['phase'];
  return phase === 'Succeeded' || phase === 'Failed';
}

function knownRestart(pod: KubeObject, container: string): number {
  const statuses = [...objectsOf(pod.status?.['containerStatuses']), ...objectsOf(pod.status?.['initContainerStatuses'])];
  const count = statuses.find((status) => status['name'] === container)?.['restartCount'];
  return typeof count === 'number' ? count : 0;
}
