import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import type { KubeObject, ObjectRef } from '../../base/mod.ts';
import { builtinKinds, fieldOf } from '../../api/mod.ts';
import { GADGETS, gadgetKind } from '../testing/gadget-kind.ts';
import { configMap, CONFIG_MAPS, must, NAMESPACES, pod, PODS, refusal, testServer } from '../testing/test-server.ts';

const C: ObjectRef = { type: CONFIG_MAPS, namespace: 'default', name: 'c' };
const P: ObjectRef = { type: PODS, namespace: 'default', name: 'p' };
const G: ObjectRef = { type: GADGETS, namespace: 'default', name: 'g' };

async function withConfigMap(t: TestContext) {
  const server = testServer(t);
  const created = must(await server.objectApi.create(CONFIG_MAPS, 'default', configMap('c', { a: '1' })));
  return { ...server, created };
}

async function withGadget(t: TestContext) {
  const server = testServer(t, { kinds: [...builtinKinds, gadgetKind] });
  const gadget = { apiVersion: 'test.slipway.dev/v1', kind: 'Gadget', metadata: { name: 'g' }, spec: { size: 1 } };
  const created = must(await server.objectApi.create(GADGETS, 'default', gadget));
  return { ...server, created };
}

test('an update with the version it has seen goes through, a stale one conflicts', async (t) => {
  const { objectApi, created } = await withConfigMap(t);
  const second = must(await objectApi.update(C, { ...created, data: { a: '2' } }));
  assert.notEqual(second.metadata.resourceVersion, created.metadata.resourceVersion);
  assert.equal(second.metadata.uid, created.metadata.uid);
  const status = refusal(await objectApi.update(C, { ...created, data: { a: '3' } }));
  assert.equal(
    status.message,
    'Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again',
  );
  assert.equal(status.code, 409);
  assert.equal(status.reason, 'Conflict');
  must(await objectApi.update(C, configMap('c', { a: '4' })));
});

test('of two updates in one turn from one version, one conflicts', async (t) => {
  const { objectApi, created } = await withConfigMap(t);
  const outcomes = await Promise.all(['x', 'y'].map((a) => objectApi.update(C, { ...created, data: { a } })));
  assert.deepEqual(outcomes.map((outcome) => outcome.ok), [true, false]);
});

test('patches of one turn all count: nothing comes between reading and writing', async (t) => {
  const { objectApi } = await withConfigMap(t);
  await Promise.all(Array.from({ length: 20 }, (_, index) => objectApi.patch(C, 'merge', { data: { [`k${index}`]: 'v' } })));
  assert.equal(Object.keys((must(await objectApi.get(C)) as KubeObject & { data: object }).data).length, 21);
});

test('an update that changes nothing keeps the revision and tells no watcher', async (t) => {
  const { objectApi, store, created } = await withConfigMap(t);
  const before = store.revision;
  assert.equal(must(await objectApi.update(C, created)), created);
  assert.equal(must(await objectApi.patch(C, 'merge', { data: { a: '1' } })), created);
  assert.equal(store.revision, before);
});

test('what is the servers stays as it is', async (t) => {
  const { objectApi, created } = await withConfigMap(t);
  const updated = must(
    await objectApi.patch(C, 'merge', {
      metadata: { creationTimestamp: '2000-01-01T00:00:00Z', generation: 99, deletionTimestamp: '2000-01-01T00:00:00Z', labels: { x: 'y' } },
    }),
  );
  assert.equal(updated.metadata.creationTimestamp, created.metadata.creationTimestamp);
  assert.equal(updated.metadata.deletionTimestamp, undefined);
  assert.equal(updated.metadata.generation, undefined);
  assert.deepEqual(updated.metadata.labels, { x: 'y' });
  const uid = refusal(await objectApi.patch(C, 'merge', { metadata: { uid: 'other' } }));
  assert.match(uid.message, /Precondition failed: UID in precondition: other/);
  assert.match(refusal(await objectApi.patch(C, 'merge', { metadata: { name: 'd' } })).message, /does not match the name on the URL/);
});

