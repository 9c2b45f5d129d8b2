import { test } from 'node:test';
import assert from 'node:assert/strict';
import { httpServer } from '../testing/http-client.ts';
import { configMap } from '../testing/test-server.ts';
import { readYaml } from '../yaml/read-yaml.ts';

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

test('answers are YAML for who likes it best: objects, lists, tables, refusals, discovery', async (t) => {
  const { call } = await httpServer(t);
  await call('POST', CMS, { body: configMap('a', { on: 'yes', script: 'a\nb\n' }) });
  const object = await call('GET', `${CMS}/a`, { accept: YAML });
  assert.equal(object.headers.get('content-type'), YAML);
  assert.match(object.text, /^apiVersion: v1\ndata:\n  "on": "yes"\n  script: \|\n    a\n    b\nkind: ConfigMap\nmetadata:\n/);
  assert.deepEqual(valueOf(object.text), (await call('GET', `${CMS}/a`)).json);
  for (const accept of [YAML, `${YAML};as=Table;v=v1;g=meta.k8s.io`, `${YAML};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io`]) {
    const list = await call('GET', CMS, { accept });
    assert.equal(list.headers.get('content-type'), YAML);
    assert.deepEqual(valueOf(list.text), (await call('GET', CMS, { accept: accept.replace(YAML, 'application/json') })).json);
  }
  assert.match((await call('GET', '/api/v1/namespaces/nowhere/configmaps', { accept: YAML })).text, /\nitems: \[\]\n$/);
  const missing = await call('GET', `${CMS}/b`, { accept: `text/html, ${YAML};q=0.9, */*;q=0.1` });
  assert.deepEqual([missing.code, (valueOf(missing.text) as { reason: string }).reason], [404, 'NotFound']);
  assert.match((await call('GET', '/apis', { accept: YAML })).text, /^apiVersion: v1\ngroups:\n- name: /);
  assert.match((await call('GET', '/api/v1', { accept: YAML })).text, /kind: APIResourceList/);
  const review = await call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {}, accept: YAML });
  assert.match(review.text, /username: tester/);
});

test('JSON is answered where it is liked as well, a watch in YAML is not', async (t) => {
  const { call } = await httpServer(t);
  assert.equal((await call('GET', CMS, { accept: `application/json, ${YAML}` })).headers.get('content-type'), 'application/json');
  assert.equal((await call('GET', CMS, { accept: `${YAML};q=0.5, application/json` })).headers.get('content-type'), 'application/json');
  assert.equal((await call('GET', CMS, { accept: `*/*, ${YAML}` })).headers.get('content-type'), YAML);
  const watch = await call('GET', `${CMS}?watch=true`, { accept: YAML });
  assert.equal(watch.code, 406);
});

function valueOf(text: string): unknown {
  const read = readYaml(text);
  return read.ok ? read.value : assert.fail(read.message);
}
