// Autoscalers on a real API server: bounds are kept, targets follow what is measured, and what is not measured is said.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { silentLog, success, until, type JsonObject, type KubeObject, type UsageMeter } from '../../../base/mod.ts';
import { AUTOSCALERS, DEPLOYMENTS, numberAt, PODS } from '../../../api/mod.ts';
import { createEventRecorder, createInformerSet } from '../../../client/mod.ts';
import { ManualClock, must, testServer } from '../../../server/testing/test-server.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';
import { createAutoscalerController } from './controller.ts';

const LABELS = { app: 'web' };
const CONTAINER = { name: 'main', image: 'busybox', resources: { requests: { cpu: '100m' } } };

function deployment(replicas: number): KubeObject {
  const template = { metadata: { labels: LABELS }, spec: { nodeName: 'elsewhere', containers: [CONTAINER] } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas, selector: { matchLabels: LABELS }, template } };
}

function autoscaler(spec: JsonObject): KubeObject {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: { scaleTargetRef, ...spec } };
}

test('an autoscaler keeps its target between its bounds and says that it measures nothing', async (t) => {
  const world = await ControllersWorld.start(t);
  const conditions = async () => ((await world.get(AUTOSCALERS, 'web')).status?.['conditions'] ?? []) as JsonObject[];
  const replicas = async () => numberAt(await world.get(DEPLOYMENTS, 'web'), 'spec', 'replicas');
  const said = async () => (await conditions()).map(({ type, status, reason }) => [type, status, reason].join(' ')).join(', ');
  await world.create(AUTOSCALERS, autoscaler({ minReplicas: 2, maxReplicas: 3 }));
  await until('no target', async () => (await said()) === 'AbleToScale False FailedGetScale');
  await world.create(DEPLOYMENTS, deployment(1));
  await until('the lower bound', async () => (await replicas()) === 2);
  await until('the sentence', async () => (await said()) === 'AbleToScale True SucceededGetScale, ScalingActive False FailedGetResourceMetric');
  assert.match(String((await conditions())[1]!['message']), /unable to fetch metrics from resource metrics API/);
  await world.patch(DEPLOYMENTS, 'web', { spec: { replicas: 7 } });
  await until('the upper bound', async () => (await replicas()) === 3);
  await until('what there is', async () => {
    const { status } = await world.get(AUTOSCALERS, 'web');
    return status?.['currentReplicas'] === 3 && status['desiredReplicas'] === 3 && status['lastScaleTime'] !== undefined;
  });
  await world.patch(DEPLOYMENTS, 'web', { spec: { replicas: 0 } });
  await until('switched off', async () => (await said()).endsWith('ScalingActive False ScalingDisabled'));
  assert.equal(await replicas(), 0);
  assert.ok((await world.eventReasons('web')).includes('SuccessfulRescale'));
});

test('an autoscaler grows its target at once, a step each fifteen seconds, and shrinks it after five minutes', async (t) => {
  const world = await startAutoscaler(t);
  await world.create(deployment(1), autoscaler({ minReplicas: 1, maxReplicas: 12, behavior: { scaleUp: { policies: [{ type: 'Pods', value: 2, periodSeconds: 30 }] } } }));
  await world.setUse('400m', 3);
  await until('the first step', async () => (await world.replicas()) === 3);
  const startMs = world.clock.now();
  await until('its word', async () => (await world.condition('ScalingLimited')) === 'True ScaleUpLimit');
  await until('the second step', async () => world.later(1_000, (await world.replicas()) === 5));
  assert.ok(world.clock.now() - startMs >= 30_000, `two Pods in thirty seconds, not in ${world.clock.now() - startMs} ms`);
  assert.deepEqual(await world.currentMetrics(), [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 400, averageValue: '400m' } } }]);

  await world.setUse('1m', 5);
  const idleMs = world.clock.now();
  await until('the shrinking', async () => world.later(5_000, (await world.replicas()) === 1));
  assert.ok(world.clock.now() - idleMs >= 280_000, `five minutes, not ${world.clock.now() - idleMs} ms`);
});

async function startAutoscaler(t: TestContext) {
  let usage = new Map<string, number>();
  const clock = new ManualClock();
  const meter: UsageMeter = {
    measure: async () => success({ measuredAtMs: clock.now(), windowMs: 15_000, node: { name: 'box', cpuNanocores: 0, memoryBytes: 0 }, containers: [...usage].map(([podUid, cpuNanocores]) => ({ podUid, container: 'main', cpuNanocores, memoryBytes: 1 })) }),
  };
  const { objectApi: api } = testServer(t, { clock, usage: meter });
  const informers = createInformerSet({ api, clock, log: silentLog });
  const events = createEventRecorder({ api, component: 'test', clock, log: silentLog });
  const types = () => [{ ...DEPLOYMENTS, kind: 'Deployment' }];
  const controller = createAutoscalerController({ api, informers, events, clock, log: silentLog }, types);
  await informers.start();
  await controller.start();
  t.after(async () => {
    await controller.stop();
    await informers.stop();
    await events.flush();
  });
  const status = async () => must(await api.get({ type: AUTOSCALERS, namespace: 'default', name: 'web' })).status ?? {};
  const running = async (name: string) => {
    const pod = must(await api.create(PODS, 'default', { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: LABELS }, spec: { nodeName: 'box', containers: [CONTAINER] } }));
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2029-01-01T00:00:00Z' }];
    must(await api.patch({ type: PODS, namespace: 'default', name }, 'merge', { status: { phase: 'Running', startTime: '2029-01-01T00:00:00Z', conditions } }, { subresource: 'status' }));
    return pod.metadata.uid!;
  };
  return {
    clock,
    /** Passes the time when it is not so yet. */
    later: (byMs: number, isSo: boolean) => {
      if (!isSo) clock.advance(byMs);
      return isSo;
    },
    async create(target: KubeObject, scaler: KubeObject) {
      must(await api.create(DEPLOYMENTS, 'default', target));
      usage = new Map([[await running('web-0'), 400_000_000]]);
      must(await api.create(AUTOSCALERS, 'default', scaler));
    },
    /** So many Pods run, and each uses that much. */
    async setUse(cpu: '400m' | '1m', count: number) {
      const nanos = cpu === '400m' ? 400_000_000 : 1_000_000;
      const uids = [...usage.keys()];
      for (let index = uids.length; index < count; index++) uids.push(await running(`web-${index}`));
      usage = new Map(uids.map((uid) => [uid, nanos]));
    },
    replicas: async () => numberAt(must(await api.get({ type: DEPLOYMENTS, namespace: 'default', name: 'web' })), 'spec', 'replicas'),
    condition: async (type: string) => {
      const found = ((await status())['conditions'] as JsonObject[] | undefined)?.find((one) => one['type'] === type);
      return `${String(found?.['status'])} ${String(found?.['reason'])}`;
    },
    currentMetrics: async () => (await status())['currentMetrics'],
  };
}
