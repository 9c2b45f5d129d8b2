// Conversion webhooks over real HTTPS servers: v1 is stored and has spec.size, v2 calls it spec.extent.
import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../api/mod.ts';
import { until, type JsonObject, type KubeObject, type ResourceType } from '../../base/mod.ts';
import { must, testServer, type TestServer } from '../testing/test-server.ts';
import { patchResponse, webhookServer, type WebhookAnswer, type WebhookServer } from '../testing/webhook-server.ts';

const V1: ResourceType = { group: 'test.example', version: 'v1', resource: 'widgets' };
const V2: ResourceType = { ...V1, version: 'v2' };
const NAMES = { 'test.example/v1': 'size', 'test.example/v2': 'extent' } as const;

const converts: WebhookAnswer = (request) => {
  const wanted = request['desiredAPIVersion'] as keyof typeof NAMES;
  const convertedObjects = (request['objects'] as unknown as KubeObject[]).map((object) => {
    const value = object.spec?.[NAMES[object['apiVersion'] as keyof typeof NAMES]];
    return { ...object, apiVersion: wanted, spec: value === undefined ? {} : { [NAMES[wanted]]: value } };
  });
  return { result: { status: 'Success' }, convertedObjects } as unknown as JsonObject;
};

async function widgetServer(t: TestContext, answer: WebhookAnswer = converts): Promise<{ server: TestServer; hook: WebhookServer }> {
  const server = testServer(t);
  const hook = await webhookServer(t, answer);
  const version = (name: string, field: string, storage: boolean) => ({
    name,
    served: true,
    storage,
    subresources: { status: {} },
    schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { [field]: { type: 'integer' } } }, status: { type: 'object', properties: { phase: { type: 'string' } } } } } },
  });
  const clientConfig = { url: hook.url, caBundle: hook.caBundle };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.test.example' },
    spec: {
      group: 'test.example',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [version('v1', 'size', true), version('v2', 'extent', false)],
      conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } },
    },
  };
  must(await server.objectApi.create(CUSTOM_RESOURCE_DEFINITIONS, undefined, definition as unknown as KubeObject));
  return { server, hook };
}

const widget = (version: 'v1' | 'v2', name: string, value: number) =>
  ({ apiVersion: `test.example/${version}`, kind: 'Widget', metadata: { name }, spec: { [version === 'v1' ? 'size' : 'extent']: value } }) as unknown as KubeObject;
const at = (type: ResourceType, name = 'a') => ({ type, namespace: 'default', name });

test('every verb speaks the version that it is asked in, and one is stored', async (t) => {
  const { server, hook } = await widgetServer(t);
  const { objectApi, store } = server;
  const created = must(await objectApi.create(V2, 'default', widget('v2', 'a', 3)));
  assert.deepEqual([created['apiVersion'], created.spec], ['test.example/v2', { extent: 3 }]);
  const stored = () => store.get('widgets.test.example/default/a')!.object;
  assert.deepEqual([stored()['apiVersion'], stored().spec], ['test.example/v1', { size: 3 }]);
  assert.deepEqual(must(await objectApi.get(at(V1))).spec, { size: 3 });
  const shown = must(await objectApi.get(at(V2)));
  assert.deepEqual([shown.spec, shown.metadata.resourceVersion], [{ extent: 3 }, created.metadata.resourceVersion]);
  const asked = hook.asked.length;
  must(await objectApi.get(at(V2)));
  assert.equal(hook.asked.length, asked, 'what was converted once is not asked again');
  const patched = must(await objectApi.patch(at(V2), 'merge', { spec: { extent: 4 } }));
  assert.deepEqual([patched.spec, stored().spec], [{ extent: 4 }, { size: 4 }]);
  must(await objectApi.update(at(V2), { ...patched, spec: { extent: 5 } }));
  assert.deepEqual(stored().spec, { size: 5 });
  must(await objectApi.patch(at(V2), 'merge', { status: { phase: 'Good' } }, { subresource: 'status' }));
  assert.deepEqual(stored().status, { phase: 'Good' });
  const apply = (value: number, name = 'a') => objectApi.patch(at(V2, name), 'apply', widget('v2', name, value) as unknown as JsonObject, { fieldManager: 'm', force: true });
  must(await apply(6));
  assert.deepEqual(stored().spec, { size: 6 });
  assert.deepEqual(must(await apply(7, 'fresh')).spec, { extent: 7 });
  assert.deepEqual(store.get('widgets.test.example/default/fresh')!.object.spec, { size: 7 });
  assert.equal(must(await objectApi.delete(at(V2)))['apiVersion'], 'test.example/v2');
  assert.equal(store.get('widgets.test.example/default/a'), undefined);
  assert.equal(must(await objectApi.deleteCollection(V2, 'default')).items[0]!['apiVersion'], 'test.example/v2');
});

