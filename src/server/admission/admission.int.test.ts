// What admission adds to Pods and refuses of them, on a real server. Objects of kinds that are not the point are put into the store.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { CLAIMS, itemsAt, SERVICE_ACCOUNTS, STEP_ANNOTATION } from '../../api/mod.ts';
import { httpServer } from '../testing/http-client.ts';
import { CONFIG_MAPS, must, NAMESPACES, pod, PODS, refusal, testServer, type TestServerOptions } from '../testing/test-server.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

function serverWith(context: TestContext, options: TestServerOptions = {}) {
  const server = testServer(context, options);
  const put = (key: string, object: Partial<KubeObject>) => {
    const [name = '', namespace] = key.split('/').toReversed().slice(0, -1);
    return server.store.write((writer) => writer.put(key, { apiVersion: 'v1', kind: 'Test', metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...object }));
  };
  const create = (name: string, spec: JsonObject = {}) => server.objectApi.create(PODS, 'a', pod(name, spec));
  return { ...server, put, create };
}

function container(resources: JsonObject, name = 'main'): JsonObject {
  return { name, image: 'python:3.12', command: ['true'], resources };
}

test('a Pod gets a token of its account, and the account’s pull secrets', async (t) => {
  const { objectApi, create } = serverWith(t);
  must(await objectApi.create(SERVICE_ACCOUNTS, 'a', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' }, imagePullSecrets: [{ name: 'registry' }] }));
  const { spec = {} } = must(await create('p', { initContainers: [container({}, 'init')] }));
  const [volume] = itemsAt(spec, 'volumes') as readonly { name: string; projected: { sources: object[] } }[];
  assert.match(volume!.name, /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  assert.deepEqual(volume!.projected.sources.map((source) => Object.keys(source)[0]), ['serviceAccountToken', 'configMap', 'downwardAPI']);
  const mount = { name: volume!.name, readOnly: true, mountPath: TOKEN_PATH };
  for (const list of ['containers', 'initContainers']) assert.deepEqual(itemsAt(spec, list, 0, 'volumeMounts'), [mount]);
  assert.deepEqual(spec['imagePullSecrets'], [{ name: 'registry' }]);
});

test('no token for who wants none, nor over a mount of the Pod’s own', async (t) => {
  const { objectApi, create } = serverWith(t);
  const without = must(await create('p', { automountServiceAccountToken: false }));
  assert.deepEqual(itemsAt(without, 'spec', 'volumes'), []);
  const own = { volumes: [{ name: 'own', emptyDir: {} }], containers: [{ ...container({}), volumeMounts: [{ name: 'own', mountPath: TOKEN_PATH }] }] };
  assert.equal(itemsAt(must(await create('q', own)), 'spec', 'volumes').length, 1);
  must(await objectApi.create(SERVICE_ACCOUNTS, 'a', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'quiet' }, automountServiceAccountToken: false }));
  assert.deepEqual(itemsAt(must(await create('r', { serviceAccountName: 'quiet' })), 'spec', 'volumes'), []);
});

test('an unknown account is made in single-user mode, and refused otherwise', async (t) => {
  const first = serverWith(t);
  must(await first.create('p', { serviceAccountName: 'pipeline-runner' }));
  must(await first.objectApi.get({ type: SERVICE_ACCOUNTS, namespace: 'a', name: 'pipeline-runner' }));
  const second = serverWith(t, { isAutoNamespace: false });
  must(await second.objectApi.create(NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }));
  const status = refusal(await second.create('p', { serviceAccountName: 'nobody' }));
  assert.deepEqual([status.code, status.message], [403, 'pods "p" is forbidden: error looking up service account a/nobody: serviceaccount "nobody" not found']);
});

test('a namespace has its account and certificates from its first moment', async (t) => {
  const { objectApi } = serverWith(t, { rootCertificates: 'PEM' });
  must(await objectApi.create(CONFIG_MAPS, 'new', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }));
  must(await objectApi.create(NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'asked-for' } }));
  for (const namespace of ['new', 'asked-for']) {
    must(await objectApi.get({ type: SERVICE_ACCOUNTS, namespace, name: 'default' }));
    assert.deepEqual(must(await objectApi.get({ type: CONFIG_MAPS, namespace, name: 'kube-root-ca.crt' }))['data'], { 'ca.crt': 'PEM' });
  }
});

test('whoever writes a Pod back without its priority and tolerations leaves them as they are', async (t) => {
  const { objectApi, create } = serverWith(t);
  const made = must(await create('p'));
  const { priority: _priority, preemptionPolicy: _policy, tolerations: _tolerations, ...spec } = made.spec!;
  const written = must(await objectApi.update({ type: PODS, namespace: 'a', name: 'p' }, { ...made, metadata: { ...made.metadata, labels: { a: 'b' } }, spec }));
  assert.deepEqual(written.spec, made.spec);
  const patched = must(await objectApi.patch({ type: PODS, namespace: 'a', name: 'p' }, 'merge', { spec: { tolerations: [{ key: 'k', operator: 'Exists' }, ...itemsAt(made, 'spec', 'tolerations')] } }));
  assert.equal(itemsAt(patched, 'spec', 'tolerations').length, 3);
});

