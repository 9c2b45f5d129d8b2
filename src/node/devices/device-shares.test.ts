import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import { shareOf, wantedDevices } from './device-shares.ts';

const GPU = 'nvidia.com/gpu';
const DEVICES = new Map([[GPU, ['a', 'b', 'c', 'd']]]);

type Wanting = readonly [name: string, gpus: number, isSidecar?: boolean];

function podOf(inits: readonly Wanting[], containers: readonly Wanting[]): KubeObject {
  const list = (wanting: readonly Wanting[]) => wanting.map(([name, gpus, isSidecar = false]) => ({ name, resources: { limits: { [GPU]: String(gpus) } }, ...(isSidecar ? { restartPolicy: 'Always' } : {}) }));
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { initContainers: list(inits), containers: list(containers) } };
}

test('containers that run together have devices of their own; an init container has those of the ones that follow', () => {
  const pod = podOf([['prepare', 2]], [['one', 1], ['two', 2]]);
  assert.equal(wantedDevices(pod).get(GPU), 3);
  assert.deepEqual(['prepare', 'one', 'two', 'none'].map((name) => shareOf(pod, name, DEVICES).get(GPU) ?? []), [['a', 'b'], ['a'], ['b', 'c'], []]);
});

test('a sidecar runs beside all others, and shares its devices with none', () => {
  const pod = podOf([['before', 1], ['side', 1, true], ['after', 3]], [['main', 2]]);
  assert.equal(wantedDevices(pod).get(GPU), 4);
  assert.deepEqual(['side', 'main', 'before', 'after'].map((name) => shareOf(pod, name, DEVICES).get(GPU)), [['a'], ['b', 'c'], ['a'], ['b', 'c', 'd']]);
});
