import { test } from 'node:test';
import assert from 'node:assert/strict';
import { configMap, CONFIG_MAPS, must, NAMESPACES, pod, PODS, refusal, testServer } from '../testing/test-server.ts';

test('a created object has identity, defaults and no status of the client', async (t) => {
  const { objectApi } = testServer(t);
  const wanted = { ...pod('p1'), status: { phase: 'Running' } };
  const created = must(await objectApi.create(PODS, 'default', wanted));
  assert.match(created.metadata.uid ?? '', /^[0-9a-f-]{36}$/);
  assert.match(created.metadata.creationTimestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(created.metadata.namespace, 'default');
  assert.equal(created.metadata.generation, 1);
  assert.equal(created.status?.['phase'], 'Pending');
  assert.equal(created.spec?.['restartPolicy'], 'Always');
  assert.ok(Object.isFrozen(created.spec));
  assert.equal(must(await objectApi.get({ type: PODS, namespace: 'default', name: 'p1' })), created, 'the stored object itself');
  assert.equal(wanted.metadata.namespace, undefined, 'the argument is not changed');
});

test('a name is taken once, also by two requests of one turn', async (t) => {
  const { objectApi } = testServer(t);
  const outcomes = await Promise.all([objectApi.create(PODS, 'default', pod('p1')), objectApi.create(PODS, 'default', pod('p1'))]);
  assert.ok(outcomes[0]!.ok);
  const status = refusal(outcomes[1]!);
  assert.equal(status.message, 'pods "p1" already exists');
  assert.equal(status.reason, 'AlreadyExists');
  assert.equal(status.code, 409);
  assert.deepEqual(status.details, { name: 'p1', kind: 'pods' });
});

test('generateName appends five letters, and another five when they are taken', async (t) => {
  const { objectApi } = testServer(t);
  const wanted = configMap('', {}, { name: undefined, generateName: 'run-' });
  const names = new Set<string>();
  for (let count = 0; count < 50; count++) names.add(must(await objectApi.create(CONFIG_MAPS, 'default', wanted)).metadata.name);
  assert.equal(names.size, 50);
  for (const name of names) assert.match(name, /^run-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  const long = must(await objectApi.create(CONFIG_MAPS, 'default', configMap('', {}, { name: undefined, generateName: 'x'.repeat(100) })));
  assert.equal(long.metadata.name.length, 63);
});

test('a name given besides a generateName is the name', async (t) => {
  const { objectApi } = testServer(t);
  const wanted = configMap('fixed', {}, { generateName: 'run-' });
  assert.equal(must(await objectApi.create(CONFIG_MAPS, 'default', wanted)).metadata.name, 'fixed');
  assert.equal(refusal(await objectApi.create(CONFIG_MAPS, 'default', wanted)).reason, 'AlreadyExists');
});

test('namespaces of request and body must agree', async (t) => {
  const { objectApi } = testServer(t);
  const status = refusal(await objectApi.create(CONFIG_MAPS, 'a', configMap('c', {}, { namespace: 'b' })));
  assert.equal(status.code, 400);
  assert.match(status.message, /the namespace of the provided object does not match/);
  assert.equal(must(await objectApi.create(CONFIG_MAPS, undefined, configMap('c', {}, { namespace: 'b' }))).metadata.namespace, 'b');
});

test('an absent namespace is made on first use in single-user mode, in the same commit', async (t) => {
  const { objectApi, store } = testServer(t, { isAutoNamespace: true });
  must(await objectApi.create(CONFIG_MAPS, 'kubeflow', configMap('c')));
  const namespace = must(await objectApi.get({ type: NAMESPACES, name: 'kubeflow' }));
  assert.deepEqual(namespace.spec, { finalizers: ['kubernetes'] });
  assert.equal(namespace.status?.['phase'], 'Active');
  assert.equal(store.revision, 2);
  const bad = refusal(await objectApi.create(CONFIG_MAPS, 'Bad_Name', configMap('c')));
  assert.equal(bad.code, 422);
  assert.equal(store.revision, 2, 'nothing was written');
});

test('otherwise an absent namespace is not found', async (t) => {
  const { objectApi } = testServer(t, { isAutoNamespace: false });
  const status = refusal(await objectApi.create(CONFIG_MAPS, 'x', configMap('c')));
  assert.equal(status.message, 'namespaces "x" not found');
  assert.equal(status.code, 404);
  assert.deepEqual(status.details, { name: 'x', kind: 'namespaces' });
});

test('nothing is created in a namespace that goes away', async (t) => {
  const { objectApi } = testServer(t);
  must(await objectApi.create(CONFIG_MAPS, 'x', configMap('c')));
  must(await objectApi.delete({ type: NAMESPACES, name: 'x' }));
  const status = refusal(await objectApi.create(CONFIG_MAPS, 'x', configMap('d')));
  assert.equal(status.code, 403);
  assert.match(status.message, /configmaps "d" is forbidden: unable to create new content in namespace x because it is being terminated/);
  assert.equal(status.details?.causes?.[0]?.reason, 'NamespaceTerminating');
});

test('an invalid object is refused with the fields', async (t) => {
  const { objectApi, store } = testServer(t);
  const status = refusal(await objectApi.create(PODS, 'default', pod('p1', { containers: [{ name: 'main' }] })));
  assert.equal(status.code, 422);
  assert.match(status.message, /^Pod "p1" is invalid: spec\.containers\[0\]\.image: Required value/);
  assert.equal(status.details?.causes?.[0]?.field, 'spec.containers[0].image');
  assert.equal(store.revision, 0);
});

test('wrong types and other kinds are refused before anything else', async (t) => {
  const { objectApi } = testServer(t);
  const types = refusal(await objectApi.create(PODS, 'default', pod('p1', { containers: 'none' })));
  assert.equal(types.code, 400);
  assert.match(types.message, /Pod in version "v1" cannot be handled as a Pod: spec\.containers: /);
  const kind = refusal(await objectApi.create(PODS, 'default', configMap('c')));
  assert.equal(kind.message, 'ConfigMap in version "v1" cannot be handled as a Pod');
  const version = refusal(await objectApi.create(PODS, 'default', { ...pod('p'), apiVersion: 'v2' }));
  assert.match(version.message, /the API version in the data \(v2\) does not match the expected API version \(v1\)/);
  const nothing = refusal(await objectApi.create(PODS, 'default', null as never));
  assert.equal(nothing.code, 400);
});

test('fieldValidation: Strict refuses, Warn warns, Ignore drops in silence', async (t) => {
  const { objectApi } = testServer(t);
  const wanted = (name: string) => pod(name, { foo: 1, containers: [{ name: 'main', image: 'i', bar: 2 }] });
  const strict = refusal(await objectApi.create(PODS, 'default', wanted('a'), { fieldValidation: 'Strict' }));
  assert.equal(
    strict.message,
    'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].bar", unknown field "spec.foo"',
  );
  const warnings: string[] = [];
  const warned = must(await objectApi.create(PODS, 'default', wanted('b'), { fieldValidation: 'Warn', onWarning: (text) => warnings.push(text) }));
  assert.deepEqual(warnings, ['unknown field "spec.containers[0].bar"', 'unknown field "spec.foo"']);
  assert.equal(warned.spec?.['foo'], undefined);
  must(await objectApi.create(PODS, 'default', wanted('c'), { fieldValidation: 'Ignore', onWarning: () => assert.fail('no warning') }));
});

test('a dry run answers as if, and writes nothing', async (t) => {
  const { objectApi, store } = testServer(t);
  const answered = must(await objectApi.create(PODS, 'new', pod('p1'), { dryRun: true }));
  assert.ok(answered.metadata.uid);
  assert.equal(answered.metadata.resourceVersion, undefined);
  assert.equal(store.revision, 0);
});

test('a resourceVersion on creation and an unknown resource are refused', async (t) => {
  const { objectApi } = testServer(t);
  assert.match(
    refusal(await objectApi.create(CONFIG_MAPS, 'default', configMap('c', {}, { resourceVersion: '5' }))).message,
    /resourceVersion should not be set on objects to be created/,
  );
  const status = refusal(await objectApi.list({ group: 'x', version: 'v1', resource: 'nothings' }, undefined));
  assert.equal(status.message, 'the server could not find the requested resource');
});

test('nulls count as absent', async (t) => {
  const { objectApi } = testServer(t);
  const wanted = pod('p1', { nodeName: null });
  const created = must(await objectApi.create(PODS, 'default', { ...wanted, metadata: { ...wanted.metadata, creationTimestamp: null as never } }));
  assert.equal(created.spec?.['nodeName'], undefined);
  assert.ok(created.metadata.creationTimestamp);
});
