import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { envReferences, expand, podField, resolveEnv, type ReferencedObjects } from './pod-env.ts';
import { podSpecOf } from './pod-spec.ts';
import { tokenKey } from './pod-tokens.ts';
import { filesOf, volumeReferences } from './volume-files.ts';

function podWith(container: JsonObject, metadata: JsonObject = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u', ...metadata }, spec: { serviceAccountName: 'sa', containers: [{ name: 'main', image: 'x', ...container }] } };
}

function resolve(container: JsonObject, objects: ReferencedObjects = new Map(), before: Readonly<Record<string, string>> = {}) {
  const pod = podWith(container);
  return resolveEnv({ pod, objects, allocatable: {}, before }, podSpecOf(pod).containers[0]!);
}

const CONFIG: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'n' }, data: { key: 'value', deep: 'more' } };
const SECRET: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'n' }, data: { token: Buffer.from('hüsch').toString('base64') } };
const OBJECTS: ReferencedObjects = new Map([['configmaps/c', CONFIG], ['secrets/s', SECRET]]);

test('variables are expanded as the kubelet does', () => {
  const env = { A: '1', 'B.C': '2' };
  assert.equal(expand('$(A)-$(B.C)-$(UNKNOWN)-$A-$$(A)-$$$(A)-$', env), '1-2-$(UNKNOWN)-$A-$(A)-$1-$');
});

test('expansion of a text without dollars changes nothing, and never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const expanded = expand(text, { A: 'x' });
    assert.equal(text.includes('$') || expanded === text, true);
  }));
});

test('later variables may use earlier ones, not the other way round', () => {
  const outcome = resolve({ env: [{ name: 'A', value: '$(B)' }, { name: 'B', value: 'b' }, { name: 'C', value: '$(B)$(A)' }] });
  assert.deepEqual(outcome, { kind: 'resolved', env: { A: '$(B)', B: 'b', C: 'b$(B)' } });
});

test('values may refer to variables that the container has without asking, and replace them', () => {
  const container = { env: [{ name: 'URL', value: 'http://$(WEB_SERVICE_HOST):$(PORT)' }, { name: 'PORT', value: '81' }] };
  const outcome = resolve(container, new Map(), { WEB_SERVICE_HOST: '10.96.0.7', PORT: '80' });
  assert.deepEqual(outcome, { kind: 'resolved', env: { WEB_SERVICE_HOST: '10.96.0.7', PORT: '81', URL: 'http://10.96.0.7:80' } });
});

test('any name of a variable is expanded, and nothing that is none', () => {
  assert.equal(expand('$(1ST) $(with space) $(constructor) $()', { '1ST': 'a', 'with space': 'b' }), 'a b $(constructor) $()');
  const startMs = performance.now();
  expand('$('.repeat(500_000), {});
  expand('$(a)'.repeat(200_000), {});
  assert.equal(expand('$(a$(b)) $(a $$ $(b', { b: 'B', 'a$(b': 'strange' }), 'strange) $(a $ $(b');
  assert.ok(performance.now() - startMs < 2_000, 'long texts take no longer for their length');
});

test('envFrom comes first; secrets are decoded', () => {
  const container = { envFrom: [{ configMapRef: { name: 'c' } }, { prefix: 'S_', secretRef: { name: 's' } }], env: [{ name: 'key', value: 'own $(deep)' }] };
  assert.deepEqual(resolve(container, OBJECTS), { kind: 'resolved', env: { key: 'own more', deep: 'more', S_token: 'hüsch' } });
  assert.deepEqual(envReferences(podSpecOf(podWith(container)).containers), [{ resource: 'configmaps', name: 'c' }, { resource: 'secrets', name: 's' }]);
});

test('what is missing is named', () => {
  const from = (valueFrom: JsonObject) => resolve({ env: [{ name: 'A', valueFrom }] }, OBJECTS);
  assert.deepEqual(from({ configMapKeyRef: { name: 'no', key: 'k' } }), { kind: 'missing', message: 'configmap "no" not found' });
  assert.deepEqual(from({ secretKeyRef: { name: 's', key: 'k' } }), { kind: 'missing', message: "couldn't find key k in secret n/s" });
  assert.deepEqual(from({ secretKeyRef: { name: 's', key: 'k', optional: true } }), { kind: 'resolved', env: {} });
  assert.deepEqual(resolve({ envFrom: [{ secretRef: { name: 'no' } }] }), { kind: 'missing', message: 'secret "no" not found' });
  assert.equal(from({ fileKeyRef: {} }).kind, 'missing');
});

test('fields of the Pod', () => {
  const pod = podWith({}, { labels: { app: 'x', 'a/b': 'y' }, annotations: { note: 'a "b"' } });
  assert.equal(podField(pod, 'metadata.uid'), 'u');
  assert.equal(podField(pod, "metadata.labels['a/b']"), 'y');
  assert.equal(podField(pod, "metadata.labels['none']"), '');
  assert.equal(podField(pod, 'metadata.annotations'), 'note="a \\"b\\""');
  assert.equal(podField(pod, 'spec.serviceAccountName'), 'sa');
});

test('files of projected volumes; later sources win; a path never leaves the volume', () => {
  const sources = [{ configMap: { name: 'c' } }, { secret: { name: 's', items: [{ key: 'token', path: 'key', mode: 0o400 }] } }, { serviceAccountToken: { path: 'token' } }];
  const volume = { name: 'v', projected: { defaultMode: 0o440, sources } };
  const FACTS = { pod: podWith({}), allocatable: {}, objects: OBJECTS, tokens: new Map([[tokenKey({}), 'signed']]) };
  const files = filesOf(FACTS, volume);
  assert.deepEqual([...files].map(([path, { bytes, mode }]) => [path, bytes.toString(), mode]), [['key', 'hüsch', 0o400], ['deep', 'more', 0o440], ['token', 'signed', 0o440]]);
  assert.deepEqual(volumeReferences([volume, { name: 'w', secret: { secretName: 't' } }]).map(({ name }) => name), ['c', 's', 't']);
  for (const path of ['../up', '..data', 'a//b', 'a/../../b', '']) {
    const hostile = { name: 'v', configMap: { name: 'c', items: [{ key: 'key', path }] } };
    assert.throws(() => filesOf(FACTS, hostile), { reason: 'VolumeNotReady', message: /leaves the volume/ });
  }
  const bundle = (optional: boolean) => ({ name: 'v', projected: { sources: [{ clusterTrustBundle: { name: 'roots', path: 'roots.pem', optional } }] } });
  assert.equal(filesOf(FACTS, bundle(true)).size, 0);
  assert.throws(() => filesOf(FACTS, bundle(false)), { reason: 'VolumeUnsupported', message: /clusterTrustBundle/ });
  assert.throws(() => filesOf(FACTS, { name: 'v', configMap: { name: 'c', items: [{ key: 'no', path: 'x' }] } }), { message: /references non-existent config key: no/ });
});
