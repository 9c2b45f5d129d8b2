// metrics.k8s.io over HTTP, with figures that the test says.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { NODES } from '../../api/mod.ts';
import { failureStatus, success, type UsageMeter, type UsageReport } from '../../base/mod.ts';
import { httpServer } from '../testing/http-client.ts';
import { must, pod, PODS } from '../testing/test-server.ts';

const GROUP = '/apis/metrics.k8s.io/v1beta1';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const MEASURED = '2030-01-01T00:00:15Z';

/** What is measured of `web`, once it is known. */
function meterOf(report: () => Partial<UsageReport>): UsageMeter {
  const node = { name: 'machine', cpuNanocores: 1_500_000_000, memoryBytes: 3 * 2 ** 30 };
  return { measure: async () => success({ measuredAtMs: Date.parse(MEASURED), windowMs: 15_017, node, containers: [], ...report() }) };
}

async function serverWithPods(t: Parameters<typeof httpServer>[0]) {
  let containers: UsageReport['containers'] = [];
  const server = await httpServer(t, { usage: meterOf(() => ({ containers })) });
  const web = must(await server.objectApi.create(PODS, 'default', pod('web')));
  must(await server.objectApi.create(PODS, 'default', pod('idle')));
  must(await server.objectApi.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'machine', labels: { disk: 'ssd' } } }));
  must(await server.objectApi.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'other' } }));
  const podUid = web.metadata.uid!;
  containers = [
    { podUid, container: 'main', cpuNanocores: 12_345_678, memoryBytes: 10 * 2 ** 20 + 1 },
    { podUid, container: 'side', cpuNanocores: 0, memoryBytes: 0 },
    { podUid: 'a Pod that is gone', container: 'main', cpuNanocores: 1, memoryBytes: 1 },
  ];
  return server;
}

const WEB = {
  kind: 'PodMetrics',
  apiVersion: 'metrics.k8s.io/v1beta1',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' }, creationTimestamp: MEASURED },
  timestamp: MEASURED,
  window: '15.017s',
  containers: [
    { name: 'main', usage: { cpu: '12345678n', memory: '10241Ki' } },
    { name: 'side', usage: { cpu: '0', memory: '0' } },
  ],
};

test('Pods that run, each with what its containers use', async (t) => {
  const { call, objectApi } = await serverWithPods(t);
  const list = await call('GET', `${GROUP}/namespaces/default/pods`);
  assert.deepEqual([list.json['kind'], list.json['apiVersion'], list.json['items']], ['PodMetricsList', 'metrics.k8s.io/v1beta1', [WEB]]);
  assert.deepEqual((await call('GET', `${GROUP}/pods?labelSelector=app%3Dweb`)).json['items'], [WEB]);
  for (const query of ['labelSelector=app%3Didle', 'labelSelector=app%3Dnone', 'fieldSelector=metadata.name%3Didle']) assert.deepEqual((await call('GET', `${GROUP}/pods?${query}`)).json['items'], [], query);
  assert.deepEqual((await call('GET', `${GROUP}/namespaces/default/pods/web`)).json, WEB);
  const unmeasured = await call('GET', `${GROUP}/namespaces/default/pods/idle`);
  assert.deepEqual([unmeasured.code, unmeasured.json['message']], [404, 'pods.metrics.k8s.io "idle" not found']);
  assert.equal((await call('GET', `${GROUP}/namespaces/default/pods/absent`)).code, 404);
  const inProcess = must(await objectApi.list({ group: 'metrics.k8s.io', version: 'v1beta1', resource: 'pods' }, 'default', { labelSelector: 'app=web' }));
  assert.deepEqual(inProcess.items, [WEB], 'controllers read the same');
});

test('the Node that is measured, and tables of both', async (t) => {
  const { call } = await serverWithPods(t);
  const { json } = await call('GET', `${GROUP}/nodes`);
  const metadata = { name: 'machine', labels: { disk: 'ssd' }, creationTimestamp: MEASURED };
  assert.deepEqual(json['items'], [{ kind: 'NodeMetrics', apiVersion: 'metrics.k8s.io/v1beta1', metadata, timestamp: MEASURED, window: '15.017s', usage: { cpu: '1500m', memory: '3Gi' } }]);
  assert.equal((await call('GET', `${GROUP}/nodes/other`)).code, 404);
  const rows = (table: { readonly [key: string]: unknown }) => (table['rows'] as { cells: unknown[] }[]).map(({ cells }) => cells);
  assert.deepEqual(rows((await call('GET', `${GROUP}/nodes`, { accept: TABLE })).json), [['machine', '1500m', '3Gi', '15.017s']]);
  assert.deepEqual(rows((await call('GET', `${GROUP}/namespaces/default/pods/web`, { accept: TABLE })).json), [['web', '12345678n', '10241Ki', '15.017s']]);
});

test('it is found by discovery, can only be read, and only by whoever may', async (t) => {
  const { call } = await serverWithPods(t);
  const { resources } = (await call('GET', GROUP)).json as unknown as { resources: object[] };
  assert.deepEqual(resources, [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ]);
  assert.match((await call('GET', '/apis')).text, /"groupVersion":"metrics.k8s.io\/v1beta1"/);
  for (const [method, path] of [['POST', 'namespaces/default/pods'], ['DELETE', 'nodes/machine'], ['GET', 'pods?watch=true']] as const) assert.equal((await call(method, `${GROUP}/${path}`)).code, 405, path);
  for (const path of ['namespaces/default/nodes', 'nodes/machine/status', 'pods/web', 'deployments']) assert.equal((await call('GET', `${GROUP}/${path}`)).code, 404, path);
  const asked: unknown[] = [];
  const strict = await httpServer(t, {
    usage: meterOf(() => ({})),
    authorize: (_identity, question) => {
      asked.push(question);
      return { isAllowed: false };
    },
  });
  assert.equal((await strict.call('GET', `${GROUP}/namespaces/default/pods`)).code, 403);
  assert.deepEqual(asked, [{ verb: 'list', group: 'metrics.k8s.io', version: 'v1beta1', resource: 'pods', namespace: 'default' }]);
});

test('where nothing is measured there is no such group; a node that is away is told', async (t) => {
  const without = await httpServer(t);
  assert.equal((await without.call('GET', `${GROUP}/pods`)).code, 404);
  assert.doesNotMatch((await without.call('GET', '/apis')).text, /metrics\.k8s\.io/);
  const away = await httpServer(t, { usage: { measure: async () => ({ ok: false, status: failureStatus('ServiceUnavailable', 'it is away') }) } });
  const answer = await away.call('GET', `${GROUP}/nodes`);
  assert.deepEqual([answer.code, answer.json['message']], [503, 'it is away']);
});