test('who elects a leader says what he saw', async (t) => {
  const { objectApi } = testServer(t);
  const type = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' };
  const ref = { type, namespace: 'default', name: 'l' };
  const held = (holderIdentity: string, metadata: object = {}) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l', ...metadata }, spec: { holderIdentity } });
  const { resourceVersion } = must(await objectApi.create(type, 'default', held('a'))).metadata;
  const unseen = refusal(await objectApi.update(ref, held('b')));
  assert.deepEqual([unseen.code, unseen.message], [422, 'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update']);
  must(await objectApi.update(ref, held('b', { resourceVersion })));
  assert.equal(refusal(await objectApi.update(ref, held('c', { resourceVersion }))).code, 409);
  must(await objectApi.patch(ref, 'merge', { spec: { holderIdentity: 'd' } }));
});

test('an update makes what is absent, of the kinds for which it does so in a cluster, unless it was seen before', async (t) => {
  const { objectApi } = testServer(t);
  const type = { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'roles' };
  const ref = { type, namespace: 'default', name: 'r' };
  const role = (metadata: object) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r', ...metadata }, rules: [] }) as KubeObject;
  assert.equal(refusal(await objectApi.update(ref, role({ uid: 'u' }))).code, 404);
  assert.equal(refusal(await objectApi.update(ref, role({ resourceVersion: '1' }))).code, 404);
  const made = must(await objectApi.update(ref, role({})));
  assert.deepEqual([made.metadata.namespace, made.metadata.generation, typeof made.metadata.uid], ['default', undefined, 'string']);
  assert.deepEqual(must(await objectApi.get(ref)), made);
});

test('what is absent is not found', async (t) => {
  const { objectApi } = await withConfigMap(t);
  const ref = { ...C, name: 'nope' };
  for (const outcome of [
    await objectApi.get(ref),
    await objectApi.update(ref, configMap('nope')),
    await objectApi.patch(ref, 'merge', {}),
    await objectApi.delete(ref),
  ]) {
    assert.equal(refusal(outcome).message, 'configmaps "nope" not found');
  }
});

test('generation counts changes of the spec, not of metadata and status', async (t) => {
  const { objectApi } = await withGadget(t);
  const relabelled = must(await objectApi.patch(G, 'merge', { metadata: { labels: { a: 'b' } } }));
  assert.equal(relabelled.metadata.generation, 1);
  const grown = must(await objectApi.patch(G, 'merge', { spec: { size: 2 } }));
  assert.equal(grown.metadata.generation, 2);
  const reported = must(await objectApi.patch(G, 'merge', { status: { phase: 'Big' } }, { subresource: 'status' }));
  assert.equal(reported.metadata.generation, 2);
});

test('the object keeps its status, the status subresource changes nothing else', async (t) => {
  const { objectApi } = await withGadget(t);
  const ignored = must(await objectApi.patch(G, 'merge', { spec: { size: 2 }, status: { phase: 'No' } }));
  assert.equal(ignored.status, undefined);
  const reported = must(await objectApi.update(G, { ...ignored, spec: { size: 7 }, status: { phase: 'Yes' } }, { subresource: 'status' }));
  assert.equal(reported.spec?.['size'], 2);
  assert.deepEqual(reported.status, { phase: 'Yes' });
  const kept = must(await objectApi.update(G, { ...reported, status: { phase: 'Other' }, spec: { size: 3 } }));
  assert.deepEqual(kept.status, { phase: 'Yes' });
  assert.equal(refusal(await objectApi.update(G, kept, { subresource: 'scale' })).code, 404);
});

test('JSON patch: a failed test and a missing path are 422, nonsense is 400', async (t) => {
  const { objectApi } = await withConfigMap(t);
  must(await objectApi.patch(C, 'json', [{ op: 'test', path: '/data/a', value: '1' }, { op: 'add', path: '/data/b', value: '2' }]));
  assert.equal(refusal(await objectApi.patch(C, 'json', [{ op: 'test', path: '/data/a', value: 'x' }])).code, 422);
  assert.equal(refusal(await objectApi.patch(C, 'json', [{ op: 'remove', path: '/data/zzz' }])).code, 422);
  assert.equal(refusal(await objectApi.patch(C, 'json', [{ op: 'explode', path: '/data' }])).code, 400);
  assert.equal(refusal(await objectApi.patch(C, 'merge', [] as never)).code, 400);
});

test('strategic merge keeps the other containers', async (t) => {
  const { objectApi } = testServer(t);
  must(await objectApi.create(PODS, 'default', pod('p', { containers: [{ name: 'a', image: 'i1' }, { name: 'b', image: 'i2' }] })));
  const patched = must(await objectApi.patch(P, 'strategic', { spec: { containers: [{ name: 'b', image: 'i3' }] } }));
  const containers = fieldOf(patched.spec, 'containers') as readonly { image: string }[];
  assert.deepEqual(containers.map(({ image }) => image), ['i1', 'i3']);
});

