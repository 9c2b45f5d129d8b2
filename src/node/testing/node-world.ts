// The node in its real surroundings: API server, informer, logs and blobs, a real supervisor, a data directory of its own.
// Only the engine is played: step results are kept in a list.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { objectsOf, silentLog, systemClock, systemRng, until, type Clock, type ContainerLogOptions, type JsonObject, type Kubelet, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import { builtinKinds, CLAIMS, ENDPOINT_SLICES, ENDPOINTS, EVENTS, hasEnded, PERSISTENT_VOLUMES, PODS, SERVICES, STEP_ANNOTATION, type StepDocument, type StepResult } from '../../api/mod.ts';
import { openLocalBlobs, type Blobs } from '../../blobs/mod.ts';
import { createEventRecorder, createInformer, type Informer } from '../../client/mod.ts';
import { openLogs, type LogLimits, type Logs } from '../../logs/mod.ts';
import { createApiServer, createServiceAccountTokens, createTokenSigner, makeSigningKey } from '../../server/mod.ts';
import { openDatabase } from '../../sql/mod.ts';
import { openStore } from '../../store/mod.ts';
import { machineVariables } from '../environments/testing/machine.ts';
import { createKubelet } from '../kubelet.ts';
import { createNodePrograms, type NodePrograms } from '../node-programs.ts';
import { networkRanges } from '../network/network-ranges.ts';
import { createLocalNode, type LocalNode } from '../node.ts';
import { podDirectoryUids } from '../pods/pod-directory.ts';
import type { Supervisor } from '../supervisor/protocol.ts';
import { stepDocument } from './step-document.ts';

export const NODE_NAME = 'machine';
const NAMESPACE = 'default';
const WAIT_MS = 30_000;

export interface WorldOptions {
  readonly stepsAtOnce?: number;
  /** Default `off`. */
  readonly containerEngine?: string;
  readonly processesPerContainerMax?: number;
  readonly logLimits?: LogLimits;
  readonly devices?: ReadonlyMap<string, readonly string[]>;
  readonly isGpuOptional?: boolean;
  readonly warmParentsBytesMax?: number;
  /** Variables of the machine's user besides those of the tests. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Before a step result is taken; a rejection refuses it. */
  readonly onReport?: (result: StepResult) => Promise<void>;
  readonly clock?: Clock;
  /** Calls to the API that the node makes, for those who count or disturb them. */
  readonly wrapApi?: (api: ObjectApi) => ObjectApi;
}

export interface WorldEvent {
  readonly type: unknown;
  readonly reason: unknown;
  readonly message: string;
}

/** Ended by `close`. Pods are all in the namespace `default`. */
export class NodeWorld {
  readonly directory = mkdtempSync(join(tmpdir(), 'slipway-node-'));
  readonly stepResults: StepResult[] = [];
  readonly logs: Logs;
  readonly blobs: Blobs;
  readonly api: ObjectApi;
  readonly #options: WorldOptions;
  readonly #clock: Clock;
  readonly #pods: Informer;
  readonly #claims: Informer;
  readonly #volumes: Informer;
  readonly #services: Informer;
  readonly #slices: Informer;
  readonly #endpoints: Informer;
  readonly #configObjects: readonly Informer[];
  readonly #closeServer: () => Promise<void>;
  #node: LocalNode | undefined;
  #breakConnection: (() => void) | undefined;
  #programs: NodePrograms;

