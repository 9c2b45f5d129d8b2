import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../base/mod.ts';
import { fieldOf, SERVICES } from '../api/mod.ts';
import { testServer } from './testing/test-server.ts';

function service(name: string, spec: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } } as unknown as KubeObject;
}

test('services created in one turn get different addresses, and an address is free again when its service is gone', async (t) => {
  const { objectApi } = testServer(t);
  const made = await Promise.all(Array.from({ length: 20 }, (_, index) => objectApi.create(SERVICES, 'default', service(`s${index}`))));
  const addresses = made.map((outcome) => (outcome.ok ? outcome.value.spec?.['clusterIP'] : outcome.status.message));
  assert.equal(new Set(addresses).size, 20);
  const [first] = addresses;
  const again = service('again', { clusterIP: first });
  const refused = await objectApi.create(SERVICES, 'default', again);
  assert.ok(!refused.ok && refused.status.code === 422, 'the address is taken');
  assert.ok((await objectApi.delete({ type: SERVICES, namespace: 'default', name: 's0' })).ok);
  assert.ok((await objectApi.create(SERVICES, 'default', again)).ok, 'the address is free');
});

test('a service becomes one of the nodes and back, under the same address', async (t) => {
  const { objectApi } = testServer(t);
  const made = await objectApi.create(SERVICES, 'default', service('web'));
  assert.ok(made.ok);
  const ref = { type: SERVICES, namespace: 'default', name: 'web' };
  const opened = await objectApi.patch(ref, 'merge', { spec: { type: 'NodePort' } });
  assert.ok(opened.ok);
  const port = fieldOf(opened.value, 'spec', 'ports', 0, 'nodePort');
  assert.ok(typeof port === 'number' && port >= 30_000);
  const patchedBack = await objectApi.patch(ref, 'merge', { spec: { type: 'ClusterIP' } });
  assert.ok(patchedBack.ok, JSON.stringify(patchedBack));
  assert.equal(fieldOf(patchedBack.value, 'spec', 'ports', 0, 'nodePort'), undefined);
  const closed = await objectApi.update(ref, { ...service('web'), metadata: { name: 'web' } });
  assert.ok(closed.ok);
  assert.equal(closed.value.spec?.['clusterIP'], made.value.spec?.['clusterIP']);
});
