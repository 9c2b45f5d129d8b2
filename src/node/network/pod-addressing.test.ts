import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { addressingOf } from './pod-addressing.ts';

const container = { name: 'main', image: 'x' };

function pod(spec: JsonObject = {}, metadata: JsonObject = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', ...metadata }, spec: { containers: [container], ...spec } };
}

function service(selector: JsonObject): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'default' }, spec: { selector } };
}

const owner = (kind: string) => ({ ownerReferences: [{ apiVersion: 'v1', kind, name: 'o', uid: 'u', controller: true }] });

test('an address of its own is for Pods that listen, have a name, are replicas or are selected', () => {
  const own: readonly [string, KubeObject, KubeObject[]?][] = [
    ['ports', pod({ containers: [{ ...container, ports: [{ containerPort: 80 }] }] })],
    ['ports of a sidecar', pod({ initContainers: [{ ...container, ports: [{ containerPort: 80 }] }] })],
    ['a probe by TCP', pod({ containers: [{ ...container, livenessProbe: { tcpSocket: { port: 80 } } }] })],
    ['a hostname', pod({ hostname: 'h' })],
    ['hostAliases', pod({ hostAliases: [{ ip: '1.2.3.4', hostnames: ['x'] }] })],
    ['a replica', pod({}, owner('ReplicaSet'))],
    ['a Service', pod({}, { labels: { app: 'a', more: 'b' } }), [service({}), service({ app: 'a' })]],
    ['the annotation', pod({}, { annotations: { 'slipway.dev/network': 'own' } })],
  ];
  for (const [what, one, services = []] of own) assert.equal(addressingOf(one, services), 'own', what);
});

test('a plain step, a Pod of a Job, and who asks for the machine share its network', () => {
  const machine: readonly [string, KubeObject, KubeObject[]?][] = [
    ['nothing', pod()],
    ['a probe by command', pod({ containers: [{ ...container, readinessProbe: { exec: { command: ['true'] } } }] })],
    ['a Job', pod({ hostname: '' }, owner('Job'))],
    ['another Service', pod({}, { labels: { app: 'a' } }), [service({ app: 'b' }), service({})]],
    ['hostNetwork', pod({ hostNetwork: true, hostname: 'h' })],
    ['the annotation', pod({ hostname: 'h' }, { annotations: { 'slipway.dev/network': 'machine' } })],
  ];
  for (const [what, one, services = []] of machine) assert.equal(addressingOf(one, services), 'machine', what);
});
