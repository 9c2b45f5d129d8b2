// All controllers on an API server in memory, for tests. No node: tests say what becomes of the Pods.
import type { TestContext } from 'node:test';
import { EVENTS, PODS } from '../../api/mod.ts';
import { silentLog, systemClock, until, type KubeObject, type ObjectApi, type ResourceType } from '../../base/mod.ts';
import { createEventRecorder, createInformerSet } from '../../client/mod.ts';
import { createManager } from '../../control/mod.ts';
import { httpServer, type HttpServer } from '../../server/testing/http-client.ts';
import { must, type TestServerOptions } from '../../server/testing/test-server.ts';
import { createControllers } from '../mod.ts';

export class ControllersWorld {
  readonly api: ObjectApi;
  /** For what is no verb of the object API. */
  readonly call: HttpServer['call'];

  private constructor({ objectApi, call }: HttpServer) {
    this.api = objectApi;
    this.call = call;
  }

  /** Stops with the test. */
  static async start(context: TestContext, options: Pick<TestServerOptions, 'usage'> = {}): Promise<ControllersWorld> {
    const server = await httpServer(context, options);
    const api = server.objectApi;
    const informers = createInformerSet({ api, clock: systemClock, log: silentLog });
    const events = createEventRecorder({ api, component: 'test', clock: systemClock, log: silentLog });
    const ports = { api, informers, events, clock: systemClock, log: silentLog };
    const controllers = createControllers(ports, { namespacedTypes: () => [], collectedTypes: () => server.ownableKinds(), rootCertificates: 'PEM', pipelineNamespace: 'kubeflow', apiServiceAddress: '10.96.0.1', leniency: { isOvercommitOn: true, isGpuOptional: false } });
    const manager = createManager({ parts: controllers, clock: systemClock, log: silentLog });
    await informers.start();
    await manager.start();
    context.after(async () => {
      await manager.stop();
      await informers.stop();
      await events.flush();
    });
    return new ControllersWorld(server);
  }

  async create(type: ResourceType, object: object): Promise<KubeObject> {
    return must(await this.api.create(type, 'default', object as KubeObject));
  }

  async get(type: ResourceType, name: string): Promise<KubeObject> {
    return must(await this.api.get({ type, namespace: 'default', name }));
  }

  async patch(type: ResourceType, name: string, patch: object): Promise<KubeObject> {
    return must(await this.api.patch({ type, namespace: 'default', name }, 'merge', patch as never));
  }

  /** Pods that carry the label, oldest first. */
  async pods(labelSelector: string): Promise<readonly KubeObject[]> {
    return must(await this.api.list(PODS, 'default', { labelSelector })).items.toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
  }

  /** Waits until so many of them are neither ended nor leaving. */
  async activePods(labelSelector: string, count: number): Promise<readonly KubeObject[]> {
    return until(`${count} active Pods of ${labelSelector}`, async () => {
      const active = (await this.pods(labelSelector)).filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(String(status?.['phase'])));
      return active.length === count ? active : undefined;
    });
  }

  /** What a node would say: it runs and is ready, or it ended a moment or `agoMs` ago. */
  async report(pod: KubeObject, phase: 'Running' | 'Succeeded' | 'Failed', { exitCode = phase === 'Failed' ? 1 : 0, agoMs = 0 } = {}): Promise<void> {
    const atMs = systemClock.now() - agoMs;
    const at = new Date(atMs).toISOString().slice(0, 19) + 'Z';
    const isRunning = phase === 'Running';
    const state = isRunning ? { running: { startedAt: at } } : { terminated: { exitCode, finishedAt: at, startedAt: at, reason: 'Test' } };
    const status = {
      phase,
      podIP: '10.1.0.7',
      podIPs: [{ ip: '10.1.0.7' }],
      conditions: [{ type: 'Ready', status: isRunning ? 'True' : 'False', lastTransitionTime: at }],
      containerStatuses: [{ name: 'main', image: 'busybox', imageID: '', ready: isRunning, restartCount: 0, state }],
    };
    must(await this.api.patch({ type: PODS, namespace: 'default', name: pod.metadata.name }, 'merge', { status }, { subresource: 'status' }));
  }

  async eventReasons(about: string): Promise<readonly string[]> {
    const { items } = must(await this.api.list(EVENTS, 'default'));
    return items.filter((event) => (event['involvedObject'] as { name?: string }).name === about).map((event) => String(event['reason']));
  }
}
