import { test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '../../base/mod.ts';
import { builtinKinds } from '../../api/mod.ts';
import { GADGETS, gadgetKind } from '../testing/gadget-kind.ts';
import { httpServer } from '../testing/http-client.ts';
import { listen } from '../../web/testing/listen.ts';
import { configMap, CONFIG_MAPS, must, pod, PODS, testServer } from '../testing/test-server.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const CMS = '/api/v1/namespaces/default/configmaps';
const POD_PATH = '/api/v1/namespaces/default/pods';

test('create, get, update, patch, delete by path', async (t) => {
  const { call } = await httpServer(t);
  const created = await call('POST', CMS, { body: configMap('a', { x: '1' }) });
  assert.equal(created.code, 201);
  assert.equal(created.json['kind'], 'ConfigMap');
  assert.equal((await call('POST', CMS, { body: configMap('a') })).code, 409);
  assert.deepEqual((await call('GET', `${CMS}/a`)).json, created.json);
  const updated = await call('PUT', `${CMS}/a`, { body: { ...created.json, data: { x: '2' } } });
  assert.deepEqual(updated.json['data'], { x: '2' });
  assert.equal((await call('PUT', `${CMS}/a`, { body: { ...created.json, data: { x: '3' } } })).json['reason'], 'Conflict');
  const patch = (contentType: string, body: unknown) => call('PATCH', `${CMS}/a`, { body, contentType });
  assert.deepEqual((await patch('application/merge-patch+json', { data: { y: '1' } })).json['data'], { x: '2', y: '1' });
  assert.deepEqual((await patch('application/json-patch+json', [{ op: 'remove', path: '/data/y' }])).json['data'], { x: '2' });
  assert.deepEqual((await patch('application/strategic-merge-patch+json', { data: { z: '1' } })).json['data'], { x: '2', z: '1' });
  assert.equal((await patch('application/json', {})).code, 415);
  const deleted = await call('DELETE', `${CMS}/a`);
  assert.equal(deleted.json['status'], 'Success');
  const { uid } = created.json['metadata'] as unknown as { uid: string };
  assert.deepEqual(deleted.json['details'], { name: 'a', kind: 'configmaps', uid });
  const missing = await call('GET', `${CMS}/a`);
  assert.equal(missing.code, 404);
  assert.deepEqual(missing.json, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'configmaps "a" not found',
    reason: 'NotFound',
    details: { name: 'a', kind: 'configmaps' },
    code: 404,
  });
});

test('bodies in YAML and protobuf, apply in YAML or JSON', async (t) => {
  const { call } = await httpServer(t);
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n';
  assert.equal((await call('POST', CMS, { body: yaml, contentType: 'application/yaml' })).code, 201);
  assert.equal((await call('POST', CMS, { body: 'a: [', contentType: 'application/yaml' })).code, 400);
  const apply = (body: string) => call('PATCH', `${CMS}/z?fieldManager=me`, { body, contentType: 'application/apply-patch+yaml' });
  assert.equal((await apply(yaml.replace('name: x', 'name: z'))).code, 201);
  assert.equal((await apply(JSON.stringify(configMap('z', { c: 'd' })))).code, 200);
  const field = (number: number, bytes: Uint8Array | string) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), Buffer.from(bytes)]);
  const raw = field(1, field(1, 'from-protobuf'));
  const envelope = Buffer.concat([Buffer.from('k8s\0'), field(1, Buffer.concat([field(1, 'v1'), field(2, 'Namespace')])), field(2, raw)]);
  const created = await call('POST', '/api/v1/namespaces', { body: envelope, contentType: 'application/vnd.kubernetes.protobuf' });
  assert.equal(created.code, 201);
  assert.equal((created.json['metadata'] as unknown as { name: string }).name, 'from-protobuf');
  const unknown = await call('POST', CMS, { body: 'x', contentType: 'application/cbor' });
  assert.equal(unknown.code, 415);
  assert.equal(unknown.json['reason'], 'UnsupportedMediaType');
});