test('a dry run of an update writes nothing', async (t) => {
  const { objectApi, store } = await withConfigMap(t);
  const before = store.revision;
  const answered = must(await objectApi.patch(C, 'merge', { data: { a: '9' } }, { dryRun: true }));
  assert.deepEqual(answered['data'], { a: '9' });
  assert.equal(store.revision, before);
  assert.deepEqual(must(await objectApi.get(C))['data'], { a: '1' });
});

test('binding gives a Pod its node, once', async (t) => {
  const { objectApi } = testServer(t);
  must(await objectApi.create(PODS, 'default', pod('p')));
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } };
  const bound = must(await objectApi.create(PODS, 'default', binding, { subresource: 'binding' }));
  assert.equal(bound.spec?.['nodeName'], 'n1');
  const conditions = fieldOf(bound.status, 'conditions') as readonly { type: string; status: string }[];
  assert.deepEqual(conditions.map(({ type, status }) => `${type}=${status}`), ['PodScheduled=True']);
  const again = refusal(await objectApi.create(PODS, 'default', binding, { subresource: 'binding' }));
  assert.equal(again.message, 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"');
});

test('finalize is the only way to the finalizers of a namespace, and the last one ends it', async (t) => {
  const { objectApi } = testServer(t);
  const ref = { type: NAMESPACES, name: 'x' };
  must(await objectApi.create(NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } }));
  const kept = must(await objectApi.patch(ref, 'merge', { spec: { finalizers: [] } }));
  assert.deepEqual(kept.spec, { finalizers: ['kubernetes'] });
  const marked = must(await objectApi.delete(ref));
  assert.equal(marked.status?.['phase'], 'Terminating');
  assert.ok(marked.metadata.deletionTimestamp);
  must(await objectApi.update(ref, { ...marked, spec: { finalizers: [] } }, { subresource: 'finalize' }));
  assert.equal(refusal(await objectApi.get(ref)).code, 404);
});

test('a binding is about the Pod that was seen, waits for gates, and may not say what only Slipway says', async (t) => {
  const { objectApi } = testServer(t);
  const made = must(await objectApi.create(PODS, 'default', pod('p', { schedulingGates: [{ name: 'a.b/c' }] })));
  const binding = (metadata: object) => ({ apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p', ...metadata }, target: { kind: 'Node', name: 'n1' } }) as KubeObject;
  const bind = (metadata: object) => objectApi.create(PODS, 'default', binding(metadata), { subresource: 'binding' });
  assert.equal(refusal(await bind({ uid: 'of-another' })).code, 409);
  assert.match(refusal(await bind({ uid: made.metadata.uid })).message, /pod p has non-empty .spec.schedulingGates/);
  must(await objectApi.patch({ type: PODS, namespace: 'default', name: 'p' }, 'merge', { spec: { schedulingGates: null } }));
  const bound = must(await bind({ uid: made.metadata.uid, annotations: { by: 'scheduler' } }));
  assert.deepEqual([bound.spec!['nodeName'], bound.metadata.annotations], ['n1', { by: 'scheduler' }]);
});

test('a status that is taken away leaves what clients look into at once', async (t) => {
  const { objectApi } = testServer(t);
  const SERVICES = { group: '', version: 'v1', resource: 'services' };
  must(await objectApi.create(SERVICES, 'a', { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } }));
  const ref = { type: SERVICES, namespace: 'a', name: 's' };
  assert.deepEqual(must(await objectApi.patch(ref, 'merge', { status: null }, { subresource: 'status' })).status, { loadBalancer: {} });
  const ingress = [{ ip: '192.0.2.1' }];
  must(await objectApi.patch(ref, 'merge', { status: { loadBalancer: { ingress } } }, { subresource: 'status' }));
  const updated = must(await objectApi.update(ref, { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } }, { subresource: 'status' }));
  assert.deepEqual(updated.status, { loadBalancer: {} });
  const NODES = { group: '', version: 'v1', resource: 'nodes' };
  must(await objectApi.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }));
  const node = must(await objectApi.patch({ type: NODES, name: 'n' }, 'merge', { status: { phase: 'Running' } }, { subresource: 'status' }));
  assert.equal(node.status?.['nodeInfo'], undefined, 'an empty one would be no information about a node');
});
