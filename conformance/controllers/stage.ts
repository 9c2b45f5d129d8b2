// A stage on which controllers are watched: a namespace of some API server, a node that is played by the scenario (it binds Pods and says
// what became of them), and pictures of what the controllers made of it, comparable between servers.
import { NAMESPACES, NODES } from '../../src/api/mod.ts';
import { Failure, systemClock, toRfc3339, type JsonObject, type KubeObject, type ObjectApi, type ObjectList, type Outcome, type ResourceType } from '../../src/base/mod.ts';
import { pictureOf } from './picture.ts';

export const NODE = 'stage';
export const TYPES = {
  Event: { group: '', version: 'v1', resource: 'events' },
  Pod: { group: '', version: 'v1', resource: 'pods' },
  PersistentVolumeClaim: { group: '', version: 'v1', resource: 'persistentvolumeclaims' },
  Job: { group: 'batch', version: 'v1', resource: 'jobs' },
  CronJob: { group: 'batch', version: 'v1', resource: 'cronjobs' },
  Deployment: { group: 'apps', version: 'v1', resource: 'deployments' },
  ReplicaSet: { group: 'apps', version: 'v1', resource: 'replicasets' },
  ReplicationController: { group: '', version: 'v1', resource: 'replicationcontrollers' },
  StatefulSet: { group: 'apps', version: 'v1', resource: 'statefulsets' },
  DaemonSet: { group: 'apps', version: 'v1', resource: 'daemonsets' },
  ControllerRevision: { group: 'apps', version: 'v1', resource: 'controllerrevisions' },
} as const satisfies Record<string, ResourceType>;
const API_VERSION: Readonly<Record<string, string>> = { '': 'v1', batch: 'batch/v1', apps: 'apps/v1' };
const ENDED = ['Succeeded', 'Failed'];
/** Failures and readiness lie so far back that no delay is left. */
const LONG_AGO_MS = 3_600_000;

export type Kind = keyof typeof TYPES;

export class Stage {
  readonly #api: ObjectApi;
  readonly namespace: string;

  readonly #shown: readonly Kind[];

  constructor(api: ObjectApi, namespace: string, shown: readonly Kind[]) {
    this.#api = api;
    this.#shown = shown;
    this.namespace = namespace;
  }

  async open(): Promise<void> {
    await this.#api.create(NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } });
    await this.#api.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE }, spec: {} });
    await this.beat();
  }

  /** The node is alive: Pods of a node that has been silent for 40 seconds are not ready, for upstream. */
  async beat(): Promise<void> {
    const amounts = { cpu: '64', memory: '64Gi', pods: '500' };
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '', lastHeartbeatTime: toRfc3339(systemClock.now()) }];
    must(await this.#api.patch({ type: NODES, name: NODE }, 'merge', { status: { capacity: amounts, allocatable: amounts, conditions } }, { subresource: 'status' }));
  }

  create(kind: Kind, name: string, spec: JsonObject, metadata: JsonObject = {}): Promise<KubeObject> {
    const type = TYPES[kind];
    return this.#api.create(type, this.namespace, { apiVersion: API_VERSION[type.group]!, kind, metadata: { name, namespace: this.namespace, ...metadata }, spec }).then(must);
  }

  async patch(kind: Kind, name: string, patch: JsonObject): Promise<void> {
    must(await this.#api.patch({ type: TYPES[kind], namespace: this.namespace, name }, 'merge', patch));
  }

  async patchStatus(kind: Kind, name: string, status: JsonObject): Promise<void> {
    must(await this.#api.patch({ type: TYPES[kind], namespace: this.namespace, name }, 'merge', { status }, { subresource: 'status' }));
  }

  async list(kind: Kind): Promise<readonly KubeObject[]> {
    return must(await this.#api.list(TYPES[kind], this.namespace)).items;
  }

  /** Pods that have not ended and are not on their way out, by index or ordinal, then by name. */
  async active(): Promise<readonly KubeObject[]> {
    const order = (pod: KubeObject) => Number(pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'] ?? pod.metadata.labels?.['apps.kubernetes.io/pod-index'] ?? 0);
    return (await this.list('Pod')).filter((pod) => pod.metadata.deletionTimestamp === undefined && !ENDED.includes(String(pod.status?.['phase']))).toSorted((a, b) => order(a) - order(b));
  }

  /** The node takes every Pod, and all run; how many were news. */
  async runAll(): Promise<number> {
    const fresh = (await this.active()).filter(({ status }) => status?.['phase'] !== 'Running');
    for (const pod of fresh) await this.report(pod, 'Running');
    return fresh.length;
  }

  /** What is on its way out has ended and goes; how many did. */
  async endLeaving(): Promise<number> {
    const leaving = (await this.list('Pod')).filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    for (const pod of leaving) {
      // It may go by itself meanwhile.
      if (!ENDED.includes(String(pod.status?.['phase']))) await this.report(pod, 'Failed', { exitCode: 137 }).catch(() => undefined);
      await this.#api.delete({ type: TYPES.Pod, namespace: this.namespace, name: pod.metadata.name }, { gracePeriodSeconds: 0 });
    }
    return leaving.length;
  }

  async remove(kind: Kind, name: string, options: { readonly gracePeriodSeconds?: number } = {}): Promise<void> {
    must(await this.#api.delete({ type: TYPES[kind], namespace: this.namespace, name }, { ...options, propagationPolicy: 'Background' }));
  }

  async report(pod: KubeObject, phase: 'Running' | 'Succeeded' | 'Failed', { exitCode = phase === 'Failed' ? 1 : 0, restartCount = 0, conditions = [] as readonly JsonObject[], isReady = true } = {}): Promise<void> {
    const { name } = pod.metadata;
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace: this.namespace }, target: { apiVersion: 'v1', kind: 'Node', name: NODE } };
    if (pod.spec?.['nodeName'] === undefined) await this.#api.create(TYPES.Pod, this.namespace, binding, { subresource: 'binding' });
    const at = toRfc3339(systemClock.now() - LONG_AGO_MS);
    const isRunning = phase === 'Running';
    const state = isRunning ? { running: { startedAt: at } } : { terminated: { exitCode, startedAt: at, finishedAt: at, reason: 'Test' } };
    const ready = isRunning && isReady;
    const status = {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at }, ...conditions],
      containerStatuses: [{ name: 'main', image: 'busybox', imageID: '', ready, restartCount, state }],
    };
    must(await this.#api.patch({ type: TYPES.Pod, namespace: this.namespace, name }, 'merge', { status }, { subresource: 'status' }));
  }

  /** Everything that controllers made and said, without what differs from run to run. */
  async picture(): Promise<JsonObject> {
    const lists = await Promise.all(this.#shown.map(async (kind): Promise<readonly [string, readonly KubeObject[]]> => [kind, await this.list(kind)]));
    return pictureOf(new Map(lists));
  }
}

function must<T extends KubeObject | ObjectList>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Failure(outcome.status.reason, outcome.status.message);
  return outcome.value;
}
