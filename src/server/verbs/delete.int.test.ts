import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import type { DeleteOptions, ObjectRef } from '../../base/mod.ts';
import { configMap, CONFIG_MAPS, ManualClock, must, pod, PODS, refusal, testServer } from '../testing/test-server.ts';
import { httpServer } from '../testing/http-client.ts';

const C: ObjectRef = { type: CONFIG_MAPS, namespace: 'default', name: 'c' };
const P: ObjectRef = { type: PODS, namespace: 'default', name: 'p' };

async function withRunningPod(t: TestContext, metadata: object = {}) {
  const clock = new ManualClock();
  const server = testServer(t, { clock });
  const wanted = pod('p', { nodeName: 'n1' });
  must(await server.objectApi.create(PODS, 'default', { ...wanted, metadata: { ...wanted.metadata, ...metadata } }));
  return { ...server, clock };
}

test('an object that nothing holds goes at once', async (t) => {
  const { objectApi } = testServer(t);
  must(await objectApi.create(CONFIG_MAPS, 'default', configMap('c')));
  const gone = must(await objectApi.delete(C));
  assert.equal(gone.metadata.name, 'c');
  assert.equal(refusal(await objectApi.get(C)).code, 404);
});

test('finalizers hold a deleted object; the update that removes the last one ends it', async (t) => {
  const { objectApi } = testServer(t);
  must(await objectApi.create(CONFIG_MAPS, 'default', configMap('c', {}, { finalizers: ['x.dev/a', 'x.dev/b'] })));
  const marked = must(await objectApi.delete(C));
  assert.ok(marked.metadata.deletionTimestamp);
  assert.equal(marked.metadata.deletionGracePeriodSeconds, 0);
  assert.equal(must(await objectApi.delete(C)), marked, 'deleting again changes nothing');
  const added = refusal(await objectApi.patch(C, 'merge', { metadata: { finalizers: ['x.dev/a', 'x.dev/b', 'x.dev/c'] } }));
  assert.equal(added.code, 422);
  assert.match(added.message, /no new finalizers can be added if the object is being deleted/);
  must(await objectApi.patch(C, 'merge', { metadata: { finalizers: ['x.dev/b'] } }));
  must(await objectApi.patch(C, 'json', [{ op: 'remove', path: '/metadata/finalizers' }]));
  assert.equal(refusal(await objectApi.get(C)).code, 404);
});

test('a namespace that goes is marked with the time alone', async (t) => {
  const { objectApi } = testServer(t);
  const type = { group: '', version: 'v1', resource: 'namespaces' };
  must(await objectApi.create(type, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'going' } }));
  const { metadata } = must(await objectApi.delete({ type, name: 'going' }));
  assert.deepEqual([typeof metadata.deletionTimestamp, metadata.deletionGracePeriodSeconds], ['string', undefined]);
});

test('a running Pod gets its grace; the final deletion ends it', async (t) => {
  const { objectApi, clock } = await withRunningPod(t);
  const marked = must(await objectApi.delete(P));
  assert.equal(marked.metadata.deletionGracePeriodSeconds, 30);
  assert.equal(marked.metadata.deletionTimestamp, '2030-01-01T00:00:30Z');
  assert.equal(marked.metadata.generation, 2);
  clock.advance(5_000);
  assert.equal(must(await objectApi.delete(P)), marked);
  assert.equal(must(await objectApi.delete(P, { gracePeriodSeconds: 60 })), marked, 'only a shorter grace changes something');
  const hastened = must(await objectApi.delete(P, { gracePeriodSeconds: 10 }));
  assert.equal(hastened.metadata.deletionTimestamp, '2030-01-01T00:00:10Z');
  assert.equal(hastened.metadata.deletionGracePeriodSeconds, 10);
  assert.equal(must(await objectApi.delete(P, { gracePeriodSeconds: -1 })).metadata.deletionGracePeriodSeconds, 1);
  must(await objectApi.delete(P, { gracePeriodSeconds: 0, preconditions: { uid: marked.metadata.uid! } }));
  assert.equal(refusal(await objectApi.get(P)).code, 404);
});

test('a Pod without a node, or one that has ended, goes at once', async (t) => {
  const { objectApi } = await withRunningPod(t);
  must(await objectApi.create(PODS, 'default', pod('waiting')));
  must(await objectApi.delete({ ...P, name: 'waiting' }));
  must(await objectApi.patch(P, 'merge', { status: { phase: 'Succeeded' } }, { subresource: 'status' }));
  must(await objectApi.delete(P));
  assert.equal(must(await objectApi.list(PODS, 'default')).items.length, 0);
});

test('after the grace, finalizers still hold a Pod', async (t) => {
  const { objectApi } = await withRunningPod(t, { finalizers: ['x.dev/a'] });
  must(await objectApi.delete(P));
  const ended = must(await objectApi.delete(P, { gracePeriodSeconds: 0 }));
  assert.equal(ended.metadata.deletionGracePeriodSeconds, 0);
  must(await objectApi.patch(P, 'merge', { metadata: { finalizers: null } }));
  assert.equal(refusal(await objectApi.get(P)).code, 404);
});

test('losing its finalizers does not cut the grace of a Pod', async (t) => {
  const { objectApi } = await withRunningPod(t, { finalizers: ['x.dev/a'] });
  must(await objectApi.delete(P));
  const still = must(await objectApi.patch(P, 'merge', { metadata: { finalizers: null } }));
  assert.equal(still.metadata.deletionGracePeriodSeconds, 30);
  assert.ok((await objectApi.get(P)).ok);
});

