import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { DEPLOYMENTS, fieldOf } from '../../api/mod.ts';
import type { KubeObject, ObjectRef } from '../../base/mod.ts';
import { must, testServer, type TestServer } from '../testing/test-server.ts';

const WEB: ObjectRef = { type: DEPLOYMENTS, namespace: 'default', name: 'web' };
const SCALE = { subresource: 'scale' } as const;

async function deployed(t: TestContext): Promise<{ server: TestServer; deployment: KubeObject }> {
  const server = testServer(t);
  const labels = { app: 'web' };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'web:1' }] } } };
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec } as unknown as KubeObject;
  return { server, deployment: must(await server.objectApi.create(DEPLOYMENTS, 'default', body)) };
}

test('a scale shows the replicas and the labels of what it scales', async (t) => {
  const { server, deployment } = await deployed(t);
  const scale = must(await server.objectApi.get(WEB, SCALE));
  const { name, namespace, uid, resourceVersion, creationTimestamp } = deployment.metadata;
  assert.deepEqual(scale, {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: 2 },
    status: { replicas: 0, selector: 'app=web' },
  });
});

test('a scale changes the replicas and nothing else; the generation counts it', async (t) => {
  const { server, deployment } = await deployed(t);
  const patched = must(await server.objectApi.patch(WEB, 'merge', { spec: { replicas: 5 } }, SCALE));
  assert.deepEqual([patched.kind, patched.spec], ['Scale', { replicas: 5 }]);
  const changed = must(await server.objectApi.get(WEB));
  assert.deepEqual(changed.spec, { ...deployment.spec, replicas: 5 });
  assert.equal(changed.metadata.generation, 2);
  const updated = must(await server.objectApi.update(WEB, { ...patched, spec: { replicas: 0 } }, SCALE));
  assert.equal(fieldOf(updated, 'spec', 'replicas'), 0);
  const again = must(await server.objectApi.get(WEB));
  assert.equal(again.metadata.generation, 3);
});

test('who applies a scale owns the replicas, and is told who else does', async (t) => {
  const { server, deployment } = await deployed(t);
  const scale = (replicas: number) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas } });
  const refused = await server.objectApi.patch(WEB, 'apply', scale(4), { ...SCALE, fieldManager: 'scaler' });
  assert.equal(refused.ok, false);
  if (!refused.ok) assert.match(refused.status.message, /conflict with "slipway".*\.spec\.replicas/s);
  const applied = must(await server.objectApi.patch(WEB, 'apply', scale(4), { ...SCALE, fieldManager: 'scaler', force: true }));
  assert.deepEqual(applied.spec, { replicas: 4 });
  const changed = must(await server.objectApi.get(WEB));
  assert.deepEqual(changed.spec, { ...deployment.spec, replicas: 4 });
  const managers = fieldOf(changed, 'metadata', 'managedFields') as readonly { readonly manager: string; readonly subresource?: string; readonly fieldsV1: unknown }[];
  assert.deepEqual(
    managers.filter(({ manager }) => manager === 'scaler').map(({ subresource, fieldsV1 }) => ({ subresource, fieldsV1 })),
    [{ subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }],
  );
});

test('a stale, negative or misplaced scale changes nothing', async (t) => {
  const { server, deployment } = await deployed(t);
  const scale = must(await server.objectApi.get(WEB, SCALE));
  const refused = async (body: object) => {
    const outcome = await server.objectApi.update(WEB, body as KubeObject, SCALE);
    return outcome.ok ? 200 : outcome.status.code;
  };
  assert.equal(await refused({ ...scale, metadata: { ...scale.metadata, resourceVersion: '1' } }), 409);
  assert.equal(await refused({ ...scale, metadata: { ...scale.metadata, uid: 'other' } }), 409);
  assert.equal(await refused({ ...scale, spec: { replicas: -1 } }), 422);
  assert.equal(await refused({ ...scale, metadata: { name: 'other' } }), 400);
  assert.equal(await refused({ ...deployment }), 400);
  assert.deepEqual(must(await server.objectApi.get(WEB)), deployment);
});
