import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { networkTable } from './network-table.ts';

function service(name: string, spec: JsonObject): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'team' }, spec };
}

function slice(name: string, endpoints: readonly JsonObject[], ports: readonly JsonObject[]): KubeObject {
  const metadata = { name: `${name}-x`, namespace: 'team', labels: { 'kubernetes.io/service-name': name } };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, endpoints: [...endpoints], ports: [...ports] };
}

function endpoint(address: string, conditions: JsonObject = { ready: true, serving: true, terminating: false }, more: JsonObject = {}): JsonObject {
  return { addresses: [address], conditions, ...more };
}

function tableOf(services: readonly KubeObject[], slices: readonly KubeObject[], pods: readonly KubeObject[] = [], endpoints: readonly KubeObject[] = []) {
  return networkTable({ services, slices, pods, endpoints, api: { address: '10.96.0.1', port: 443, target: ['127.0.0.1', 8080] }, machineHost: '127.0.0.1' });
}

const LEAVING = { ready: false, serving: true, terminating: true };
const API = { place: 'pods', protocol: 'TCP', address: '10.96.0.1', port: 443, isSticky: false, targets: [['127.0.0.1', 8080]] };
const web = (more: JsonObject = {}) => service('web', { clusterIP: '10.96.3.4', ports: [{ name: 'http', port: 80, protocol: 'TCP' }], ...more });
const HTTP = [{ name: 'http', port: 8080, protocol: 'TCP' }];

test('a Service: its name, its port by name, its address with the Pods that are ready', () => {
  const { names, listeners } = tableOf([web()], [slice('web', [endpoint('10.88.0.5'), endpoint('10.88.0.6', LEAVING)], HTTP)]);
  assert.deepEqual(names.addresses['web.team.svc.cluster.local'], ['10.96.3.4']);
  assert.deepEqual(names.ports['_http._tcp.web.team.svc.cluster.local'], [[80, 'web.team.svc.cluster.local']]);
  assert.deepEqual(listeners, [API, { place: 'pods', protocol: 'TCP', address: '10.96.3.4', port: 80, isSticky: false, targets: [['10.88.0.5', 8080]] }]);
});

test('while none is ready those that leave still serve; a Pod of the machine is found there; ports of the machine', () => {
  const slices = [slice('web', [endpoint('10.88.0.6', LEAVING), endpoint('10.88.0.7', { ready: false, serving: false, terminating: false })], HTTP)];
  assert.deepEqual(tableOf([web()], slices).listeners[1]?.targets, [['10.88.0.6', 8080]]);
  const onMachine = [slice('web', [endpoint('192.88.99.1')], HTTP)];
  const open = web({ type: 'NodePort', sessionAffinity: 'ClientIP', ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30_080 }] });
  const [, inside, outside] = tableOf([open], onMachine).listeners;
  assert.deepEqual([inside?.targets, inside?.isSticky], [[['127.0.0.1', 8080]], true]);
  assert.deepEqual([outside?.place, outside?.address, outside?.port], ['machine', '127.0.0.1', 30_080]);
});

test('datagrams come in by ports of the machine, too; endpoints to which no way leads are left out', () => {
  const open = web({ type: 'NodePort', ports: [{ name: 'dns', port: 53, protocol: 'UDP', nodePort: 30_053 }] });
  const endpoints = [endpoint('fd00::1'), endpoint('far.example'), endpoint('10.88.0.5')];
  const [, , outside] = tableOf([open], [slice('web', endpoints, [{ name: 'dns', port: 5353, protocol: 'UDP' }])]).listeners;
  assert.deepEqual(outside, { place: 'machine', protocol: 'UDP', address: '127.0.0.1', port: 30_053, isSticky: false, targets: [['10.88.0.5', 5353]] });
  const container = { name: 'main', ports: [{ containerPort: 53, hostPort: 5300, protocol: 'UDP' }, { containerPort: 54, hostPort: 5400, protocol: 'SCTP' }] };
  const asking = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [container] }, status: { podIP: '10.88.0.9' } };
  assert.deepEqual(tableOf([], [], [asking]).listeners.slice(1).map(({ protocol, port }) => [protocol, port]), [['UDP', 5300]]);
});

test('a headless Service has the addresses of its Pods, and their names', () => {
  const endpoints = [endpoint('10.88.0.5', undefined, { hostname: 'db-0' }), endpoint('10.88.0.6'), endpoint('192.88.99.1')];
  const { names, listeners } = tableOf([service('db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] })], [slice('db', endpoints, [{ name: 'sql', port: 5432 }])]);
  const domain = 'db.team.svc.cluster.local';
  assert.deepEqual(names.addresses[domain], ['10.88.0.5', '10.88.0.6', '192.88.99.1']);
  assert.deepEqual([names.addresses[`db-0.${domain}`], names.addresses[`10-88-0-6.${domain}`]], [['10.88.0.5'], ['10.88.0.6']]);
  assert.deepEqual(names.ports[`_sql._tcp.${domain}`], [[5432, `db-0.${domain}`], [5432, `10-88-0-6.${domain}`], [5432, `192-88-99-1.${domain}`]]);
  assert.deepEqual(listeners, [API]);
});

test('a Service without a selector leads to where its Endpoints say', () => {
  const subsets = [{ addresses: [{ ip: '192.168.1.7' }], ports: [{ name: 'http', port: 5432, protocol: 'TCP' }] }];
  const byHand = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web', namespace: 'team' }, subsets };
  assert.deepEqual(tableOf([web()], [], [], [byHand]).listeners[1]?.targets, [['192.168.1.7', 5432]]);
  assert.deepEqual(tableOf([web({ selector: { app: 'web' } })], [], [], [byHand]).listeners[1]?.targets, []);
});

test('another name for what is outside, and ports of the machine that Pods ask for, each once', () => {
  const { names } = tableOf([service('far', { type: 'ExternalName', externalName: 'Example.COM.' })], []);
  assert.deepEqual(names.aliases, { 'far.team.svc.cluster.local': 'example.com' });
  const container = { name: 'main', ports: [{ containerPort: 80, hostPort: 8000 }, { containerPort: 81 }] };
  const pod = (name: string, podIP?: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [container] }, status: podIP === undefined ? {} : { podIP } });
  const { listeners } = tableOf([], [], [pod('a', '10.88.0.9'), pod('b', '10.88.0.10')]);
  assert.deepEqual(listeners.slice(1), [{ place: 'machine', protocol: 'TCP', address: '127.0.0.1', port: 8000, isSticky: false, targets: [['10.88.0.9', 80]] }]);
});
