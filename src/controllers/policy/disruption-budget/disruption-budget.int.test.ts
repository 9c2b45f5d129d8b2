// Budgets on a real API server: counted for a Deployment, spent by evictions, filled up again when its Pods are ready.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS, JOBS, POD_DISRUPTION_BUDGETS, PODS } from '../../../api/mod.ts';
import { until, type KubeObject, type OwnerReference } from '../../../base/mod.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

const CREWS = { group: 'golden.example', version: 'v1', resource: 'crews' } as const;
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

test('Pods of a custom resource with a scale are counted by it; a kind without one is named', async (t) => {
  const world = await ControllersWorld.start(t);
  const properties = { spec: { type: 'object', properties: { replicas: { type: 'integer' } } }, status: { type: 'object', properties: { replicas: { type: 'integer' } } } };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties } }, subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } } };
  const names = { plural: 'crews', singular: 'crew', kind: 'Crew', listKind: 'CrewList' };
  const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'crews.golden.example' }, spec: { group: 'golden.example', scope: 'Namespaced', names, versions: [version] } };
  assert.ok((await world.api.create(CUSTOM_RESOURCE_DEFINITIONS, undefined, definition)).ok);
  const crew = await until('the new kind', async () => {
    const outcome = await world.api.create(CREWS, 'default', { apiVersion: 'golden.example/v1', kind: 'Crew', metadata: { name: 'crew' }, spec: { replicas: 3 } });
    return outcome.ok ? outcome.value : undefined;
  });
  const owned = (name: string, owner: OwnerReference): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name.slice(0, 4) }, ownerReferences: [{ ...owner, controller: true }] }, spec: { nodeName: 'elsewhere', containers: [{ name: 'main', image: 'busybox' }] } });
  const budget = (app: string) => world.create(POD_DISRUPTION_BUDGETS, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: app }, spec: { maxUnavailable: 1, selector: { matchLabels: { app } } } });
  for (const name of ['crew-0', 'crew-1']) await world.create(PODS, owned(name, { apiVersion: 'golden.example/v1', kind: 'Crew', name: 'crew', uid: crew.metadata.uid ?? '' }));
  await budget('crew');
  await until('three are wanted', async () => (await world.get(POD_DISRUPTION_BUDGETS, 'crew')).status?.['expectedPods'] === 3);
  const job = await world.create(JOBS, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'jobs' }, spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } } } });
  await world.create(PODS, owned('jobs-0', { apiVersion: 'batch/v1', kind: 'Job', name: 'jobs', uid: job.metadata.uid ?? '' }));
  await budget('jobs');
  await until('its condition', async () => JSON.stringify((await world.get(POD_DISRUPTION_BUDGETS, 'jobs')).status ?? {}).includes('jobs.batch does not implement the scale subresource'));
});
