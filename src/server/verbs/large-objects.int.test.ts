// Large objects are decided on outside of the commit, in turns of the loop: what that must not change.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { systemClock, type KubeObject } from '../../base/mod.ts';
import { CONFIG_MAPS, configMap, must, testServer, type TestServer } from '../testing/test-server.ts';

/** Every look at the time is a step later than any turn may take. */
function restlessClock() {
  let nowMs = 0;
  return { ...systemClock, now: () => (nowMs += 10) };
}

const LARGE = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`key-${index}`, `a value that takes some place ${index}`]));
const REF = { type: CONFIG_MAPS, namespace: 'n', name: 'large' };

async function withLarge(context: TestContext): Promise<TestServer> {
  const server = testServer(context, { clock: restlessClock() });
  must(await server.objectApi.create(CONFIG_MAPS, 'n', configMap('large', LARGE)));
  return server;
}

test('of two changes of a large object at the same time neither is lost', async (context) => {
  const { objectApi } = await withLarge(context);
  const patches = ['a', 'b', 'c'].map((key) => objectApi.patch(REF, 'merge', { data: { [key]: 'x' } }));
  for (const outcome of await Promise.all(patches)) must(outcome);
  const { data } = must(await objectApi.get(REF)) as KubeObject & { data: Record<string, string> };
  assert.deepEqual([data['a'], data['b'], data['c'], Object.keys(data).length], ['x', 'x', 'x', 3_003]);
});

test('others are answered while a large object is being made and changed', async (context) => {
  const server = await withLarge(context);
  const order: string[] = [];
  const large = server.objectApi.create(CONFIG_MAPS, 'n', configMap('second', LARGE)).then(() => order.push('large'));
  const small = server.objectApi.get(REF).then(() => order.push('small'));
  await Promise.all([large, small]);
  assert.deepEqual(order, ['small', 'large']);
});

test('a stale update of a large object is a conflict, one without a revision is not', async (context) => {
  const { objectApi } = await withLarge(context);
  const seen = must(await objectApi.get(REF));
  must(await objectApi.patch(REF, 'merge', { data: { a: '1' } }));
  const stale = await objectApi.update(REF, { ...seen, data: LARGE } as KubeObject);
  assert.equal(stale.ok ? 200 : stale.status.code, 409);
  const { resourceVersion: _seen, ...metadata } = seen.metadata;
  assert.equal(must(await objectApi.update(REF, { ...seen, metadata, data: LARGE } as KubeObject)).metadata.name, 'large');
});

test('a large object that is gone by the time of its change is not found, and applied anew', async (context) => {
  const { objectApi } = await withLarge(context);
  const patched = objectApi.patch(REF, 'merge', { data: { a: '1' } });
  must(await objectApi.delete(REF));
  const outcome = await patched;
  assert.equal(outcome.ok ? 200 : outcome.status.code, 404);
  const document = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data: LARGE };
  const applied = [1, 2].map((turn) => objectApi.patch(REF, 'apply', document, { fieldManager: `m${turn}`, bodyBytes: 200_000 }));
  for (const each of await Promise.all(applied)) must(each);
  const owners = (must(await objectApi.get(REF)).metadata as unknown as { managedFields: { manager: string }[] }).managedFields;
  assert.deepEqual(owners.map(({ manager }) => manager).toSorted(), ['m1', 'm2']);
});