test('a list is converted in one call, a watch tells the version it was asked for', async (t) => {
  const { server, hook } = await widgetServer(t);
  const { objectApi } = server;
  for (const name of ['a', 'b', 'c']) must(await objectApi.create(V1, 'default', widget('v1', name, 1)));
  assert.equal(hook.asked.length, 0);
  assert.deepEqual(must(await objectApi.list(V2, 'default')).items.map(({ spec }) => spec), [{ extent: 1 }, { extent: 1 }, { extent: 1 }]);
  assert.deepEqual(hook.asked.map(({ objects }) => (objects as unknown[]).length), [3]);
  const abort = new AbortController();
  t.after(() => abort.abort());
  const told: unknown[] = [];
  const events = must(await objectApi.watch(V2, 'default', { signal: abort.signal }));
  const reading = (async () => {
    for await (const event of events) if ('object' in event) told.push([event.type, event.object['apiVersion'], event.object.spec]);
  })();
  await until('the objects to be told', () => told.length === 3);
  must(await objectApi.create(V1, 'default', widget('v1', 'd', 9)));
  await until('the new one to be told', () => told.length === 4);
  assert.deepEqual(told[3], ['ADDED', 'test.example/v2', { extent: 9 }]);
  abort.abort();
  await reading;
});

test('an admission webhook that names another version is shown that one', async (t) => {
  const { server } = await widgetServer(t);
  const hook = await webhookServer(t, () => patchResponse({ op: 'replace', path: '/spec/extent', value: 8 }));
  const webhook = {
    name: 'hook.test.example',
    rules: [{ operations: ['CREATE'], apiGroups: ['test.example'], apiVersions: ['v2'], resources: ['widgets'] }],
    clientConfig: { url: hook.url, caBundle: hook.caBundle },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  };
  const type = { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'mutatingwebhookconfigurations' };
  const configuration = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name: 'hook' }, webhooks: [webhook] };
  must(await server.objectApi.create(type, undefined, configuration as unknown as KubeObject));
  assert.deepEqual(must(await server.objectApi.create(V1, 'default', widget('v1', 'a', 1))).spec, { size: 8 });
  assert.deepEqual((hook.asked[0]!['object'] as unknown as KubeObject).spec, { extent: 1 });
  assert.deepEqual(hook.asked[0]!['requestKind'], { group: 'test.example', version: 'v1', kind: 'Widget' });
});

const changed = (change: (object: KubeObject) => object): WebhookAnswer => (request, response) => {
  const good = converts(request, response) as unknown as { convertedObjects: KubeObject[] };
  return { result: { status: 'Success' }, convertedObjects: good.convertedObjects.map(change) } as unknown as JsonObject;
};
const BAD: readonly { readonly name: string; readonly answer: WebhookAnswer; readonly message: RegExp }[] = [
  { name: 'refuses', answer: () => ({ result: { status: 'Failure', message: 'too old' } }), message: /too old$/ },
  { name: 'is garbage', answer: (_request, response) => void response.end('?'), message: /not JSON/ },
  { name: 'nests deep', answer: (_request, response) => void response.end('['.repeat(100_000) + ']'.repeat(100_000)), message: /nested deeper/ },
  { name: 'loses objects', answer: () => ({ result: { status: 'Success' }, convertedObjects: [] }), message: /expected 1 converted objects, got 0/ },
  { name: 'renames', answer: changed((object) => ({ ...object, metadata: { ...object.metadata, name: 'b' } })), message: /metadata.name must not change: a != b/ },
  { name: 'keeps the version', answer: changed((object) => ({ ...object, apiVersion: 'test.example/v1' })), message: /invalid groupVersion \(expected test.example\/v2, received test.example\/v1\)/ },
];

for (const { name, answer, message } of BAD) {
  test(`an answer that ${name} is a sentence; the stored version still works`, async (t) => {
    const { server } = await widgetServer(t, answer);
    must(await server.objectApi.create(V1, 'default', widget('v1', 'a', 1)));
    await assert.rejects(server.objectApi.get(at(V2)), (error: Error) => error.message.startsWith('conversion webhook for test.example/v1, Kind=Widget failed: ') && message.test(error.message));
    await assert.rejects(server.objectApi.list(V2, 'default'), message);
    await assert.rejects(server.objectApi.patch(at(V2), 'merge', { spec: { extent: 2 } }), message);
    assert.deepEqual(must(await server.objectApi.get(at(V1))).spec, { size: 1 });
    must(await server.objectApi.patch(at(V1), 'merge', { spec: { size: 2 } }));
  });
}
