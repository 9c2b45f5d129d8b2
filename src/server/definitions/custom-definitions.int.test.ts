import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { httpServer } from '../testing/http-client.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const SCHEMA = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: { size: { type: 'integer', minimum: 1 }, color: { type: 'string', default: 'green' } },
      'x-kubernetes-validations': [{ rule: 'self.size < 100', message: 'too large' }, { rule: '!has(oldSelf.color) || self.color == oldSelf.color', message: 'paint stays' }],
    },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
};

function definition(plural: string, changes: { kind?: string; versions?: object[]; names?: object } = {}): JsonObject {
  const kind = changes.kind ?? 'Widget';
  const versions = changes.versions ?? [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA }, subresources: { status: {} } }];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.test.example` },
    spec: { group: 'test.example', scope: 'Namespaced', names: { plural, kind, ...changes.names }, versions },
  } as unknown as JsonObject;
}

const widget = (name: string, spec: object, metadata: object = {}) => ({ apiVersion: 'test.example/v1', kind: 'Widget', metadata: { name, ...metadata }, spec });
const WIDGETS = '/apis/test.example/v1/namespaces/default/widgets';

test('what is defined is served when the answer comes: discovery, REST, table, OpenAPI', async (t) => {
  const { call } = await httpServer(t);
  assert.equal((await call('GET', WIDGETS)).code, 404);
  assert.equal((await call('POST', CRDS, { body: definition('widgets', { names: { shortNames: ['wd'], listKind: 'WidgetPile' } }) })).code, 201);
  const created = await call('POST', WIDGETS, { body: widget('a', { size: 1, unknown: true }) });
  assert.equal(created.code, 201);
  assert.deepEqual(created.json['spec'], { size: 1, color: 'green' }, 'pruned and defaulted');
  assert.match(created.headers.get('warning') ?? '', /unknown field \\"spec.unknown\\"/);
  const resources = (await call('GET', '/apis/test.example/v1')).json['resources'] as unknown as { name: string; shortNames?: string[] }[];
  assert.deepEqual(resources.map(({ name }) => name), ['widgets', 'widgets/status']);
  assert.deepEqual(resources[0]!.shortNames, ['wd']);
  assert.equal((await call('GET', WIDGETS)).json['kind'], 'WidgetPile');
  const document = (await call('GET', '/openapi/v3/apis/test.example/v1')).text;
  assert.match(document, /"example.test.v1.Widget"/);
  const table = await call('GET', WIDGETS, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  assert.deepEqual((table.json['rows'] as unknown as { cells: unknown[] }[])[0]!.cells[0], 'a');
});

test('rules, transitions and types refuse with upstream’s sentences', async (t) => {
  const { call } = await httpServer(t);
  await call('POST', CRDS, { body: definition('widgets') });
  const message = async (spec: object) => (await call('POST', WIDGETS, { body: widget('a', spec) })).json['message'] as unknown as string;
  assert.equal(await message({ size: 200 }), 'Widget.test.example "a" is invalid: spec: Invalid value: too large');
  assert.match(await message({ size: 'x' }), /spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"/);
  assert.match(await message({}), /spec.size: Required value/);
  await call('POST', WIDGETS, { body: widget('a', { size: 1 }) });
  const painted = await call('PATCH', `${WIDGETS}/a`, { body: { spec: { color: 'red' } }, contentType: 'application/merge-patch+json' });
  assert.match(painted.json['message'] as unknown as string, /paint stays/);
  assert.equal((await call('PATCH', `${WIDGETS}/a`, { body: {}, contentType: 'application/strategic-merge-patch+json' })).code, 415);
  assert.equal((await call('POST', WIDGETS, { body: {}, contentType: 'application/vnd.kubernetes.protobuf' })).code, 415);
});

test('each version shows the object in its own way; the stored one is the storage version; deprecation is said', async (t) => {
  const { call, store } = await httpServer(t);
  const old = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } };
  const versions = [
    { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } },
    { name: 'v1beta1', served: true, storage: false, deprecated: true, schema: { openAPIV3Schema: old } },
  ];
  assert.equal((await call('POST', CRDS, { body: definition('widgets', { versions }) })).code, 201);
  const beta = WIDGETS.replace('/v1/', '/v1beta1/');
  const created = await call('POST', beta, { body: { ...widget('a', { size: 3 }), apiVersion: 'test.example/v1beta1' } });
  assert.equal(created.code, 201);
  assert.equal(created.headers.get('warning'), '299 - "test.example/v1beta1 Widget is deprecated; use test.example/v1 Widget"');
  assert.deepEqual([created.json['apiVersion'], created.json['spec']], ['test.example/v1beta1', { size: 3 }]);
  assert.equal(store.get('widgets.test.example/default/a')!.object['apiVersion'], 'test.example/v1');
  const stable = await call('GET', `${WIDGETS}/a`);
  assert.deepEqual([stable.json['apiVersion'], stable.json['spec']], ['test.example/v1', { size: 3, color: 'green' }], 'defaults of the version on read');
  const listed = (await call('GET', beta)).json['items'] as unknown as KubeObject[];
  assert.deepEqual(listed.map((item) => item.spec), [{ size: 3 }]);
});

test('a definition that changes is heard at once; names that are taken are refused; storedVersions are kept', async (t) => {
  const { call } = await httpServer(t);
  await call('POST', CRDS, { body: definition('widgets') });
  const rival = await call('POST', CRDS, { body: definition('gizmos') });
  const conditions = (rival.json['status'] as unknown as { conditions: { type: string; status: string; reason: string }[] }).conditions;
  assert.deepEqual(conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`), ['NamesAccepted False ListKindConflict', 'Established False NotAccepted']);
  assert.equal((await call('GET', WIDGETS.replace('widgets', 'gizmos'))).code, 404);
  await call('DELETE', `${CRDS}/widgets.test.example`);
  await until('the names to be free', async () => (await call('GET', WIDGETS.replace('widgets', 'gizmos'))).code === 200);
  const patched = await call('PATCH', `${CRDS}/gizmos.test.example`, { body: { spec: { versions: [{ name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } }] } }, contentType: 'application/merge-patch+json' });
  assert.match(patched.json['message'] as unknown as string, /v1 was previously a storage version/);
});