test('hostile and broken bodies are refused with a sentence, and the server lives', async (t) => {
  const { call, store } = await httpServer(t);
  for (const body of ['', '{', 'null', '[]', '"x"', '{"metadata":[]}', '{"metadata":{"name":5}}', `${'['.repeat(20000)}${']'.repeat(20000)}`]) {
    const answer = await call('POST', CMS, { body });
    assert.ok(answer.code >= 400 && answer.code < 500, `${body.slice(0, 20)} → ${answer.code}`);
    assert.equal(answer.json['kind'], 'Status');
  }
  const large = await call('POST', CMS, { body: 'x'.repeat(3 * 1024 * 1024 + 1) });
  assert.equal(large.code, 413);
  assert.equal(large.json['reason'], 'RequestEntityTooLarge');
  for (const type of ['merge-patch', 'json-patch', 'strategic-merge-patch']) {
    await call('POST', CMS, { body: configMap('a') });
    const answer = await call('PATCH', `${CMS}/a`, { body: '7', contentType: `application/${type}+json` });
    assert.ok(answer.code >= 400 && answer.code < 500, type);
  }
  const deep = `${'{"a":'.repeat(400_000)}1${'}'.repeat(400_000)}`;
  assert.equal((await call('PATCH', `${CMS}/a`, { body: deep, contentType: 'application/merge-patch+json' })).code, 400);
  assert.equal((await call('POST', CMS, { body: deep })).code, 400);
  assert.equal(store.list('configmaps/').length, 1);
});

test('who is unknown is not let in, except to the version and the probes', async (t) => {
  const server = testServer(t);
  const { origin, close } = await listen({ routes: server.routes, authenticate: () => undefined });
  t.after(close);
  for (const path of ['/api', CMS, '/openapi/v3', '/apis/nope/v1/x']) {
    const answer = await fetch(origin + path);
    assert.equal(answer.status, 401, path);
    assert.equal(((await answer.json()) as { reason: string }).reason, 'Unauthorized');
  }
  for (const path of ['/version', '/readyz']) assert.equal((await fetch(origin + path)).status, 200, path);
});

test('fieldValidation: unknown and duplicate fields', async (t) => {
  const { call } = await httpServer(t);
  const unknown = { ...configMap('a'), dta: { x: 'y' } };
  const strict = await call('POST', `${CMS}?fieldValidation=Strict`, { body: unknown });
  assert.equal(strict.code, 400);
  assert.match(String(strict.json['message']), /strict decoding error: unknown field "dta"/);
  const warned = await call('POST', CMS, { body: unknown });
  assert.equal(warned.code, 201);
  assert.equal(warned.headers.get('warning'), '299 - "unknown field \\"dta\\""');
  const twice = '{"metadata":{"name":"b"},"data":{"x":"1","x":"2"}}';
  assert.match(String((await call('POST', `${CMS}?fieldValidation=Strict`, { body: twice })).json['message']), /duplicate field "data.x"/);
  assert.match((await call('POST', CMS, { body: twice })).headers.get('warning') ?? '', /duplicate field/);
});

