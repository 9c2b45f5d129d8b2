// What a Service leads to, by the ports of its Pods.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { planAddresses } from './plan.ts';

const PORT: JsonObject = { name: 'web', containerPort: 8080 };

function pod(spec: JsonObject): KubeObject {
  const status = { phase: 'Running', podIP: '10.1.0.7', conditions: [{ type: 'Ready', status: 'True' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { nodeName: 'box', ...spec }, status };
}

function subsetsOf(spec: JsonObject, ports: readonly JsonObject[] = [{ port: 80, targetPort: 'web', protocol: 'TCP' }]) {
  const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'n', uid: 's' }, spec: { selector: { app: 's' }, ports } };
  const { endpoints, slices } = planAddresses(service, [pod(spec)]);
  const slice = slices[0]!;
  return { subsets: (endpoints['subsets'] ?? []) as readonly JsonObject[], slicePorts: slice['ports'], endpointCount: (slice['endpoints'] as readonly unknown[]).length };
}

test('a port by name is found in containers and sidecars, in no other init container', () => {
  const containers = [{ name: 'main' }];
  const found = subsetsOf({ containers, initContainers: [{ name: 'proxy', restartPolicy: 'Always', ports: [PORT] }] });
  assert.deepEqual([found.subsets[0]?.['ports'], found.slicePorts], [[{ port: 8080, protocol: 'TCP' }], [{ name: '', port: 8080, protocol: 'TCP' }]]);
  const { subsets, slicePorts, endpointCount } = subsetsOf({ containers, initContainers: [{ name: 'first', ports: [PORT] }] });
  assert.deepEqual([subsets, slicePorts, endpointCount], [[], undefined, 1], 'nothing leads to it, though its name may be asked for');
});

test('a Service without ports is about addresses', () => {
  assert.equal(subsetsOf({ containers: [{ name: 'main' }] }, []).subsets.length, 1);
});
