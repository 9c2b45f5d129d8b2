import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import { askersOf } from './port-askers.ts';

test('who asks for a port of the machine that can not be had', () => {
  const pod = (name: string, hostPort: number, protocol = 'TCP'): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'main', ports: [{ containerPort: 80, hostPort, protocol }] }] } });
  const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80, nodePort: 30_080 }] } };
  const all = { pods: [pod('a', 8080), pod('b', 8080, 'UDP'), pod('c', 9090)], services: [service] };
  const namesFor = (problem: string) => askersOf(problem, all).map(({ metadata }) => metadata.name);
  assert.deepEqual(namesFor('TCP port 8080 of 127.0.0.1 cannot be listened on: Address already in use'), ['a']);
  assert.deepEqual(namesFor('UDP port 8080 of 127.0.0.1 cannot be listened on: Address already in use'), ['b']);
  assert.deepEqual(namesFor('TCP port 30080 of 0.0.0.0 cannot be listened on: Address already in use'), ['web']);
  assert.deepEqual(namesFor('something else'), []);
});
