// What a Pod asks for altogether.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { formatQuantity } from '../../expr/mod.ts';
import { podAmounts } from './pod-resources.ts';

const asks = (cpu: string, more: JsonObject = {}): JsonObject => ({ resources: { requests: { cpu } }, ...more });
const requests = (spec: JsonObject) => Object.fromEntries([...podAmounts(spec, 'requests')].map(([name, amount]) => [name, formatQuantity(amount)]));

test('containers together, init containers one after the other beside sidecars', () => {
  assert.deepEqual(requests({ containers: [asks('1'), asks('500m')], initContainers: [asks('1')] }), { cpu: '1500m' });
  assert.deepEqual(requests({ containers: [asks('1')], initContainers: [asks('1', { restartPolicy: 'Always' }), asks('2')] }), { cpu: '3' });
  assert.deepEqual(requests({ containers: [asks('1')], overhead: { cpu: '100m', memory: '1Mi' } }), { cpu: '1100m', memory: '1Mi' });
});

test('what the whole asks for stands for what its containers ask for', () => {
  const containers = [asks('4'), asks('4')];
  assert.deepEqual(requests({ containers, resources: { requests: { cpu: '2', memory: '1Gi' } } }), { cpu: '2', memory: '1Gi' });
  assert.deepEqual(requests({ containers, resources: { limits: { cpu: '2' } } }), { cpu: '8' });
});
