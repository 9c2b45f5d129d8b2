// Autoscalers on a real API server: bounds are kept, and what is not measured is said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until, type JsonObject } from '../../../base/mod.ts';
import { numberAt } from '../../../api/mod.ts';
import { AUTOSCALERS, DEPLOYMENTS } from '../../controller.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

test('an autoscaler keeps its target between its bounds and says that it measures nothing', async (t) => {
  const world = await ControllersWorld.start(t);
  const labels = { app: 'web' };
  const conditions = async () => ((await world.get(AUTOSCALERS, 'web')).status?.['conditions'] ?? []) as JsonObject[];
  const replicas = async () => numberAt(await world.get(DEPLOYMENTS, 'web'), 'spec', 'replicas');
  const said = async () => (await conditions()).map(({ type, status, reason }) => [type, status, reason].join(' ')).join(', ');
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  await world.create(AUTOSCALERS, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 3 } });
  await until('no target', async () => (await said()) === 'AbleToScale False FailedGetScale');
  const template = { metadata: { labels }, spec: { nodeName: 'elsewhere', containers: [{ name: 'main', image: 'busybox' }] } };
  await world.create(DEPLOYMENTS, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, selector: { matchLabels: labels }, template } });
  await until('the lower bound', async () => (await replicas()) === 2);
  await until('the sentence', async () => (await said()) === 'AbleToScale True SucceededGetScale, ScalingActive False FailedGetResourceMetric');
  assert.match(String((await conditions())[1]!['message']), /does not scale by metrics/);
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