test('lists: items, selectors, pages, tables, metadata only', async (t) => {
  const { call, objectApi } = await httpServer(t);
  for (const name of ['a', 'b', 'c']) await objectApi.create(CONFIG_MAPS, 'default', configMap(name, {}, { labels: { name } }));
  const list = await call('GET', `${CMS}?labelSelector=${encodeURIComponent('name in (a,b)')}`);
  assert.equal(list.json['kind'], 'ConfigMapList');
  assert.equal((list.json['items'] as unknown as unknown[]).length, 2);
  assert.deepEqual((await call('GET', '/api/v1/namespaces/nowhere/configmaps')).json['items'], []);
  const page = await call('GET', `${CMS}?limit=2`);
  const metadata = page.json['metadata'] as unknown as { continue: string; remainingItemCount: number };
  assert.equal(metadata.remainingItemCount, 1);
  const rest = await call('GET', `${CMS}?limit=2&continue=${metadata.continue}`);
  assert.equal((rest.json['items'] as unknown as { metadata: { name: string } }[])[0]!.metadata.name, 'c');
  assert.equal(((await call('GET', `${CMS}?limit=-1`)).json['items'] as unknown as unknown[]).length, 3, 'a limit below zero is none');
  assert.equal((await call('GET', `${CMS}?sendInitialEvents=true`)).code, 400);
  const table = await call('GET', `${CMS}?includeObject=Object`, { accept: TABLE });
  assert.equal(table.json['kind'], 'Table');
  const rows = table.json['rows'] as unknown as { cells: unknown[]; object: { kind: string } }[];
  assert.deepEqual(rows.map((row) => [row.cells[0], row.object.kind]), [['a', 'ConfigMap'], ['b', 'ConfigMap'], ['c', 'ConfigMap']]);
  const partial = await call('GET', CMS, { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' });
  assert.equal(partial.json['kind'], 'PartialObjectMetadataList');
  assert.equal((await call('GET', CMS, { accept: 'application/vnd.kubernetes.protobuf' })).code, 406);
  assert.equal((await call('GET', `${CMS}?watch=maybe`)).code, 400);
});

test('a list above the chunk size is whole', async (t) => {
  const { call, objectApi } = await httpServer(t);
  await Promise.all(Array.from({ length: 1203 }, (_, index) => objectApi.create(CONFIG_MAPS, 'default', configMap(`c${index}`))));
  const plain = await call('GET', CMS);
  assert.equal((plain.json['items'] as unknown as unknown[]).length, 1203);
  const table = await call('GET', CMS, { accept: TABLE });
  assert.equal((table.json['rows'] as unknown as unknown[]).length, 1203);
});

test('watch: lines of events as objects and as tables, Python booleans, and the store forgets who hangs up', async (t) => {
  const { watch, objectApi, store } = await httpServer(t);
  await objectApi.create(CONFIG_MAPS, 'default', configMap('a'));
  const plain = await watch(`${CMS}?watch=True`);
  const tables = await watch(`${CMS}?watch=1&resourceVersion=0`, TABLE);
  const first = (await plain.next())!;
  assert.deepEqual([first.type, first.object.kind, first.object.apiVersion], ['ADDED', 'ConfigMap', 'v1']);
  const row = (await tables.next())!;
  assert.equal(row.object.kind, 'Table');
  assert.ok((row.object['columnDefinitions'] as unknown[]).length > 0);
  await objectApi.delete({ type: CONFIG_MAPS, namespace: 'default', name: 'a' });
  assert.equal((await plain.next())!.type, 'DELETED');
  assert.deepEqual((await tables.next())!.object['columnDefinitions'], []);
  const list = await watch(`${CMS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`);
  const bookmark = (await list.next())!;
  assert.equal(bookmark.type, 'BOOKMARK');
  assert.deepEqual(bookmark.object['metadata'], { resourceVersion: String(store.revision), annotations: { 'k8s.io/initial-events-end': 'true' } });
  const timed = await watch(`${CMS}?watch=1&timeoutSeconds=1`);
  assert.equal(await timed.next(), undefined);
});

test('watches of the older form tell the same, of a collection and of one object, and can only be read', async (t) => {
  const { call, watch, objectApi } = await httpServer(t);
  for (const name of ['a', 'b']) await objectApi.create(CONFIG_MAPS, 'default', configMap(name));
  const all = await watch('/api/v1/watch/namespaces/default/configmaps');
  const nameOf = ({ object }: { readonly object: { readonly [member: string]: unknown } }) => (object['metadata'] as { readonly name: string }).name;
  assert.deepEqual([nameOf((await all.next())!), nameOf((await all.next())!)], ['a', 'b']);
  const one = await watch('/api/v1/watch/namespaces/default/configmaps/b');
  assert.equal(nameOf((await one.next())!), 'b');
  for (const method of ['POST', 'DELETE']) assert.equal((await call(method, '/api/v1/watch/namespaces/default/configmaps', { body: configMap('c') })).code, 405, method);
});

test('deletion options come from the body, or from the query when there is none', async (t) => {
  const { call, objectApi } = await httpServer(t);
  const create = async (name: string) => must(await objectApi.create(PODS, 'default', pod(name, { nodeName: 'n' })));
  await create('a');
  const graceful = await call('DELETE', `${POD_PATH}/a?gracePeriodSeconds=7`);
  assert.equal((graceful.json['metadata'] as unknown as { deletionGracePeriodSeconds: number }).deletionGracePeriodSeconds, 7);
  const now = await call('DELETE', `${POD_PATH}/a?gracePeriodSeconds=5`, { body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 } });
  assert.equal(now.json['kind'], 'Pod');
  assert.equal((await call('GET', `${POD_PATH}/a`)).code, 404);
  await create('b');
  assert.equal((await call('DELETE', `${POD_PATH}/b`, { body: { preconditions: { uid: 'x' } } })).code, 409);
  assert.equal((await call('DELETE', `${POD_PATH}/b`, { body: { propagationPolicy: 'Sideways' } })).code, 422);
  for (const dryRun of [['all'], 'All', true]) assert.equal((await call('DELETE', `${POD_PATH}/b`, { body: { dryRun } })).code, 422, JSON.stringify(dryRun));
  const all = await call('DELETE', `${POD_PATH}?gracePeriodSeconds=0`);
  assert.equal(all.json['kind'], 'PodList');
  assert.equal((await call('GET', POD_PATH)).text.includes('"name":"b"'), false);
});

test('wrong methods, unknown resources and trailing slashes', async (t) => {
  const { call } = await httpServer(t);
  assert.equal((await call('PUT', CMS, { body: {} })).code, 405);
  assert.equal((await call('POST', `${CMS}/a`, { body: {} })).code, 405);
  assert.equal((await call('POST', '/api/v1/configmaps', { body: configMap('a') })).code, 405);
  assert.equal((await call('DELETE', '/api/v1/namespaces')).code, 405);
  assert.equal((await call('DELETE', '/api/v1/configmaps')).code, 405, 'a collection is deleted in one namespace only');
  const absent = ['/api/v1/nothings', '/apis/nope/v1/pods', '/apis/nope', '/api/v2', `${POD_PATH}/a/nope`];
  for (const path of [...absent, '/api/v1/namespaces/x/nodes', '/api/v1/configmaps/a']) {
    const answer = await call('GET', path);
    assert.equal(answer.code, 404, path);
    assert.equal(answer.json['kind'], 'Status', path);
  }
  for (const path of ['/version/', '/apis/', '/api/', '/api/v1/', '/readyz', '/livez/', '/healthz', '/readyz/ping']) assert.equal((await call('GET', path)).code, 200, path);
  assert.match(String((await call('GET', '/version')).json['gitVersion']), /^v1\.32\.\d+\+slipway$/);
});

test('who may not is told so, in the words of Kubernetes', async (t) => {
  const { call } = await httpServer(t, { authorize: (_identity, { verb }) => ({ isAllowed: verb !== 'delete' }) });
  await call('POST', CMS, { body: configMap('a') });
  const refused = await call('DELETE', `${CMS}/a`);
  assert.equal(refused.code, 403);
  assert.equal(
    refused.json['message'],
    'configmaps "a" is forbidden: User "tester" cannot delete resource "configmaps" in API group "" in the namespace "default"',
  );
  const review = (attributes: object) =>
    call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body: { spec: { resourceAttributes: attributes } } });
  const allowed = await review({ verb: 'get', resource: 'pods' });
  assert.equal(allowed.code, 201);
  assert.deepEqual(allowed.json['status'], { allowed: true });
  assert.deepEqual((await review({ verb: 'delete', resource: 'pods' })).json['status'], { allowed: false });
  const who = await call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {} });
  assert.deepEqual(who.json['status'], { userInfo: { username: 'tester', groups: [] } });
  const rules = await call('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { body: { spec: { namespace: 'default' } } });
  assert.ok(!JSON.stringify(rules.json['status']).includes('"delete"'));
});

