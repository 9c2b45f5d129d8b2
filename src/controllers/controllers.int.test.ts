// The controllers against a real API server, over both transports: in process, and HTTP as a cluster would have it.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { EVENTS, NAMESPACES, NODES, SERVICE_ACCOUNTS } from '../api/mod.ts';
import { silentLog, systemClock, until, type KubeObject, type ObjectApi } from '../base/mod.ts';
import { createEventRecorder, createHttpObjectApi, createInformerSet, type InformerSet } from '../client/mod.ts';
import { createManager } from '../control/mod.ts';
import { listen } from '../web/testing/listen.ts';
import { must, pod, PODS, testServer } from '../server/testing/test-server.ts';
import { createControllers } from './mod.ts';

const USER = { user: 'test', groups: ['system:masters'] };

for (const transport of ['in process', 'over HTTP'] as const) {
  test(`controllers ${transport}`, async (t) => {
    const { api, informers, stop } = await startControllers(t, transport);
    await t.test('a namespace gets its default ServiceAccount and the root certificates, and gets them back', () => newNamespace(api));
    await t.test('a deleted namespace is emptied, refuses newcomers meanwhile, and goes', () => deletedNamespace(api));
    await t.test('a Pod without a ready node says why; it is bound when one comes', () => homelessPod(api));
    await t.test('the garbage collector: background, foreground, orphans, owners that never were', () => garbage(api));
    await t.test('the informer follows: adds, changes, deletions, in order, and relists nothing', () => followingInformer(api, informers));
    await stop();
  });
}

async function startControllers(t: TestContext, transport: 'in process' | 'over HTTP') {
  const server = testServer(t);
  const listening = await listen({ routes: server.routes, authenticate: () => USER });
  const http = createHttpObjectApi({ server: listening.origin });
  const api: ObjectApi = transport === 'in process' ? server.objectApi : http;
  const informers = createInformerSet({ api, clock: systemClock, log: silentLog });
  const events = createEventRecorder({ api, component: 'test', clock: systemClock, log: silentLog });
  const controllers = createControllers(
    { api, informers, events, clock: systemClock, log: silentLog },
    {
      namespacedTypes: () => server.kinds().filter((kind) => kind.isNamespaced && kind.verbs.includes('deletecollection')),
      collectedTypes: () => server.ownableKinds(),
      rootCertificates: 'PEM', pipelineNamespace: 'kubeflow', apiServiceAddress: '10.96.0.1',
      leniency: { isOvercommitOn: true, isGpuOptional: false },
    },
  );
  const manager = createManager({ parts: controllers, clock: systemClock, log: silentLog });
  await manager.start();
  await informers.start();

  const stop = async () => {
    await manager.stop();
    await informers.stop();
    http.close();
    await listening.close();
  };
  return { api, informers, stop };
}

function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

async function newNamespace(api: ObjectApi): Promise<void> {
  must(await api.create(NAMESPACES, undefined, namespace('fresh')));
  await until('the ServiceAccount', async () => (await api.get({ type: SERVICE_ACCOUNTS, namespace: 'fresh', name: 'default' })).ok);
  const type = { group: '', version: 'v1', resource: 'configmaps' };
  const certificates = await until('the ConfigMap', async () => {
    const found = await api.get({ type, namespace: 'fresh', name: 'kube-root-ca.crt' });
    return found.ok ? found.value : undefined;
  });
  assert.deepEqual(certificates['data'], { 'ca.crt': 'PEM' });

  const account = { type: SERVICE_ACCOUNTS, namespace: 'fresh', name: 'default' };
  const { uid } = must(await api.get(account)).metadata;
  must(await api.delete(account));
  await until('another ServiceAccount', async () => {
    const found = await api.get(account);
    return found.ok && found.value.metadata.uid !== uid;
  });
  const ref = { type, namespace: 'fresh', name: 'kube-root-ca.crt' };
  must(await api.patch(ref, 'merge', { data: { 'ca.crt': 'of another server' } }));
  await until('the certificates of this server', async () => JSON.stringify(must(await api.get(ref))['data']) === '{"ca.crt":"PEM"}');
  must(await api.delete(ref));
  await until('the ConfigMap again', async () => (await api.get(ref)).ok);
}

async function deletedNamespace(api: ObjectApi): Promise<void> {
  must(await api.create(NAMESPACES, undefined, namespace('old')));
  must(await api.create(PODS, 'old', pod('held', {})));
  must(await api.patch({ type: PODS, namespace: 'old', name: 'held' }, 'merge', { metadata: { finalizers: ['test/held'] } }));
  must(await api.delete({ type: NAMESPACES, name: 'old' }));
  const refused = await api.create(PODS, 'old', pod('late'));
  assert.equal(refused.ok ? 'created' : refused.status.reason, 'Forbidden');
  await until('the Pod to be deleted', async () => {
    const held = await api.get({ type: PODS, namespace: 'old', name: 'held' });
    return held.ok && held.value.metadata.deletionTimestamp !== undefined;
  });
  assert.equal((await api.get({ type: NAMESPACES, name: 'old' })).ok, true, 'a finalizer still holds its content');
  must(await api.patch({ type: PODS, namespace: 'old', name: 'held' }, 'merge', { metadata: { finalizers: null } }));
  await until('the namespace to be gone', async () => !(await api.get({ type: NAMESPACES, name: 'old' })).ok);
}

