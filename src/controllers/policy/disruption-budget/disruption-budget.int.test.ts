// Budgets on a real API server: counted for a Deployment, spent by evictions, filled up again when its Pods are ready.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until, type KubeObject } from '../../../base/mod.ts';
import { DEPLOYMENTS, POD_DISRUPTION_BUDGETS } from '../../controller.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

const labels = { app: 'web' };

test('evictions take what a budget allows, and what comes back in their place counts again', async (t) => {
  const world = await ControllersWorld.start(t);
  const template = { metadata: { labels }, spec: { nodeName: 'elsewhere', terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox' }] } };
  await world.create(DEPLOYMENTS, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 3, selector: { matchLabels: labels }, template } });
  await world.create(POD_DISRUPTION_BUDGETS, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } });
  const counts = async () => {
    const { status } = await world.get(POD_DISRUPTION_BUDGETS, 'web');
    return [status?.['disruptionsAllowed'], status?.['currentHealthy'], status?.['desiredHealthy'], status?.['expectedPods']].join(' ');
  };
  const counted = (text: string) => until(`counts ${text}`, async () => (await counts()) === text);
  const evict = async ({ metadata: { name } }: KubeObject) =>
    (await world.call('POST', `/api/v1/namespaces/default/pods/${name}/eviction`, { body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } } })).code;
  const pods = await world.activePods('app=web', 3);
  await counted('0 0 2 3');
  for (const pod of pods) await world.report(pod, 'Running');
  await counted('1 3 2 3');
  assert.equal(await evict(pods[0]!), 201);
  assert.equal(await evict(pods[1]!), 429);
  await counted('0 2 2 3');
  const others = await world.activePods('app=web', 3);
  await world.report(others.find(({ metadata }) => !pods.some((pod) => pod.metadata.name === metadata.name))!, 'Running');
  await counted('1 3 2 3');
  await world.patch(DEPLOYMENTS, 'web', { spec: { replicas: 4 } });
  await counted('0 3 3 4');
});