test('a list or watch of one name is allowed to whom a rule names the object, a deletion by it is not', async (t) => {
  const { call, watch, objectApi } = await httpServer(t, { authorize: (_identity, question) => ({ isAllowed: 'name' in question && question.name === 'mine' }) });
  for (const name of ['mine', 'other']) must(await objectApi.create(CONFIG_MAPS, 'default', configMap(name)));
  const mine = `${CMS}?fieldSelector=metadata.name%3Dmine`;
  const listed = await call('GET', mine);
  assert.deepEqual((listed.json['items'] as unknown as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name), ['mine']);
  assert.equal((await (await watch(`${mine}&watch=true`)).next())!.type, 'ADDED');
  const others = [CMS, `${CMS}?watch=true`, `${CMS}?fieldSelector=metadata.name!%3Dmine`, `${CMS}?fieldSelector=metadata.name%3Dother`, `${CMS}?labelSelector=metadata.name%3Dmine`];
  for (const path of others) assert.equal((await call('GET', path)).code, 403, path);
  assert.equal((await call('DELETE', mine)).code, 403);
});

test('an apply makes what is absent only for those who may create it', async (t) => {
  const { call, objectApi } = await httpServer(t, { authorize: (_identity, { verb }) => ({ isAllowed: verb === 'patch' }) });
  const apply = () => call('PATCH', `${CMS}/a?fieldManager=me`, { body: configMap('a', { x: '1' }), contentType: 'application/apply-patch+yaml' });
  const refused = await apply();
  assert.deepEqual([refused.code, String(refused.json['message']).includes('cannot create resource "configmaps"')], [403, true]);
  must(await objectApi.create(CONFIG_MAPS, 'default', configMap('a')));
  assert.equal((await apply()).code, 200);
});