  constructor(options: WorldOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    const ports = { clock: this.#clock, rng: systemRng, log: silentLog };
    const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
    const store = openStore({ database, ...ports });
    this.#options = options;
    const serviceAccountTokens = createServiceAccountTokens({ store, signer: createTokenSigner(makeSigningKey()), ...ports });
    const server = createApiServer({ store, kinds: builtinKinds, isAutoNamespace: true, serviceAccountTokens, rootCertificates: 'the certificates of the test', ...ports });
    this.api = server.objectApi;
    this.#pods = createInformer({ api: this.api, type: PODS, ...ports });
    this.#claims = createInformer({ api: this.api, type: CLAIMS, ...ports });
    this.#volumes = createInformer({ api: this.api, type: PERSISTENT_VOLUMES, ...ports });
    this.#services = createInformer({ api: this.api, type: SERVICES, ...ports });
    this.#slices = createInformer({ api: this.api, type: ENDPOINT_SLICES, ...ports });
    this.#endpoints = createInformer({ api: this.api, type: ENDPOINTS, ...ports });
    this.#configObjects = ['configmaps', 'secrets'].map((resource) => createInformer({ api: this.api, type: { group: '', version: 'v1', resource }, ...ports }));
    this.logs = openLogs({ directory: join(this.directory, 'logs'), ...(options.logLimits === undefined ? {} : { limits: options.logLimits }), ...ports });
    this.blobs = openLocalBlobs({ directory: join(this.directory, 'artifacts'), defaultRootUri: 'minio://mlpipeline/v2/artifacts', log: silentLog });
    this.#programs = this.#newPrograms();
    this.#closeServer = async () => {
      await Promise.all([this.#pods, this.#claims, this.#volumes, this.#services, this.#slices, this.#endpoints, ...this.#configObjects].map((informer) => informer.stop()));
      store.close();
      await database.close();
    };
  }

  get node(): LocalNode {
    return this.#node!;
  }

  get programs(): NodePrograms {
    return this.#programs;
  }

  get recipesFile(): string {
    return join(this.directory, 'recipes.yaml');
  }

  async start(): Promise<this> {
    await this.#pods.start();
    const api = this.#options.wrapApi?.(this.api) ?? this.api;
    const ports = { api, clock: this.#clock, log: silentLog };
    this.#programs = this.#newPrograms();
    this.#node = createLocalNode({
      ...ports,
      name: NODE_NAME,
      version: 'test',
      pods: this.#pods,
      connectSupervisor: async () => this.#breakable(await this.#programs.connectSupervisor()),
      programs: this.#programs.programs,
      containers: this.#programs.containers,
      logs: this.logs,
      blobs: this.blobs,
      stepResults: {
        report: async (result) => {
          await this.#options.onReport?.(result);
          this.stepResults.push(result);
          return 'recorded';
        },
      },
      events: createEventRecorder({ ...ports, component: 'kubelet' }),
      podsDirectory: join(this.directory, 'pods'),
      claims: this.#claims,
      volumes: this.#volumes,
      services: this.#services,
      slices: this.#slices,
      endpoints: this.#endpoints,
      ranges: networkRanges('10.88.0.0/16', '10.96.0.0/16'),
      machineHost: '127.0.0.1',
      configObjects: this.#configObjects,
      volumesDirectory: join(this.directory, 'volumes'),
      apiAddress: () => ({ host: '127.0.0.1', port: 6443 }),
      devices: this.#options.devices ?? new Map(),
      isGpuOptional: this.#options.isGpuOptional ?? false,
      processesPerContainerMax: this.#options.processesPerContainerMax ?? 4096,
      stepsAtOnce: this.#options.stepsAtOnce ?? 8,
    });
    await this.#node.start();
    return this;
  }

  /** Like a stop of the server: Pods go on. */
  async stop(): Promise<void> {
    await this.#node?.stop();
    this.#node = undefined;
    await this.#programs.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The connection ends as if the supervisor had died; it lives on. */
  breakConnection(): void {
    this.#breakConnection?.();
  }

  /** Kills everything that runs. */
  async close(): Promise<void> {
    await this.stop();
    const programs = this.#newPrograms();
    const supervisor = await programs.connectSupervisor();
    await supervisor.shutdown({ force: true });
    await programs.stop();
    await this.#closeServer();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async create(name: string, spec: JsonObject, metadata: JsonObject = {}): Promise<KubeObject> {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { nodeName: NODE_NAME, restartPolicy: 'Never', ...spec } };
    return must(await this.api.create(PODS, NAMESPACE, pod));
  }

  /** A Pod with one container that runs this script in a shell. */
  shell(name: string, script: string, spec: JsonObject = {}, container: JsonObject = {}): Promise<KubeObject> {
    return this.create(name, { containers: [shellContainer('main', script, container)], ...spec });
  }

  /** The Pod of a pipeline step whose script finds its places in $TASK_ROOT and /tmp/outputs. */
  step(name: string, script: string, document: Partial<StepDocument> = {}, container: JsonObject = {}): Promise<KubeObject> {
    const step: StepDocument = { ...stepDocument(name), ...document };
    const env = [{ name: 'TASK_ROOT', value: dirname(step.executorOutputPath) }];
    // As the engine makes them.
    return this.create(name, { automountServiceAccountToken: false, containers: [shellContainer('main', script, { env, ...container })] }, { annotations: { [STEP_ANNOTATION]: JSON.stringify(step) } });
  }

  /** The result that the node told of this step. */
  stepResult(name: string): Promise<StepResult> {
    return until(`the result of step ${name}`, () => this.stepResults.find(({ taskId }) => taskId === name), { timeoutMs: WAIT_MS, intervalMs: 5 });
  }

  async get(name: string): Promise<KubeObject> {
    return must(await this.api.get({ type: PODS, namespace: NAMESPACE, name }));
  }

  async delete(name: string, gracePeriodSeconds?: number): Promise<void> {
    must(await this.api.delete({ type: PODS, namespace: NAMESPACE, name }, gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }));
  }

  /** Resolves with the Pod when its status is as wanted. */
  until(name: string, what: string, isWanted: (pod: KubeObject) => boolean): Promise<KubeObject> {
    const probe = async () => {
      const pod = await this.get(name);
      return isWanted(pod) ? pod : undefined;
    };
    return until(`Pod ${name}: ${what}`, probe, { timeoutMs: WAIT_MS, intervalMs: 5 });
  }

  ended(name: string): Promise<KubeObject> {
    return this.until(name, 'its end', (pod) => ['Succeeded', 'Failed'].includes(String(pod.status?.['phase'])));
  }

  /** The same by the informer, for those who measure: no polling. */
  endSeen(name: string): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#pods.onChange(({ object }) => {
        if (object.metadata.name !== name || !hasEnded(object)) return;
        stop();
        resolve();
      });
    });
  }

  running(name: string): Promise<KubeObject> {
    const isRunning = (pod: KubeObject) => {
      const statuses = objectsOf(pod.status?.['containerStatuses']);
      return statuses.length > 0 && statuses.every((status) => stateOf(status, 'running') !== undefined);
    };
    return this.until(name, 'running', isRunning);
  }

  async gone(name: string): Promise<void> {
    await until(`Pod ${name} to be gone`, async () => !(await this.api.get({ type: PODS, namespace: NAMESPACE, name })).ok, { timeoutMs: WAIT_MS, intervalMs: 5 });
  }

  /** Text of a container's log, or the refusal's message. */
  async log(pod: KubeObject, options: ContainerLogOptions = {}): Promise<string> {
    const outcome = await this.kubelet().readLog(pod, options);
    if (!outcome.ok) return outcome.status.message;
    const chunks: Uint8Array[] = [];
    for await (const chunk of outcome.value) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Runs a script in the Pod's only container; it must succeed. */
  run(pod: KubeObject, script: string): Promise<void> {
    return this.runIn(pod, undefined, script);
  }

  async runIn(pod: KubeObject, container: string | undefined, script: string): Promise<void> {
    const chosen = container === undefined ? {} : { container };
    const session = must(await this.kubelet().exec(pod, { ...chosen, command: ['sh', '-c', script], tty: false, hasStdin: false }));
    session.stdout.resume();
    session.stderr.resume();
    assert.deepEqual(await session.ended, { kind: 'exited', code: 0 });
    session.close();
  }

  /** What a command in the Pod's only container prints. Throws what it says on its error output when it fails. */
  async output(pod: KubeObject, command: readonly string[]): Promise<string> {
    const session = must(await this.kubelet().exec(pod, { command, tty: false, hasStdin: false }));
    const [printed, complaint, end] = await Promise.all([text(session.stdout), text(session.stderr), session.ended]);
    session.close();
    if (end.kind === 'failed' || end.code !== 0) throw new Error(`${JSON.stringify(end)} ${complaint}`);
    return printed;
  }

  /** Resolves when the container has printed this. */
  async printed(name: string, text: string, options: ContainerLogOptions = {}): Promise<void> {
    const pod = await this.get(name);
    await until(`Pod ${name} to print ${text}`, async () => (await this.log(pod, options)).includes(text), { timeoutMs: WAIT_MS, intervalMs: 5 });
  }

  async events(podName: string): Promise<readonly WorldEvent[]> {
    const { items } = must(await this.api.list(EVENTS, NAMESPACE));
    return items
      .filter((event) => (event['involvedObject'] as JsonObject)['name'] === podName)
      .map((event) => ({ type: event['type'], reason: event['reason'], message: String(event['message']) }));
  }

  event(podName: string, reason: string): Promise<WorldEvent> {
    const find = async () => (await this.events(podName)).find((event) => event.reason === reason);
    return until(`an event ${reason} of Pod ${podName}`, find, { timeoutMs: WAIT_MS, intervalMs: 5 });
  }

  podDirectories(): readonly string[] {
    return podDirectoryUids(join(this.directory, 'pods'));
  }

  /** As the API server sees the node. */
  kubelet(): Kubelet {
    return createKubelet({
      logs: this.logs,
      containerState: (uid, container) => this.#node?.containerState(uid, container),
      runtime: () => this.node.runtime,
      dial: (podUid, port) => this.node.dial(podUid, port),
      nowMs: () => this.#clock.now(),
    });
  }

  #breakable(supervisor: Supervisor): Supervisor {
    const listeners: (() => void)[] = [];
    this.#breakConnection = () => {
      supervisor.close();
      for (const listener of listeners) listener();
    };
    return new Proxy(supervisor, {
      get(target, name) {
        if (name === 'onLost') {
          return (listener: () => void) => {
            listeners.push(listener);
            return target.onLost(listener);
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #newPrograms(): NodePrograms {
    return createNodePrograms({
      dataDir: this.directory,
      logs: this.logs,
      recipesFile: this.recipesFile,
      containerEngine: this.#options.containerEngine ?? 'off',
      environmentsBytesMax: 2 ** 34,
      warmParentsBytesMax: this.#options.warmParentsBytesMax ?? 2 ** 30,
      variables: { ...machineVariables(), ...this.#options.variables },
      clock: this.#clock,
      log: silentLog,
    });
  }
}

export function shellContainer(name: string, script: string, more: JsonObject = {}): JsonObject {
  return { name, image: 'busybox', command: ['sh', '-c', script], ...more };
}

/** Status of a container of any sort by its name. */
export function containerStatus(pod: KubeObject, name = 'main'): JsonObject {
  const statuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((list) => objectsOf(pod.status?.[list]));
  const status = statuses.find((candidate) => candidate['name'] === name);
  if (status === undefined) throw new Error(`no status of container ${name} in ${JSON.stringify(pod.status)}`);
  return status;
}

export function stateOf(status: JsonObject, kind: 'waiting' | 'running' | 'terminated', field: 'state' | 'lastState' = 'state'): JsonObject | undefined {
  return (status[field] as JsonObject | undefined)?.[kind] as JsonObject | undefined;
}

/** Why a container waits, as its status says it. */
export function waitingReason(pod: KubeObject, name = 'main'): unknown {
  const statuses = [...objectsOf(pod.status?.['containerStatuses']), ...objectsOf(pod.status?.['initContainerStatuses'])];
  const status = statuses.find((candidate) => candidate['name'] === name);
  return status === undefined ? undefined : stateOf(status, 'waiting')?.['reason'];
}

/** How a container ended; fails when it has not. */
export function terminated(pod: KubeObject, name = 'main'): JsonObject {
  const termination = stateOf(containerStatus(pod, name), 'terminated');
  if (termination === undefined) throw new Error(`container ${name} has not ended: ${JSON.stringify(pod.status)}`);
  return termination;
}

export function must<T>(outcome: { ok: true; value: T } | { ok: false; status: { message: string } }): T {
  if (!outcome.ok) throw new Error(outcome.status.message);
  return outcome.value;
}

/** Processes of the machine whose command line contains the marker. */
export async function countProcesses(marker: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(marker)).length;
}
