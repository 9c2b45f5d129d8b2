// Services on a real API server: who is behind them, ready or not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENDPOINT_SLICES, ENDPOINTS, PODS, SERVICES } from '../../../api/mod.ts';
import { until, type JsonObject } from '../../../base/mod.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

test('Endpoints and EndpointSlices follow the Pods of a Service', async (t) => {
  const world = await ControllersWorld.start(t);
  const spec = { containers: [{ name: 'main', image: 'busybox', ports: [{ name: 'web', containerPort: 8080 }] }] };
  await world.create(SERVICES, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'front', labels: { tier: 'web' } }, spec: { selector: { app: 'front' }, ports: [{ port: 80, targetPort: 'web' }] } });
  const pod = await world.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'front-a', labels: { app: 'front' } }, spec });
  const subsets = async () => {
    const found = await world.api.get({ type: ENDPOINTS, namespace: 'default', name: 'front' });
    return found.ok ? ((found.value['subsets'] ?? []) as JsonObject[]) : undefined;
  };
  const slices = async () => {
    const listed = await world.api.list(ENDPOINT_SLICES, 'default', { labelSelector: 'kubernetes.io/service-name=front' });
    return listed.ok ? listed.value.items : [];
  };
  const endpointsOf = async () => ((await slices())[0]?.['endpoints'] ?? []) as JsonObject[];
  await until('empty ones', async () => (await subsets())?.length === 0 && (await slices()).length === 1);
  await world.report(pod, 'Running');
  const [subset] = await until('the address', async () => ((await subsets())?.[0]?.['addresses'] === undefined ? undefined : await subsets()));
  assert.deepEqual(subset?.['ports'], [{ port: 8080, protocol: 'TCP' }]);
  assert.match(JSON.stringify(subset), /"ip":"10\.1\.0\.7".*"name":"front-a"/);
  const [slice] = await until('the slice', async () => (await endpointsOf()).length === 1 && (await slices()));
  assert.deepEqual([slice?.['ports'], (await endpointsOf())[0]?.['conditions']], [[{ name: '', port: 8080, protocol: 'TCP' }], { ready: true, serving: true, terminating: false }]);
  assert.equal(slice?.metadata.labels?.['tier'], 'web');
  await world.patch(SERVICES, 'front', { metadata: { labels: { tier: null } } });
  await until('a label to be gone with that of the Service', async () => (await slices())[0]?.metadata.labels?.['tier'] === undefined && (await world.get(ENDPOINTS, 'front')).metadata.labels?.['tier'] === undefined);
  const onMachine = { status: { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] } };
  await world.api.patch({ type: PODS, namespace: 'default', name: 'front-a' }, 'merge', onMachine, { subresource: 'status' });
  await until('the address of the machine', async () => JSON.stringify(await endpointsOf()).includes('"192.88.99.1"') && JSON.stringify(await subsets()).includes('"192.88.99.1"'));
  await world.report(pod, 'Succeeded');
  await until('nobody', async () => (await subsets())?.length === 0 && (await endpointsOf()).length === 0);
  await world.api.delete({ type: SERVICES, namespace: 'default', name: 'front' });
  await until('both to be gone', async () => (await subsets()) === undefined && (await slices()).length === 0);
});