test('kinds are data: one registered while running gets REST, watch, table, validation, discovery and OpenAPI', async (t) => {
  const { call, watch, register, objectApi } = await httpServer(t, { kinds: builtinKinds });
  const path = '/apis/test.slipway.dev/v1/namespaces/default/gadgets';
  assert.equal((await call('GET', path)).code, 404);
  register(gadgetKind);
  const events = await watch(`${path}?watch=1`);
  const gadget = (name: string, spec: object) => ({ apiVersion: 'test.slipway.dev/v1', kind: 'Gadget', metadata: { name }, spec });
  const created = await call('POST', path, { body: gadget('g', { size: 3 }) });
  assert.equal(created.code, 201);
  assert.deepEqual(created.json['spec'], { size: 3, color: 'green' });
  assert.equal((await events.next())!.object.kind, 'Gadget');
  const refused = await call('POST', path, { body: gadget('bad', { size: 0, color: 'blue' }) });
  assert.equal(refused.code, 422);
  assert.match(String(refused.json['message']), /^Gadget\.test\.slipway\.dev "bad" is invalid: \[spec\.size: .*, spec\.color: Unsupported value/);
  const table = await call('GET', path, { accept: TABLE });
  assert.deepEqual((table.json['rows'] as unknown as { cells: unknown[] }[])[0]!.cells, ['g', '3']);
  assert.equal(must(await objectApi.list(GADGETS, undefined, { fieldSelector: 'spec.color=green' })).items.length, 1);
  assert.equal((await call('PATCH', `${path}/g/status`, { body: { status: { phase: 'Ok' } }, contentType: 'application/merge-patch+json' })).code, 200);
  const resources = (await call('GET', '/apis/test.slipway.dev/v1')).json['resources'] as unknown as { name: string }[];
  assert.deepEqual(resources.map(({ name }) => name), ['gadgets', 'gadgets/status']);
  const index = (await call('GET', '/openapi/v3')).json['paths'] as unknown as Record<string, { serverRelativeURL: string }>;
  const document = await call('GET', index['apis/test.slipway.dev/v1']!.serverRelativeURL);
  assert.match(document.headers.get('cache-control') ?? '', /immutable/);
  assert.ok(document.text.includes('"dev.slipway.test.v1.Gadget"'));
});

test('OpenAPI v2 as old clients ask for it: protobuf, or JSON', async (t) => {
  const { call } = await httpServer(t);
  const json = await call('GET', '/openapi/v2');
  assert.equal(json.json['swagger'], '2.0');
  assert.ok('io.k8s.api.core.v1.Pod' in (json.json['definitions'] as unknown as object));
  const protobuf = await call('GET', '/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' });
  assert.equal(protobuf.code, 200);
  assert.equal(protobuf.headers.get('content-type'), 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  assert.match(protobuf.text, /^\n\x032\.0\x12/);
  assert.equal((await call('GET', '/openapi/v2', { accept: 'text/html' })).code, 406);
});

test('discovery in three dialects', async (t) => {
  const { call } = await httpServer(t);
  const aggregated = (version: string) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  for (const version of ['v2', 'v2beta1']) {
    const answer = await call('GET', '/api', { accept: `${aggregated(version)},application/json` });
    assert.equal(answer.headers.get('content-type'), aggregated(version));
    assert.equal(answer.json['apiVersion'], `apidiscovery.k8s.io/${version}`);
    const [core] = answer.json['items'] as unknown as { versions: { resources: { resource: string; verbs: string[]; subresources?: object[] }[] }[] }[];
    const pods = core!.versions[0]!.resources.find(({ resource }) => resource === 'pods')!;
    assert.ok(pods.verbs.includes('list') && pods.subresources!.length > 0);
  }
  const groups = await call('GET', '/apis', { accept: `${aggregated('v9')},application/json` });
  assert.equal(groups.json['kind'], 'APIGroupList');
  const names = (groups.json['groups'] as unknown as { name: string }[]).map(({ name }) => name);
  assert.deepEqual(names.toSorted(), names);
  assert.ok(['apps', 'authentication.k8s.io', 'authorization.k8s.io', 'batch'].every((name) => names.includes(name)));
  assert.deepEqual((await call('GET', '/api')).json['versions'], ['v1']);
  assert.equal((await call('GET', '/apis/coordination.k8s.io')).json['kind'], 'APIGroup');
  const resources = (await call('GET', '/api/v1')).json['resources'] as unknown as { name: string; singularName: string; kind: string }[];
  assert.ok(resources.some(({ name, kind }) => name === 'pods/binding' && kind === 'Binding'));
});

test('OpenAPI names each kind in a patch operation with fieldValidation, and every reference resolves', async (t) => {
  const { call } = await httpServer(t);
  const document = (await call('GET', '/openapi/v3/api/v1')).json;
  const paths = document['paths'] as unknown as Record<string, { patch?: { parameters: { name: string }[]; 'x-kubernetes-group-version-kind': object } }>;
  const { patch } = paths['/api/v1/namespaces/{namespace}/pods/{name}']!;
  assert.ok(patch!.parameters.some(({ name }) => name === 'fieldValidation'));
  assert.deepEqual(patch!['x-kubernetes-group-version-kind'], { group: '', version: 'v1', kind: 'Pod' });
  const { schemas } = document['components'] as unknown as { schemas: Record<string, unknown> };
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]!);
  assert.deepEqual(references.filter((name) => schemas[name] === undefined), []);
});