test('preconditions protect another object of the same name', async (t) => {
  const { objectApi } = testServer(t);
  const created = must(await objectApi.create(CONFIG_MAPS, 'default', configMap('c')));
  const status = refusal(await objectApi.delete(C, { preconditions: { uid: 'other' } }));
  assert.equal(status.code, 409);
  assert.match(status.message, /Precondition failed: UID in precondition: other, UID in object meta: /);
  assert.equal(refusal(await objectApi.delete(C, { preconditions: { resourceVersion: '99' } })).code, 409);
  must(await objectApi.delete(C, { preconditions: { uid: created.metadata.uid!, resourceVersion: created.metadata.resourceVersion! } }));
});

test('the propagation policy becomes a finalizer for the garbage collector', async (t) => {
  const { objectApi } = testServer(t);
  must(await objectApi.create(CONFIG_MAPS, 'default', configMap('c')));
  const propagate = async (propagationPolicy: NonNullable<DeleteOptions['propagationPolicy']>) => must(await objectApi.delete(C, { propagationPolicy }));
  assert.deepEqual((await propagate('Foreground')).metadata.finalizers, ['foregroundDeletion']);
  assert.deepEqual((await propagate('Orphan')).metadata.finalizers, ['orphan']);
  await propagate('Background');
  assert.equal(refusal(await objectApi.get(C)).code, 404);
});

test('a dry run deletes nothing', async (t) => {
  const { objectApi, store } = testServer(t);
  must(await objectApi.create(CONFIG_MAPS, 'default', configMap('c')));
  const before = store.revision;
  must(await objectApi.delete(C, { dryRun: true }));
  assert.equal(store.revision, before);
});

test('deletecollection deletes what the selector names', async (t) => {
  const { objectApi } = testServer(t);
  for (let index = 0; index < 250; index++) {
    await objectApi.create(CONFIG_MAPS, 'default', configMap(`c${index}`, {}, { labels: { parity: index % 2 === 0 ? 'even' : 'odd' } }));
  }
  const deleted = must(await objectApi.deleteCollection(CONFIG_MAPS, 'default', { labelSelector: 'parity=odd' }));
  assert.equal(deleted.items.length, 125);
  const left = must(await objectApi.list(CONFIG_MAPS, 'default'));
  assert.ok(left.items.length === 125 && left.items.every((item) => item.metadata.labels?.['parity'] === 'even'));
});

test('deletecollection says when a precondition spared an object', async (t) => {
  const { objectApi } = testServer(t);
  const made = must(await objectApi.create(CONFIG_MAPS, 'a', configMap('c1')));
  must(await objectApi.create(CONFIG_MAPS, 'a', configMap('c2')));
  const status = refusal(await objectApi.deleteCollection(CONFIG_MAPS, 'a', { preconditions: { uid: made.metadata.uid! } }));
  assert.deepEqual([status.code, status.reason], [409, 'Conflict']);
  assert.match(status.message, /configmaps "c2": Precondition failed: UID in precondition/);
  assert.deepEqual(must(await objectApi.list(CONFIG_MAPS, 'a')).items.map(({ metadata }) => metadata.name), ['c2']);
});

test('the deletion of a Job leaves its Pods unless told otherwise, and says so', async (t) => {
  const { call } = await httpServer(t);
  const path = '/apis/batch/v1/namespaces/a/jobs';
  const job = (name: string) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'x' }] } } } });
  for (const name of ['j', 'k']) assert.equal((await call('POST', path, { body: job(name) })).code, 201);
  const silent = await call('DELETE', `${path}/j`);
  assert.match(silent.headers.get('warning')!, /^299 - "child pods are preserved by default when jobs are deleted/);
  assert.deepEqual((silent.json['metadata'] as unknown as { finalizers: string[] }).finalizers, ['orphan']);
  const told = await call('DELETE', `${path}/k`, { body: { propagationPolicy: 'Background' } });
  assert.equal(told.headers.get('warning'), null);
  assert.equal((await call('GET', `${path}/k`)).code, 404);
});

test('the deletion of a ReplicationController leaves its Pods unless told otherwise', async (t) => {
  const { call } = await httpServer(t);
  const path = '/api/v1/namespaces/a/replicationcontrollers';
  const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'main', image: 'x' }] } };
  assert.equal((await call('POST', path, { body: { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'r' }, spec: { template } } })).code, 201);
  const silent = await call('DELETE', `${path}/r`);
  assert.deepEqual([silent.headers.get('warning'), (silent.json['metadata'] as unknown as { finalizers: string[] }).finalizers], [null, ['orphan']]);
});

test('whoever forbids orphans is told by 202 that the object stays for a while', async (t) => {
  const { call } = await httpServer(t);
  const path = '/api/v1/namespaces/a/configmaps';
  for (const name of ['body', 'query', 'policy']) await call('POST', path, { body: configMap(name, {}, { finalizers: ['x.dev/a'] }) });
  await call('POST', path, { body: configMap('free') });
  assert.equal((await call('DELETE', `${path}/body`, { body: { orphanDependents: false } })).code, 202);
  assert.equal((await call('DELETE', `${path}/query?orphanDependents=false`)).code, 202);
  assert.equal((await call('DELETE', `${path}/policy?propagationPolicy=Background`)).code, 200);
  assert.equal((await call('DELETE', `${path}/free?orphanDependents=false`)).code, 200);
  assert.equal((await call('DELETE', `${path}/policy?orphanDependents=false&propagationPolicy=Background`)).code, 422);
});
