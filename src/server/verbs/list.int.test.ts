import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import type { ObjectApi } from '../../base/mod.ts';
import { builtinKinds, type KindDefinition } from '../../api/mod.ts';
import { configMap, CONFIG_MAPS, must, pod, PODS, refusal, testServer, type TestServer } from '../testing/test-server.ts';
import type { ServerContext } from '../context.ts';
import { KindRegistry } from '../kind-registry.ts';
import { listObjects, type ListQuery } from './list.ts';

async function namesOf(objectApi: ObjectApi, namespace: string | undefined, options: Parameters<ObjectApi['list']>[2] = {}) {
  return must(await objectApi.list(CONFIG_MAPS, namespace, options)).items.map((item) => item.metadata.name);
}

async function withTen(t: TestContext) {
  const server = testServer(t);
  for (let index = 0; index < 10; index++) {
    must(await server.objectApi.create(CONFIG_MAPS, index < 7 ? 'a' : 'b', configMap(`c${index}`, {}, { labels: { third: String(index % 3) } })));
  }
  return server;
}

/** The list as HTTP asks for it, with resourceVersion rules. */
function listAt(server: TestServer, query: ListQuery) {
  const kinds = new KindRegistry(server.kinds());
  const kind: KindDefinition = builtinKinds.find((candidate) => candidate.resource === 'configmaps')!;
  return listObjects({ store: server.store, kinds } as unknown as ServerContext, kind, undefined, query);
}

test('lists are by namespace or over all, with the revision of the moment', async (t) => {
  const { objectApi, store } = await withTen(t);
  assert.deepEqual(await namesOf(objectApi, 'b'), ['c7', 'c8', 'c9']);
  assert.equal((await namesOf(objectApi, undefined)).length, 10);
  assert.deepEqual(await namesOf(objectApi, 'nowhere'), []);
  assert.equal(must(await objectApi.list(CONFIG_MAPS, 'b')).resourceVersion, String(store.revision));
});

test('selectors by label and by field', async (t) => {
  const { objectApi } = await withTen(t);
  assert.deepEqual(await namesOf(objectApi, undefined, { labelSelector: 'third in (0),third!=1' }), ['c0', 'c3', 'c6', 'c9']);
  assert.deepEqual(await namesOf(objectApi, undefined, { fieldSelector: 'metadata.name=c4' }), ['c4']);
  assert.deepEqual(await namesOf(objectApi, undefined, { fieldSelector: 'metadata.namespace!=a', labelSelector: 'third=1' }), ['c7']);
  assert.equal(refusal(await objectApi.list(CONFIG_MAPS, 'a', { fieldSelector: 'data.x=1' })).message, 'field label not supported: data.x');
  assert.equal(refusal(await objectApi.list(CONFIG_MAPS, 'a', { labelSelector: 'a in (' })).code, 400);
});

test('field selectors of a kind', async (t) => {
  const { objectApi } = testServer(t);
  must(await objectApi.create(PODS, 'default', pod('p1', { nodeName: 'n1' })));
  must(await objectApi.create(PODS, 'default', pod('p2')));
  const list = must(await objectApi.list(PODS, undefined, { fieldSelector: 'spec.nodeName=n1,status.phase=Pending' }));
  assert.deepEqual(list.items.map((item) => item.metadata.name), ['p1']);
});