test('a client that goes away stops its watch', async (t) => {
  const { watch, store, objectApi } = await httpServer(t);
  await objectApi.create(CONFIG_MAPS, 'default', configMap('a'));
  const events = await watch(`${CMS}?watch=1`);
  await events.next();
  assert.equal(store.watchCount, 1);
  events.abort();
  await until('the watch to be closed', () => store.watchCount === 0);
});

test('a watcher that does not read costs nothing, and is told to list again when history is gone', async (t) => {
  const { listening, objectApi, store } = await httpServer(t);
  const port = Number(new URL(listening.origin).port);
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(`GET ${CMS}?watch=true HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await until('the watch', () => store.watchCount === 1);
  socket.pause();
  // More than sockets hold, and more than the store keeps in memory.
  const data = { text: 'x'.repeat(500_000) };
  for (let index = 0; index < 60; index++) must(await objectApi.create(CONFIG_MAPS, 'default', configMap(`big-${index}`, data)));
  await store.compact(store.revision);
  let tail = '';
  let isEnded = false;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-2_000);
    isEnded ||= tail.endsWith('0\r\n\r\n');
  });
  socket.resume();
  await until('the end of the stream', () => isEnded, { timeoutMs: 60_000 });
  assert.match(tail, /{"type":"ERROR","object":{.*"reason":"Expired".*"code":410}}\n\r\n0\r\n\r\n$/s);
  assert.equal(store.watchCount, 0);
});
