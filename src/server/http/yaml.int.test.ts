import { test } from 'node:test';
import assert from 'node:assert/strict';
import { httpServer } from '../testing/http-client.ts';

const CMS = '/api/v1/namespaces/default/configmaps';
const YAML = 'application/yaml';
const APPLY = 'application/apply-patch+yaml';

test('a body in YAML means what it means in a cluster', async (t) => {
  const { call } = await httpServer(t);
  const head = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n';
  const made = await call('POST', '/api/v1/namespaces/default/secrets', { body: `${head}immutable: yes\nstringData: {on: x}\n`, contentType: YAML });
  assert.equal(made.code, 201);
  assert.equal(made.json['immutable'], true);
  assert.deepEqual(Object.keys(made.json['data'] ?? {}), ['true']);
  const mode = { path: '/api/v1/namespaces/default/pods', body: 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: x}]\n  volumes:\n  - name: v\n    configMap: {name: a, defaultMode: 0444}\n' };
  const pod = await call('POST', mode.path, { body: mode.body, contentType: YAML });
  assert.match(JSON.stringify(pod.json), /"defaultMode":292/);
});

test('keys that stand twice: the last counts, Warn warns, Strict refuses', async (t) => {
  const { call } = await httpServer(t);
  const body = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  a: "1"\n  a: "2"\n`;
  const strict = await call('POST', `${CMS}?fieldValidation=Strict`, { body: body('a'), contentType: YAML });
  assert.equal(strict.code, 400);
  assert.match(String(strict.json['message']), /strict decoding error: line 6: key "a" already set in map/);
  const warned = await call('POST', CMS, { body: body('a'), contentType: YAML });
  assert.deepEqual([warned.code, warned.json['data']], [201, { a: '2' }]);
  assert.match(String(warned.headers.get('warning')), /line 6: key \\"a\\" already set in map/);
  const ignored = await call('POST', `${CMS}?fieldValidation=Ignore`, { body: body('b'), contentType: YAML });
  assert.deepEqual([ignored.code, ignored.headers.get('warning')], [201, null]);
  const applied = await call('PATCH', `${CMS}/c?fieldManager=me&fieldValidation=Strict`, { body: body('c'), contentType: APPLY });
  assert.equal(applied.code, 400);
});

test('an apply may be a map in braces that is no JSON', async (t) => {
  const { call } = await httpServer(t);
  const flow = await call('PATCH', `${CMS}/f?fieldManager=me`, { body: '{apiVersion: v1, kind: ConfigMap, metadata: {name: f}, data: {a: b}}', contentType: APPLY });
  assert.deepEqual([flow.code, flow.json['data']], [201, { a: 'b' }]);
  const broken = await call('PATCH', `${CMS}/f?fieldManager=me`, { body: '{"apiVersion": ', contentType: APPLY });
  assert.equal(broken.code, 400);
});

test('a large body in YAML is taken', async (t) => {
  const { call } = await httpServer(t);
  const lines = Array.from({ length: 8_000 }, (_, index) => `  k${index}: v${index}\n`);
  const made = await call('POST', CMS, { body: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata:\n${lines.join('')}`, contentType: YAML });
  assert.equal(made.code, 201);
  assert.equal(Object.keys(made.json['data'] ?? {}).length, 8_000);
});