test('pages show one state, whatever is written between them', async (t) => {
  const { objectApi } = await withTen(t);
  const first = must(await objectApi.list(CONFIG_MAPS, undefined, { limit: 4 }));
  assert.deepEqual(first.items.map((item) => item.metadata.name), ['c0', 'c1', 'c2', 'c3']);
  assert.equal(first.remainingItemCount, 6);
  await objectApi.delete({ type: CONFIG_MAPS, namespace: 'a', name: 'c5' });
  await objectApi.create(CONFIG_MAPS, 'a', configMap('c4a'));
  await objectApi.patch({ type: CONFIG_MAPS, namespace: 'a', name: 'c6' }, 'merge', { data: { new: 'yes' } });
  const second = must(await objectApi.list(CONFIG_MAPS, undefined, { limit: 4, continueToken: first.continueToken! }));
  assert.deepEqual(second.items.map((item) => item.metadata.name), ['c4', 'c5', 'c6', 'c7']);
  assert.deepEqual(second.items[2]!['data'], undefined);
  assert.equal(second.resourceVersion, first.resourceVersion);
  const third = must(await objectApi.list(CONFIG_MAPS, undefined, { limit: 4, continueToken: second.continueToken! }));
  assert.deepEqual(third.items.map((item) => item.metadata.name), ['c8', 'c9']);
  assert.equal(third.continueToken, undefined);
});

test('pages of a selection end where the selection ends', async (t) => {
  const { objectApi } = await withTen(t);
  const first = must(await objectApi.list(CONFIG_MAPS, undefined, { limit: 2, labelSelector: 'third=0' }));
  assert.equal(first.remainingItemCount, undefined, 'unknown with a selector');
  const second = must(await objectApi.list(CONFIG_MAPS, undefined, { limit: 2, labelSelector: 'third=0', continueToken: first.continueToken! }));
  assert.deepEqual([...first.items, ...second.items].map((item) => item.metadata.name), ['c0', 'c3', 'c6', 'c9']);
  assert.equal(second.continueToken, undefined);
});

test('a page too late is 410 and offers to go on with the state of the moment', async (t) => {
  const server = await withTen(t);
  const first = must(await server.objectApi.list(CONFIG_MAPS, undefined, { limit: 4 }));
  await server.store.write((writer) => {
    for (let count = 0; count < 5000; count++) writer.put('others/x', configMap('x', { count: String(count) }));
  });
  const status = refusal(await server.objectApi.list(CONFIG_MAPS, undefined, { continueToken: first.continueToken! }));
  assert.equal(status.code, 410);
  assert.equal(status.reason, 'Expired');
  assert.match(status.message, /or use the continue token in this response to retrieve the remainder/);
  assert.deepEqual(Object.keys(status.metadata), ['continue']);
  const rest = must(await server.objectApi.list(CONFIG_MAPS, undefined, { continueToken: String(status.metadata['continue']) }));
  assert.equal(rest.items.length, 6);
});

test('a token that is none of ours is refused', async (t) => {
  const { objectApi } = testServer(t);
  assert.equal(refusal(await objectApi.list(CONFIG_MAPS, undefined, { continueToken: 'abc' })).message, 'continue key is not valid');
});

test('resourceVersion: any, at least, exactly, too new, nonsense', async (t) => {
  const server = await withTen(t);
  const newest = server.store.revision;
  const countAt = async (query: ListQuery) => must(await listAt(server, query)).entries.length;
  assert.equal(await countAt({ resourceVersion: '0' }), 10);
  assert.equal(await countAt({ resourceVersion: '3' }), 10);
  assert.equal(await countAt({ resourceVersion: '3', resourceVersionMatch: 'NotOlderThan' }), 10);
  assert.equal(await countAt({ resourceVersion: '3', resourceVersionMatch: 'Exact' }), 2, 'a namespace and two objects');
  const future = refusal(await listAt(server, { resourceVersion: String(newest + 1) }));
  assert.equal(future.code, 504);
  assert.equal(future.details?.causes?.[0]?.reason, 'ResourceVersionTooLarge');
  assert.equal(refusal(await listAt(server, { resourceVersion: 'abc' })).code, 400);
  assert.equal(refusal(await listAt(server, { resourceVersionMatch: 'Exact' })).code, 400);
  const { continueToken } = must(await listAt(server, { limit: 1 }));
  assert.equal(refusal(await listAt(server, { continueToken, resourceVersion: '0', resourceVersionMatch: 'NotOlderThan' })).code, 400);
});