test('deleting a definition deletes its objects, and waits for those that finalizers hold', async (t) => {
  const { call } = await httpServer(t);
  await call('POST', CRDS, { body: definition('widgets') });
  await call('POST', WIDGETS, { body: widget('free', { size: 1 }) });
  await call('POST', WIDGETS, { body: widget('held', { size: 1 }, { finalizers: ['test.example/hold'] }) });
  const deleted = await call('DELETE', `${CRDS}/widgets.test.example`);
  assert.deepEqual((deleted.json['metadata'] as unknown as { finalizers: string[] }).finalizers, ['customresourcecleanup.apiextensions.k8s.io']);
  await until('the free one to be gone', async () => (await call('GET', `${WIDGETS}/free`)).code === 404);
  assert.equal((await call('GET', `${CRDS}/widgets.test.example`)).code, 200);
  const late = await call('POST', WIDGETS, { body: widget('late', { size: 1 }) });
  assert.deepEqual([late.code, late.json['message']], [405, 'create not allowed while custom resource definition is terminating']);
  const applied = await call('PATCH', `${WIDGETS}/late?fieldManager=me`, { body: widget('late', { size: 1 }), contentType: 'application/apply-patch+yaml' });
  assert.equal(applied.code, 405, 'an apply that would make it');
  await call('PATCH', `${WIDGETS}/held`, { body: { metadata: { finalizers: null } }, contentType: 'application/merge-patch+json' });
  await until('the definition to be gone', async () => (await call('GET', `${CRDS}/widgets.test.example`)).code === 404);
  assert.equal((await call('GET', WIDGETS)).code, 404);
});