test('one class at most is that of Pods without a class', async (t) => {
  const { objectApi } = serverWith(t);
  const type = { group: 'scheduling.k8s.io', version: 'v1', resource: 'priorityclasses' };
  const priorityClass = (name: string, globalDefault: boolean) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value: 1, globalDefault });
  const first = must(await objectApi.create(type, undefined, priorityClass('first', true)));
  must(await objectApi.update({ type, name: 'first' }, { ...first, description: 'the same' }));
  must(await objectApi.create(type, undefined, priorityClass('second', false)));
  assert.match(refusal(await objectApi.create(type, undefined, priorityClass('third', true))).message, /PriorityClass first is already marked as default/);
  assert.equal(refusal(await objectApi.patch({ type, name: 'second' }, 'merge', { globalDefault: true })).reason, 'Forbidden');
});

test('priority and tolerations', async (t) => {
  const { create, put } = serverWith(t);
  const { spec = {} } = must(await create('p'));
  assert.deepEqual([spec['priority'], spec['preemptionPolicy']], [0, 'PreemptLowerPriority']);
  assert.deepEqual(itemsAt(spec, 'tolerations').map((toleration) => (toleration as JsonObject)['key']), ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);
  await put('priorityclasses.scheduling.k8s.io/high', { value: 7, preemptionPolicy: 'Never' });
  await put('priorityclasses.scheduling.k8s.io/usual', { value: 3, globalDefault: true });
  assert.deepEqual([must(await create('q', { priorityClassName: 'high' })).spec!['priority'], must(await create('r')).spec!['priorityClassName']], [7, 'usual']);
  assert.match(refusal(await create('s', { priorityClassName: 'missing' })).message, /no PriorityClass with name missing was found$/);
  assert.match(refusal(await create('t', { priorityClassName: 'high', priority: 8 })).message, /must not be provided in pod spec; priority admission controller computed 7/);
  const everything = { tolerations: [{ operator: 'Exists' }] };
  assert.equal(itemsAt(must(await create('u', everything)), 'spec', 'tolerations').length, 1);
});

test('limit ranges: defaults with their annotation, bounds with their sentences', async (t) => {
  const { create, put } = serverWith(t);
  await put('limitranges/a/range', {
    spec: {
      limits: [
        { type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m', memory: '64Mi' }, max: { cpu: '1' }, min: { memory: '32Mi' }, maxLimitRequestRatio: { cpu: '10' } },
        { type: 'Pod', max: { cpu: '1500m' } },
      ],
    },
  });
  const filled = must(await create('p', { containers: [container({})] }));
  assert.deepEqual((itemsAt(filled, 'spec', 'containers')[0] as JsonObject)['resources'], { limits: { cpu: '500m' }, requests: { cpu: '100m', memory: '64Mi' } });
  assert.equal(filled.metadata.annotations!['kubernetes.io/limit-ranger'], 'LimitRanger plugin set: cpu, memory request for container main; cpu limit for container main');
  assert.equal(filled.status!['qosClass'], 'Burstable');
  const sentence = async (...containers: readonly JsonObject[]) => refusal(await create('q', { containers })).message.replace('pods "q" is forbidden: ', '');
  assert.equal(await sentence(container({ limits: { cpu: '2' }, requests: { cpu: '1' } })), '[maximum cpu usage per Container is 1, but limit is 2, maximum cpu usage per Pod is 1500m, but limit is 2]');
  assert.equal(await sentence(container({ requests: { memory: '16Mi' } })), 'minimum memory usage per Container is 32Mi, but request is 16Mi');
  assert.equal(await sentence(container({ limits: { cpu: '800m' }, requests: { cpu: '10m' } })), 'cpu max limit to request ratio per Container is 10, but provided ratio is 80.000000');
  const two = ['a', 'b'].map((name) => container({ limits: { cpu: '800m' }, requests: { cpu: '100m' } }, name));
  assert.equal(await sentence(...two), 'maximum cpu usage per Pod is 1500m, but limit is 1600m');
  must(await create('with-overhead', { containers: [container({ limits: { cpu: '1' }, requests: { cpu: '1' } })], overhead: { cpu: '600m' } }));
});

test('a running Pod is resized within the limit ranges; what it had before they came it keeps', async (t) => {
  const { create, put, objectApi } = serverWith(t);
  const asked = { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } };
  must(await create('p', { containers: [container(asked), container(asked, 'beside')] }));
  await put('limitranges/a/range', { spec: { limits: [{ type: 'Container', max: { cpu: '1', memory: '512Mi' } }] } });
  const resize = (limits: JsonObject, requests: JsonObject = {}) =>
    objectApi.patch({ type: PODS, namespace: 'a', name: 'p' }, 'strategic', { spec: { containers: [{ name: 'main', resources: { limits, requests } }] } }, { subresource: 'resize' });
  assert.equal(refusal(await resize({ memory: '2Gi' })).message, 'pods "p" is forbidden: maximum memory usage per Container is 512Mi, but limit is 2Gi');
  must(await resize({ cpu: '1' }));
  assert.match(refusal(await resize({ cpu: '1500m' })).message, /maximum cpu usage per Container is 1, but limit is 1500m/);
});

