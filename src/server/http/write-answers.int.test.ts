import { test } from 'node:test';
import assert from 'node:assert/strict';
import { httpServer } from '../testing/http-client.ts';
import { configMap, must, pod, PODS } from '../testing/test-server.ts';
import { bodyBytesOf } from './write-answers.ts';

const CMS = '/api/v1/namespaces/default/configmaps';

test('a body in chunks is made as any other, and counts as large', async (t) => {
  const { listening } = await httpServer(t);
  const text = JSON.stringify(configMap('a', { x: 'y' }));
  const body = new ReadableStream({
    start(controller) {
      for (const part of [text.slice(0, 20), text.slice(20)]) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  const made = await fetch(listening.origin + CMS, { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as RequestInit);
  assert.equal(made.status, 201);
  assert.deepEqual([bodyBytesOf({ 'transfer-encoding': 'chunked' }), bodyBytesOf({ 'content-length': '7' }), bodyBytesOf({})], [Infinity, 7, 0]);
});

test('a dry run in words that nobody knows changes nothing', async (t) => {
  const { call } = await httpServer(t);
  const path = '/api/v1/namespaces/a/configmaps';
  for (const query of ['dryRun=', 'dryRun=&dryRun=All', 'dryRun=All&dryRun=None', 'dryRun=all']) {
    assert.equal((await call('POST', `${path}?${query}`, { body: configMap('c') })).code, 400, query);
    assert.equal((await call('DELETE', `${path}/c?${query}`)).code, 400, query);
  }
  assert.equal((await call('POST', `${path}?dryRun=All&dryRun=All`, { body: configMap('c') })).code, 201);
  assert.equal((await call('GET', `${path}/c`)).code, 404);
});

test('warnings come with bodies that are actions, and with refusals', async (t) => {
  const { call } = await httpServer(t);
  const path = '/api/v1/namespaces/a/pods';
  await call('POST', path, { body: pod('p') });
  const binding = await call('POST', `${path}/p/binding`, { body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { name: 'n' }, colour: 'red' } });
  assert.deepEqual([binding.code, binding.headers.get('warning')], [201, '299 - "unknown field \\"colour\\""']);
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' }, haste: true };
  const evicted = await call('POST', `${path}/p/eviction`, { body: eviction });
  assert.deepEqual([evicted.code, evicted.headers.get('warning')], [201, '299 - "unknown field \\"haste\\""']);
  const absent = await call('POST', `${path}/nobody/eviction`, { body: { ...eviction, metadata: { name: 'nobody' } } });
  assert.deepEqual([absent.code, absent.headers.get('warning')], [404, '299 - "unknown field \\"haste\\""']);
  const invalid = await call('POST', CMS, { body: { ...configMap('No Name'), dta: {} } });
  assert.deepEqual([invalid.code, invalid.headers.get('warning')], [422, '299 - "unknown field \\"dta\\""']);
});

test('an object in the place of DeleteOptions deletes nothing', async (t) => {
  const { call } = await httpServer(t);
  await call('POST', CMS, { body: configMap('kept') });
  for (const path of [`${CMS}/kept`, CMS]) {
    const refused = await call('DELETE', path, { body: configMap('kept') });
    assert.deepEqual([refused.code, refused.json['message']], [400, 'the body of a delete request must be DeleteOptions, not ConfigMap'], path);
  }
  assert.equal((await call('DELETE', `${CMS}/kept`, { body: { kind: 'DeleteOptions', apiVersion: 'policy/v1' } })).code, 200);
});

test('a Binding by itself names its Pod', async (t) => {
  const { call, objectApi } = await httpServer(t);
  must(await objectApi.create(PODS, 'a', pod('p')));
  const bind = (name: string, metadata: object = {}) => call('POST', '/api/v1/namespaces/a/bindings', { body: { metadata: { name, ...metadata }, target: { apiVersion: 'v1', kind: 'Node', name: 'n' } } });
  assert.deepEqual([(await bind('nobody')).code, (await bind('')).code, (await bind('p', { uid: 'another' })).code], [404, 400, 409]);
  assert.equal((await bind('p', { namespace: 'b' })).code, 400);
  const { code, json } = await bind('p', { labels: { zone: 'z' } });
  assert.deepEqual([code, json['code']], [201, 201]);
  const bound = must(await objectApi.get({ type: PODS, namespace: 'a', name: 'p' }));
  assert.deepEqual([bound.spec?.['nodeName'], bound.metadata.labels?.['zone']], ['n', 'z']);
  assert.equal((await bind('p')).code, 409);
  assert.equal((await call('GET', '/api/v1/namespaces/a/bindings')).code, 405);
  const { resources } = (await call('GET', '/api/v1')).json as unknown as { resources: { name: string; verbs: string[] }[] };
  assert.deepEqual(resources.find(({ name }) => name === 'bindings')?.verbs, ['create']);
});