test('a definition that serves no version any more takes its objects with it, too', async (t) => {
  const { call } = await httpServer(t);
  const ref = `${CRDS}/widgets.test.example`;
  await call('POST', CRDS, { body: definition('widgets') });
  await call('POST', WIDGETS, { body: widget('a', { size: 1 }) });
  const versions = [{ name: 'v1', served: false, storage: true, schema: { openAPIV3Schema: SCHEMA } }];
  assert.equal((await call('PATCH', ref, { body: { spec: { versions } }, contentType: 'application/merge-patch+json' })).code, 200);
  assert.equal((await call('GET', WIDGETS)).code, 404);
  await call('DELETE', ref);
  await until('the definition to be gone', async () => (await call('GET', ref)).code === 404);
  await call('POST', CRDS, { body: definition('widgets') });
  assert.deepEqual((await call('GET', WIDGETS)).json['items'], []);
});

test('a definition that is none is refused, field by field', async (t) => {
  const { call } = await httpServer(t);
  const refused = async (schema: object) => {
    const answer = await call('POST', CRDS, { body: definition('widgets', { versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }] }) });
    assert.equal(answer.code, 422);
    return answer.json['message'] as unknown as string;
  };
  assert.match(await refused({ type: 'object', properties: { a: {} } }), /spec.validation.openAPIV3Schema.properties\[a\].type: Required value: must not be empty for specified object fields/);
  const loop = { type: 'object', properties: { l: { type: 'array', items: { type: 'array', items: { type: 'string' } }, 'x-kubernetes-validations': [{ rule: 'self.all(x, self.all(y, x == y))' }] } } };
  assert.match(await refused(loop), /estimated rule cost exceeds budget by factor of more than 100x/);
  assert.match(await refused({ type: 'object', properties: { a: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self.b > 1' }] } } }), /does not support field selection/);
  // Below `items` and `additionalProperties` types are checked as above them.
  const below = (items: unknown, additionalProperties: unknown = true) => ({ type: 'object', properties: { l: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], items }, m: { type: 'object', additionalProperties } } });
  const item = { type: 'object', properties: { k: { type: 'string' } } };
  assert.match(await refused(below({ ...item, required: { k: true } })), /properties\[l\]\.items\.required: Invalid value: .*must be of type array/);
  assert.match(await refused(below([item])), /properties\[l\]\.items: Forbidden: items must be a schema object and not an array/);
  assert.match(await refused(below({ ...item, properties: { k: null } })), /properties\[l\]\.items\.properties\[k\]\.type: Required value: must not be empty for specified object fields/);
  assert.match(await refused(below({ type: 'array', items: null })), /properties\[l\]\.items\.items: Required value: must be specified/);
  assert.match(await refused(below({ ...item, allOf: [null] })), /properties\[l\]\.items\.allOf\[0\]: Invalid value: null: must be a schema/);
  assert.match(await refused(below('k')), /properties\[l\]\.items: Invalid value: "k": must be a schema/);
  assert.match(await refused(below({ ...item, required: ['k'] }, { type: 'array', items: { type: 'string', enum: 'x' } })), /properties\[m\]\.additionalProperties\.items\.enum: .*must be of type array/);
});

test('a null in a schema leaves the member out, also below items', async (t) => {
  const { call } = await httpServer(t);
  const item = { type: 'object', description: null, required: null, properties: { k: { type: 'string', pattern: null, default: null, enum: ['a', 'b'] }, n: { type: 'array', items: { type: 'string', maxLength: null } } } };
  const schema = { type: 'object', title: null, properties: { spec: { type: 'object', properties: { l: { type: 'array', items: item }, m: { type: 'object', additionalProperties: item } } } } };
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
  const created = await call('POST', CRDS, { body: definition('widgets', { versions }) });
  assert.equal(created.code, 201, created.text);
  assert.doesNotMatch(JSON.stringify(created.json['spec']), /null/);
  assert.equal((await call('POST', WIDGETS, { body: widget('a', { l: [{ k: 'a', n: ['x'] }], m: { x: { k: 'b' } } }) })).code, 201);
  assert.equal((await call('POST', WIDGETS, { body: widget('b', { l: [{ k: 'c' }] }) })).code, 422);
});