test('a claim without a class gets the default one, within the limits of the namespace', async (t) => {
  const { objectApi, put } = serverWith(t);
  await put('storageclasses.storage.k8s.io/fast', { metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, allowVolumeExpansion: true });
  await put('limitranges/a/range', { spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }] } });
  const claim = (name: string, storage: string, spec: object = {}) =>
    objectApi.create(CLAIMS, 'a', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec } });
  assert.equal(must(await claim('c', '1Gi')).spec!['storageClassName'], 'fast');
  assert.equal(must(await claim('d', '1Gi', { storageClassName: '' })).spec!['storageClassName'], '');
  const exceeded = /maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi/;
  assert.match(refusal(await claim('e', '2Gi')).message, exceeded);
  const ref = { type: CLAIMS, namespace: 'a', name: 'c' };
  must(await objectApi.patch(ref, 'merge', { status: { phase: 'Bound' } }, { subresource: 'status' }));
  const grow = () => objectApi.patch(ref, 'merge', { spec: { resources: { requests: { storage: '2Gi' } } } });
  assert.match(refusal(await grow()).message, exceeded);
  await put('limitranges/a/range', { spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '512Mi' } }] } });
  must(await objectApi.patch(ref, 'merge', { metadata: { labels: { a: 'b' } } }));
});

test('only Slipway itself writes step documents', async (t) => {
  const { objectApi, controllerApi } = serverWith(t);
  const step = { ...pod('p'), metadata: { name: 'p', annotations: { [STEP_ANNOTATION]: '{}' } } };
  assert.match(refusal(await controllerApi.create(PODS, 'a', step)).message, /the annotation slipway.dev\/step is Slipway's own/);
  must(await objectApi.create(PODS, 'a', step));
  const ref = { type: PODS, namespace: 'a', name: 'p' };
  must(await controllerApi.patch(ref, 'merge', { metadata: { labels: { x: 'y' } } }));
  assert.equal(refusal(await controllerApi.patch(ref, 'merge', { metadata: { annotations: { [STEP_ANNOTATION]: '{"taskRootUri":"x"}' } } })).code, 403);
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p', annotations: { [STEP_ANNOTATION]: '{"taskRootUri":"x"}' } }, target: { name: 'n' } };
  assert.equal(refusal(await controllerApi.create(PODS, 'a', binding, { subresource: 'binding' })).code, 403);
});

test('a Secret for a token is filled, and its token is the account’s for as long as the Secret is there', async (t) => {
  const { call } = await httpServer(t, { hasServiceAccountTokens: true, rootCertificates: 'PEM' });
  const path = '/api/v1/namespaces/a/secrets';
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', metadata: { name: 's', annotations: { 'kubernetes.io/service-account.name': 'robot' } } };
  assert.equal((await call('POST', path, { body: secret })).code, 403);
  await call('POST', '/api/v1/namespaces/a/serviceaccounts', { body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } } });
  const data = (await call('POST', path, { body: secret })).json['data'] as unknown as Record<string, string>;
  const text = (key: string) => Buffer.from(data[key]!, 'base64').toString('utf8');
  assert.deepEqual([text('namespace'), text('ca.crt')], ['a', 'PEM']);
  const review = async () => (await call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token: text('token') } } })).json['status'] as unknown as { authenticated: boolean; user: { username?: string } };
  assert.equal((await review()).user.username, 'system:serviceaccount:a:robot');
  await call('DELETE', `${path}/s`);
  assert.equal((await review()).authenticated, false);
});

test('the namespaces that the rest relies on stay', async (t) => {
  const { objectApi } = serverWith(t);
  for (const name of ['default', 'kube-system']) {
    must(await objectApi.create(NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    assert.equal(refusal(await objectApi.delete({ type: NAMESPACES, name })).message, `namespaces "${name}" is forbidden: this namespace may not be deleted`);
  }
});

test('a binding to a role that is not there is told so', async (t) => {
  const { call } = await httpServer(t);
  const base = '/apis/rbac.authorization.k8s.io/v1/namespaces/a';
  await call('POST', `${base}/roles`, { body: { metadata: { name: 'none' }, rules: [] } });
  const bind = (kind: string, name: string) => call('POST', `${base}/rolebindings?dryRun=All`, { body: { metadata: { name: 'b' }, roleRef: { kind, name, apiGroup: 'rbac.authorization.k8s.io' } } });
  assert.equal((await bind('Role', 'none')).code, 201);
  const missing = await bind('Role', 'nosuch');
  assert.deepEqual([missing.code, missing.json['message'], missing.json['details']], [404, 'role.rbac.authorization.k8s.io "nosuch" not found', { name: 'nosuch', group: 'rbac.authorization.k8s.io', kind: 'role' }]);
});
