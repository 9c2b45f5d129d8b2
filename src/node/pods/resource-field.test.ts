import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { resourceField } from './resource-field.ts';

const NODE = { cpu: '2', memory: '1000Ki', 'ephemeral-storage': '5Gi', 'example.com/thing': '3' };

function field(resources: JsonObject, resource: string, divisor?: string): string {
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'main', resources }] } };
  return resourceField({ pod, allocatable: NODE }, 'main', { resource, ...(divisor === undefined ? {} : { divisor }) });
}

test('requests and limits in units of the divisor, rounded up', () => {
  const resources = { limits: { memory: '100M', cpu: '4001m' }, requests: { cpu: '1100m' } };
  assert.equal(field(resources, 'limits.memory', '1Mi'), '96');
  assert.equal(field(resources, 'limits.memory', '0'), '100000000');
  assert.equal(field(resources, 'requests.cpu'), '2');
  assert.equal(field(resources, 'limits.cpu', '1m'), '4001', 'as exact as a quantity');
  assert.equal(field(resources, 'requests.memory'), '0');
});

test('a limit that is not set is what the node has for Pods', () => {
  assert.equal(field({ limits: { cpu: '0' } }, 'limits.cpu'), '2');
  assert.equal(field({}, 'limits.memory', '1Ki'), '1000');
  assert.equal(field({}, 'limits.ephemeral-storage', '1Gi'), '5');
  assert.equal(field({}, 'limits.example.com/thing'), '0', 'devices are not shared');
});

test('a limit that the container does not set is that of its Pod', () => {
  const spec = { resources: { limits: { cpu: '500m' } }, containers: [{ name: 'main' }] };
  const limit = (resource: string) => resourceField({ pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }, allocatable: NODE }, 'main', { resource, divisor: '1m' });
  assert.deepEqual([limit('limits.cpu'), limit('requests.cpu'), limit('limits.memory')], ['500', '0', '1024000000']);
});
