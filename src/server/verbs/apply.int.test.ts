import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { JsonObject, KubeObject, ObjectRef, WriteOptions } from '../../base/mod.ts';
import { builtinKinds } from '../../api/mod.ts';
import { GADGETS, gadgetKind } from '../testing/gadget-kind.ts';
import { configMap, CONFIG_MAPS, must, pod, PODS, refusal, testServer } from '../testing/test-server.ts';

const C: ObjectRef = { type: CONFIG_MAPS, namespace: 'default', name: 'c' };
const P: ObjectRef = { type: PODS, namespace: 'default', name: 'p' };
const G: ObjectRef = { type: GADGETS, namespace: 'default', name: 'g' };

function document(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}

test('apply creates what is absent, and the same again changes nothing', async (t) => {
  const { objectApi, store } = testServer(t);
  const apply = () => objectApi.patch(C, 'apply', document(configMap('c', { a: '1' })), { fieldManager: 'me', force: true });
  const created = must(await apply());
  assert.equal(created.metadata.namespace, 'default');
  const before = store.revision;
  assert.equal(must(await apply()).metadata.resourceVersion, created.metadata.resourceVersion);
  assert.equal(store.revision, before);
});

test('what a manager applies no longer goes; what others wrote or applied stays', async (t) => {
  const { objectApi } = testServer(t);
  const apply = async (manager: string, data: Record<string, string>) =>
    must(await objectApi.patch(C, 'apply', document(configMap('c', data)), { fieldManager: manager }));
  await apply('me', { mine: '1', shared: '1', gone: '1' });
  await apply('you', { shared: '1', yours: '1' });
  must(await objectApi.patch(C, 'merge', { data: { written: '1' } }));
  const applied = await apply('me', { mine: '2' });
  assert.deepEqual(applied['data'], { mine: '2', shared: '1', yours: '1', written: '1' });
  must(await objectApi.update(C, configMap('c', { mine: '3', shared: '1' })));
  assert.deepEqual((await apply('me', {}))['data'], { mine: '3', shared: '1' }, 'what an update changed belongs to who updated');
});

test('items of lists come and go by their keys', async (t) => {
  const { objectApi } = testServer(t);
  const environment = (...names: string[]) => names.map((name) => ({ name, value: '1' }));
  const apply = (env: object[], labels: object) => {
    const wanted = pod('p', { containers: [{ name: 'a', image: 'i', env }] });
    return objectApi.patch(P, 'apply', document({ ...wanted, metadata: { name: 'p', ...labels } }), { fieldManager: 'me' });
  };
  must(await apply(environment('X', 'Y'), { labels: { a: 'b' } }));
  const refused = refusal(await apply(environment('Y'), { labels: { a: 'b' } }));
  assert.match(refused.message, /pod updates may not change fields/, 'the variable was taken out, which Pods do not allow');
  assert.equal(must(await apply(environment('X', 'Y'), {})).metadata.labels, undefined);
});

test('status is applied through its subresource, with a record of its own', async (t) => {
  const { objectApi } = testServer(t, { kinds: [...builtinKinds, gadgetKind] });
  const apply = async (parts: JsonObject, options: WriteOptions = {}) => {
    const gadget = { apiVersion: 'test.slipway.dev/v1', kind: 'Gadget', ...parts };
    return must(await objectApi.patch(G, 'apply', gadget, { ...options, fieldManager: 'me' }));
  };
  await apply({ spec: { size: 1 } });
  const reported = await apply({ status: { phase: 'Ready' }, spec: { size: 9 } }, { subresource: 'status' });
  assert.deepEqual([reported.spec?.['size'], reported.status], [1, { phase: 'Ready' }]);
  const grown = await apply({ spec: { size: 2 } });
  assert.deepEqual(grown.status, { phase: 'Ready' });
  assert.equal((await apply({ spec: {} }, { subresource: 'status' })).status, undefined);
});

test('apply wants a manager, an object, and no record of owners', async (t) => {
  const { objectApi } = testServer(t);
  const noManager = refusal(await objectApi.patch(C, 'apply', document(configMap('c'))));
  assert.equal(noManager.message, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch');
  assert.equal(refusal(await objectApi.patch(C, 'apply', [] as never, { fieldManager: 'me' })).code, 400);
  const owners = document(configMap('c', {}, { managedFields: [{ manager: 'x' }] }));
  assert.equal(refusal(await objectApi.patch(C, 'apply', owners, { fieldManager: 'me' })).message, 'metadata.managedFields must be nil');
  assert.equal(refusal(await objectApi.patch(C, 'apply', document(configMap('other')), { fieldManager: 'me' })).code, 400);
  assert.equal(refusal(await objectApi.patch(C, 'apply', document(configMap('c')), { fieldManager: 'me', subresource: 'status' })).code, 404);
});

test('what others own is not taken without force, and the refusal names field and owner', async (t) => {
  const { objectApi } = testServer(t);
  const apply = (manager: string, data: Record<string, string>, options: WriteOptions = {}) =>
    objectApi.patch(C, 'apply', document(configMap('c', data)), { ...options, fieldManager: manager });
  must(await apply('me', { a: '1', b: '1' }));
  const refused = refusal(await apply('you', { a: '2', b: '2' }));
  assert.equal(refused.code, 409);
  assert.equal(refused.message, 'Apply failed with 2 conflicts: conflicts with "me":\n- .data.a\n- .data.b');
  assert.deepEqual(
    refused.details?.causes?.map(({ field, reason }) => `${reason} ${field}`),
    ['FieldManagerConflict .data.a', 'FieldManagerConflict .data.b'],
  );
  assert.equal(refusal(await apply('you', { a: '2' })).message, 'Apply failed with 1 conflict: conflict with "me": .data.a');
  must(await apply('you', { a: '2' }, { force: true }));
  assert.deepEqual(must(await apply('me', { b: '1' }))['data'], { a: '2', b: '1' }, 'what was taken by force stays when the loser lets go');
});

test('kubectl takes over what it applied on the client side', async (t) => {
  const { objectApi } = testServer(t);
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const applied = configMap('c', { a: '1' });
  const annotated = configMap('c', { a: '1', other: '1' }, { annotations: { [annotation]: JSON.stringify(applied) } });
  must(await objectApi.create(CONFIG_MAPS, 'default', annotated, { fieldManager: 'kubectl-client-side-apply' }));
  const taken = must(await objectApi.patch(C, 'apply', document(configMap('c', { a: '2' })), { fieldManager: 'kubectl' }));
  assert.deepEqual(taken['data'], { a: '2', other: '1' });
  assert.equal(JSON.parse(taken.metadata.annotations![annotation]!).data.a, '2');
  assert.equal(refusal(await objectApi.patch(C, 'apply', document(configMap('c', { other: '2' })), { fieldManager: 'kubectl' })).code, 409);
});

test('a document that names a uid makes nothing anew when that object is gone', async (t) => {
  const { objectApi } = testServer(t);
  const { uid = '' } = must(await objectApi.create(CONFIG_MAPS, 'default', configMap('c'))).metadata;
  const apply = () => objectApi.patch(C, 'apply', document(configMap('c', { a: '1' }, { uid })), { fieldManager: 'me', force: true });
  assert.deepEqual(must(await apply())['data'], { a: '1' });
  must(await objectApi.delete(C));
  const { code, message } = refusal(await apply());
  assert.deepEqual([code, message], [409, `Operation cannot be fulfilled on configmaps "c": uid mismatch: the provided object specified uid ${uid}, and no existing object was found`]);
  assert.ok(!(await objectApi.get(C)).ok);
});