async function garbage(api: ObjectApi): Promise<void> {
  const type = { group: '', version: 'v1', resource: 'configmaps' };
  const ref = (name: string) => ({ type, namespace: 'default', name });
  const make = async (name: string, ...owners: readonly KubeObject[]) => {
    const ownerReferences = owners.map(({ metadata }) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: metadata.name, uid: metadata.uid!, blockOwnerDeletion: true }));
    return must(await api.create(type, 'default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(owners.length === 0 ? {} : { ownerReferences }) } }));
  };
  const isThere = async (name: string) => (await api.get(ref(name))).ok;
  const gone = (...names: readonly string[]) => until(`${names.join(', ')} to be gone`, async () => !(await Promise.all(names.map(isThere))).includes(true));

  const [root, other] = [await make('root'), await make('other')];
  const child = await make('child', root);
  await make('grandchild', child);
  await make('shared', root, other);
  must(await api.delete(ref('root')));
  await gone('root', 'child', 'grandchild');
  await until('the lost owner to be forgotten', async () => must(await api.get(ref('shared'))).metadata.ownerReferences?.length === 1);

  must(await api.delete(ref('other'), { propagationPolicy: 'Orphan' }));
  await gone('other');
  assert.equal(must(await api.get(ref('shared'))).metadata.ownerReferences, undefined);

  const front = await make('front');
  const held = await make('held', front);
  await make('below', held);
  must(await api.patch(ref('held'), 'merge', { metadata: { finalizers: ['test/held'] } }));
  must(await api.delete(ref('front'), { propagationPolicy: 'Foreground' }));
  await gone('below');
  await until('the dependent to be deleted', async () => must(await api.get(ref('held'))).metadata.deletionTimestamp !== undefined);
  assert.ok(await isThere('front'), 'a dependent that blocks is still there');
  must(await api.patch(ref('held'), 'merge', { metadata: { finalizers: null } }));
  await gone('held', 'front');

  const first = await make('first');
  const second = await make('second', first);
  must(await api.patch(ref('first'), 'merge', { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'second', uid: second.metadata.uid!, blockOwnerDeletion: true }] } }));
  must(await api.delete(ref('first'), { propagationPolicy: 'Foreground' }));
  await gone('first', 'second');

  await make('late', { ...root, metadata: { ...root.metadata, name: 'never-was', uid: 'c0ffee' } });
  await gone('late');
  const foreign = must(await api.create(type, 'elsewhere', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'foreign' } }));
  await make('stray', foreign);
  await gone('stray');
  await until('the event', async () => JSON.stringify(must(await api.list(EVENTS, 'default')).items).includes('OwnerRefInvalidNamespace'));
}

async function homelessPod(api: ObjectApi): Promise<void> {
  must(await api.create(PODS, 'default', pod('homeless')));
  const ref = { type: PODS, namespace: 'default', name: 'homeless' };
  await until('the condition', async () => JSON.stringify(must(await api.get(ref)).status).includes('No node is ready'));
  await until('the event', async () => JSON.stringify(must(await api.list(EVENTS, 'default')).items).includes('FailedScheduling'));
  must(await api.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'box' }, spec: {} }));
  const status = { status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }] } };
  must(await api.patch({ type: NODES, name: 'box' }, 'merge', status, { subresource: 'status' }));
  await until('the binding', async () => must(await api.get(ref)).spec?.['nodeName'] === 'box');
}

async function followingInformer(api: ObjectApi, informers: InformerSet): Promise<void> {
  const type = { group: '', version: 'v1', resource: 'configmaps' };
  const informer = informers.of(type);
  await informer.start();
  const seen: string[] = [];
  const stop = informer.onChange(({ kind, object }) => {
    if (object.metadata.name === 'followed') seen.push(`${kind} ${JSON.stringify(object['data'] ?? {})}`);
  });
  const ref = { type, namespace: 'default', name: 'followed' };
  must(await api.create(type, 'default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'followed' } }));
  must(await api.patch(ref, 'merge', { data: { a: '1' } }));
  must(await api.patch(ref, 'merge', { data: { a: '1' } }));
  must(await api.delete(ref));
  await until('the deletion', () => seen.length === 3);
  assert.deepEqual(seen, ['upsert {}', 'upsert {"a":"1"}', 'delete {"a":"1"}']);
  assert.equal(informer.get('default', 'followed'), undefined);
  stop();
}
