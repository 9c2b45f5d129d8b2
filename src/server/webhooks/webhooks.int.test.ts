// Admission webhooks over real HTTPS servers.
import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import { SERVICES } from '../../api/mod.ts';
import type { JsonObject, KubeObject, Outcome, ResourceType } from '../../base/mod.ts';
import type { Authorizer } from '../authorization/authorization.ts';
import { httpServer } from '../testing/http-client.ts';
import { CONFIG_MAPS, configMap, must, NAMESPACES, pod, PODS, testServer, type TestServer } from '../testing/test-server.ts';
import { patchResponse, webhookServer, type WebhookAnswer, type WebhookServer } from '../testing/webhook-server.ts';

const CONFIGURATIONS = {
  mutating: { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'mutatingwebhookconfigurations' },
  validating: { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'validatingwebhookconfigurations' },
} as const satisfies Record<string, ResourceType>;
const RULE = { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };

type Sort = keyof typeof CONFIGURATIONS;

async function configure({ objectApi }: TestServer, sort: Sort, name: string, hook: WebhookServer, more: object = {}): Promise<void> {
  const webhook = { name: `${name}.test.example`, rules: [RULE], clientConfig: { url: hook.url, caBundle: hook.caBundle }, sideEffects: 'None', admissionReviewVersions: ['v1'], ...more };
  const kind = sort === 'mutating' ? 'MutatingWebhookConfiguration' : 'ValidatingWebhookConfiguration';
  must(await objectApi.create(CONFIGURATIONS[sort], undefined, { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, webhooks: [webhook] } as unknown as KubeObject));
}

async function serverWith(t: TestContext, sort: Sort, answer: WebhookAnswer, more: object = {}): Promise<{ server: TestServer; hook: WebhookServer; create: (name?: string) => Promise<Outcome<KubeObject>> }> {
  const server = testServer(t);
  const hook = await webhookServer(t, answer);
  await configure(server, sort, 'hook', hook, more);
  return { server, hook, create: (name = 'c') => server.objectApi.create(CONFIG_MAPS, 'default', configMap(name)) };
}

function refusal(outcome: Outcome<unknown>): { code: number; message: string; reason: string | undefined } {
  assert.ok(!outcome.ok, 'the write should have been refused');
  const { code, message, reason } = outcome.status;
  return { code, message, reason };
}

const addLabel = (name: string, value = 'yes') => patchResponse({ op: 'add', path: '/metadata/labels', value: { [name]: value } });
const allow = (): JsonObject => ({ allowed: true });

test('a validating webhook denies in the words of upstream, and nothing is written', async (t) => {
  const { server, hook, create } = await serverWith(t, 'validating', () => ({ allowed: false, status: { message: 'no pets here', code: 403, reason: 'Forbidden' } }));
  assert.deepEqual(refusal(await create()), { code: 403, message: 'admission webhook "hook.test.example" denied the request: no pets here', reason: 'Forbidden' });
  assert.equal((await server.objectApi.get({ type: CONFIG_MAPS, namespace: 'default', name: 'c' })).ok, false);
  const [{ operation, name, namespace, userInfo, kind, dryRun, oldObject, options }] = hook.asked as [JsonObject];
  assert.deepEqual({ operation, name, namespace, kind, dryRun, oldObject }, { operation: 'CREATE', name: 'c', namespace: 'default', kind: { group: '', version: 'v1', kind: 'ConfigMap' }, dryRun: false, oldObject: null });
  assert.equal((options as JsonObject)['kind'], 'CreateOptions');
  assert.equal(typeof (userInfo as JsonObject)['username'], 'string');
});

test('a denial without a word has code 400', async (t) => {
  const { create } = await serverWith(t, 'validating', () => ({ allowed: false, status: { code: 200 } }));
  assert.deepEqual(refusal(await create()), { code: 400, message: 'admission webhook "hook.test.example" denied the request without explanation', reason: undefined });
});

test('a mutating webhook changes what is created, updated, patched and applied; nobody owns what it adds', async (t) => {
  const { server, create } = await serverWith(t, 'mutating', ({ operation }) => addLabel('by', String(operation)));
  const { objectApi } = server;
  const ref = { type: CONFIG_MAPS, namespace: 'default', name: 'c' };
  const created = must(await create());
  assert.deepEqual(created.metadata.labels, { by: 'CREATE' });
  assert.doesNotMatch(JSON.stringify((created.metadata as unknown as JsonObject)['managedFields'] ?? ''), /f:by/);
  assert.deepEqual(must(await objectApi.update(ref, configMap('c', { a: '1' }))).metadata.labels, { by: 'UPDATE' });
  assert.deepEqual(must(await objectApi.patch(ref, 'merge', { data: { a: '2' } })).metadata.labels, { by: 'UPDATE' });
  const applied = configMap('d', { a: '1' }) as unknown as JsonObject;
  assert.deepEqual(must(await objectApi.patch({ ...ref, name: 'd' }, 'apply', applied, { fieldManager: 'm' })).metadata.labels, { by: 'CREATE' });
  assert.deepEqual(must(await objectApi.patch({ ...ref, name: 'd' }, 'apply', applied, { fieldManager: 'm' })).metadata.labels, { by: 'UPDATE' });
});

test('deletions are asked about, one by one and in collections', async (t) => {
  const { server, hook, create } = await serverWith(t, 'validating', ({ name }) => ({ allowed: name !== 'kept', status: { message: 'is kept' } }), { rules: [{ ...RULE, operations: ['DELETE'] }] });
  for (const name of ['a', 'kept', 'z']) must(await create(name));
  assert.equal(hook.asked.length, 0);
  assert.match(refusal(await server.objectApi.delete({ type: CONFIG_MAPS, namespace: 'default', name: 'kept' })).message, /denied the request: is kept/);
  must(await server.objectApi.delete({ type: CONFIG_MAPS, namespace: 'default', name: 'a' }));
  assert.deepEqual([hook.asked[0]!['object'], (hook.asked[0]!['oldObject'] as unknown as KubeObject).metadata.name], [null, 'kept']);
  assert.match(refusal(await server.objectApi.deleteCollection(CONFIG_MAPS, 'default')).message, /is kept/);
});

test('selectors, conditions and operations decide who is asked; configurations themselves never are', async (t) => {
  const server = testServer(t);
  const hook = await webhookServer(t, allow);
  const everything = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] };
  must(await server.objectApi.create(NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: { hooks: 'on' } } } as unknown as KubeObject));
  await configure(server, 'validating', 'all', hook, {
    rules: [everything],
    namespaceSelector: { matchLabels: { hooks: 'on' } },
    objectSelector: { matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] },
    matchConditions: [{ name: 'not-robots', expression: "!(request.userInfo.username.startsWith('robot')) && object.metadata.name != 'spared' && object.data.n != 'x'" }],
  });
  await configure(server, 'validating', 'another', hook, { rules: [{ ...everything, resources: ['validatingwebhookconfigurations'] }] });
  const createIn = (namespace: string, name: string, labels = {}) => server.objectApi.create(CONFIG_MAPS, namespace, configMap(name, { n: '1' }, { labels }));
  for (const name of ['asked', 'spared']) must(await createIn('team', name));
  must(await createIn('team', 'labelled', { skip: 'yes' }));
  must(await createIn('default', 'elsewhere'));
  assert.deepEqual(hook.asked.map(({ name }) => name), ['asked']);
});

test('a condition that fails refuses, or leaves the webhook out when failures are ignored; one that is no CEL is not stored', async (t) => {
  const matchConditions = [{ name: 'bad', expression: 'object.spec.absent == 1' }];
  const { server, hook, create } = await serverWith(t, 'validating', allow, { matchConditions });
  assert.deepEqual({ ...refusal(await create()), message: '' }, { code: 403, message: '', reason: 'Forbidden' });
  const lenient = await serverWith(t, 'validating', () => ({ allowed: false }), { matchConditions, failurePolicy: 'Ignore' });
  must(await lenient.create());
  await assert.rejects(configure(server, 'validating', 'none', hook, { matchConditions: [{ name: 'x', expression: 'object.' }] }), /matchConditions\[0\].expression/);
});

test('a condition may ask who may do what', async (t) => {
  const asked: unknown[] = [];
  const authorize: Authorizer = ({ user }, question) => (asked.push({ user, ...question }), { isAllowed: !('path' in question) && question.verb === 'breakglass' });
  const server = testServer(t, { authorize });
  const hook = await webhookServer(t, () => ({ allowed: false }));
  const condition = (expression: string) => ({ matchConditions: [{ name: 'who', expression }] });
  const create = (name: string) => server.objectApi.create(CONFIG_MAPS, 'default', configMap(name));
  await configure(server, 'validating', 'hook', hook, condition("!authorizer.group('admissionregistration.k8s.io').resource('validatingwebhookconfigurations').name('x').check('breakglass').allowed()"));
  must(await create('excepted'));
  await configure(server, 'validating', 'other', hook, condition("authorizer.requestResource.check('breakglass').allowed() && !authorizer.serviceAccount('a', 'b').path('/x').check('get').allowed()"));
  assert.match(refusal(await create('refused')).message, /denied the request/);
  assert.deepEqual(asked.slice(-2), [
    { user: 'system:slipway', verb: 'breakglass', group: '', version: '*', resource: 'configmaps', namespace: 'default', name: 'refused' },
    { user: 'system:serviceaccount:a:b', verb: 'get', path: '/x' },
  ]);
  await assert.rejects(configure(server, 'validating', 'none', hook, condition("authorizer.check('get').allowed()")), /matchConditions\[0\].expression/);
});

test('order by name, one reinvocation when a later webhook changed the object', async (t) => {
  const server = testServer(t);
  const order: string[] = [];
  const first = await webhookServer(t, () => (order.push('first'), allow()));
  const second = await webhookServer(t, () => (order.push('second'), addLabel('second')));
  await configure(server, 'mutating', 'b', second);
  await configure(server, 'mutating', 'a', first, { reinvocationPolicy: 'IfNeeded' });
  must(await server.objectApi.create(CONFIG_MAPS, 'default', configMap('c')));
  assert.deepEqual(order, ['first', 'second', 'first']);
  const { labels } = (first.asked[1]!['object'] as unknown as KubeObject).metadata;
  assert.deepEqual(labels, { second: 'yes' });
});

test('warnings arrive, a dry run says so and writes nothing', async (t) => {
  const { server, hook } = await serverWith(t, 'validating', () => ({ allowed: true, warnings: ['soon gone'], auditAnnotations: { why: 'test' } }));
  const warnings: string[] = [];
  must(await server.objectApi.create(CONFIG_MAPS, 'default', configMap('c'), { dryRun: true, onWarning: (text) => warnings.push(text) }));
  assert.deepEqual([warnings, hook.asked[0]!['dryRun']], [['soon gone'], true]);
  assert.equal((await server.objectApi.get({ type: CONFIG_MAPS, namespace: 'default', name: 'c' })).ok, false);
});

const BAD_ANSWERS: readonly { readonly name: string; readonly sort?: Sort; readonly answer: WebhookAnswer; readonly message: RegExp }[] = [
  { name: 'garbage', answer: (_request, response) => void response.end('<html>'), message: /received invalid webhook response: not JSON/ },
  { name: 'another uid', answer: () => ({ uid: 'x', allowed: true }), message: /expected response.uid="[0-9a-f-]+", got "x"/ },
  { name: 'another document', answer: (_request, response) => void response.end('{"kind":"Pod","apiVersion":"v1"}'), message: /expected webhook response of admission.k8s.io\/v1, Kind=AdmissionReview, got v1, Kind=Pod/ },
  { name: 'too much', answer: (_request, response) => void response.end('x'.repeat(5 * 1024 * 1024)), message: /the answer has more than 4194304 bytes/ },
  { name: 'never', answer: () => undefined, message: /context deadline exceeded: no answer within 1 s/ },
  { name: 'drops', answer: (_request, response) => void response.socket!.destroy(), message: /failed to call webhook: Post "https:\/\/127.0.0.1:\d+\/\?timeout=1s": / },
  { name: 'an error', answer: (_request, response) => void response.writeHead(500).end('oops'), message: /an error on the server \("oops"\) has prevented/ },
  { name: 'redirect', answer: (_request, response) => void response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end(), message: /answered with a redirect \(302\)/ },
  { name: 'patch of a validating one', answer: () => addLabel('x'), message: /validating webhook may not return response.patch/ },
  { name: 'patch without type', sort: 'mutating', answer: () => ({ allowed: true, patch: 'W10=' }), message: /webhook returned response.patch but not response.patchType/ },
  { name: 'patch of another type', sort: 'mutating', answer: () => ({ allowed: true, patch: 'W10=', patchType: 'Merge' }), message: /invalid response.patchType of "Merge"/ },
];

for (const { name, sort = 'validating', answer, message } of BAD_ANSWERS) {
  test(`a bad answer (${name}) is a sentence with code 500, or nothing when failures are ignored`, async (t) => {
    const { server, hook, create } = await serverWith(t, sort, answer, { timeoutSeconds: 1 });
    const refused = refusal(await create());
    assert.deepEqual([refused.code, refused.reason], [500, 'InternalError']);
    assert.match(refused.message, /^Internal error occurred: failed calling webhook "hook.test.example": /);
    assert.match(refused.message, message);
    must(await server.objectApi.delete({ type: CONFIGURATIONS[sort], namespace: undefined, name: 'hook' }));
    await configure(server, sort, 'hook', hook, { timeoutSeconds: 1, failurePolicy: 'Ignore' });
    must(await create());
  });
}

for (const [name, operations] of Object.entries({
  'does not fit': [{ op: 'remove', path: '/data/absent' }],
  'renames the object': [{ op: 'replace', path: '/metadata/name', value: 'other' }],
  'makes another kind': [{ op: 'replace', path: '/data', value: 7 }],
})) {
  test(`a patch that ${name} is refused whatever the failure policy`, async (t) => {
    const { create } = await serverWith(t, 'mutating', () => patchResponse(...operations), { failurePolicy: 'Ignore' });
    const { code, message } = refusal(await create());
    assert.equal(code, 500);
    assert.match(message, /admission webhook "hook.test.example": its patch /);
  });
}

test('a certificate of an unknown authority is refused', async (t) => {
  const server = testServer(t);
  const [hook, other] = [await webhookServer(t, allow), await webhookServer(t, allow)];
  await configure(server, 'validating', 'hook', { ...hook, caBundle: other.caBundle });
  assert.match(refusal(await server.objectApi.create(CONFIG_MAPS, 'default', configMap('c'))).message, /failed to call webhook: Post .*certificate/);
  assert.equal(hook.asked.length, 0);
});

test('link-local addresses are not called', async (t) => {
  const server = testServer(t);
  const hook = await webhookServer(t, allow);
  await configure(server, 'validating', 'hook', hook, { clientConfig: { url: 'https://169.254.169.254/latest' } });
  assert.match(refusal(await server.objectApi.create(CONFIG_MAPS, 'default', configMap('c'))).message, /169\.254\.169\.254 is not called/);
});

test('what others change meanwhile is decided and asked again; nothing is lost', async (t) => {
  let isDisturbed = false;
  const { server, hook, create } = await serverWith(t, 'mutating', async ({ operation }) => {
    if (operation === 'UPDATE' && !isDisturbed) {
      isDisturbed = true;
      must(await server.objectApi.patch(ref, 'merge', { data: { other: '1' } }));
    }
    return addLabel('seen');
  });
  const ref = { type: CONFIG_MAPS, namespace: 'default', name: 'c' };
  const { metadata } = must(await create());
  const changed = must(await server.objectApi.patch(ref, 'merge', { data: { mine: '1' } }));
  assert.deepEqual([changed['data'], changed.metadata.labels], [{ other: '1', mine: '1' }, { seen: 'yes' }]);
  assert.equal(hook.asked.filter(({ operation }) => operation === 'UPDATE').length, 3);
  const stale = { ...configMap('c'), metadata: { name: 'c', resourceVersion: metadata.resourceVersion! } } as KubeObject;
  assert.equal(refusal(await server.objectApi.update(ref, stale)).reason, 'Conflict');
});

test('a Service leads to the port of a running Pod that it selects', async (t) => {
  const server = testServer(t);
  const hook = await webhookServer(t, allow);
  const clientConfig = { caBundle: hook.caBundle, service: { namespace: 'default', name: 'hook', path: '/check', port: 8443 } };
  await configure(server, 'validating', 'hook', hook, { clientConfig });
  const create = () => server.objectApi.create(CONFIG_MAPS, 'default', configMap('c'));
  assert.match(refusal(await create()).message, /service "hook" not found/);
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook' }, spec: { selector: { app: 'hook' }, ports: [{ port: 8443, targetPort: 'https' }] } };
  must(await server.objectApi.create(SERVICES, 'default', service as unknown as KubeObject));
  assert.match(refusal(await create()).message, /no endpoints available for service "hook"/);
  must(await server.objectApi.create(PODS, 'default', pod('hook', { containers: [{ name: 'main', image: 'x', ports: [{ name: 'https', containerPort: hook.port }] }] })));
  must(await server.objectApi.patch({ type: PODS, namespace: 'default', name: 'hook' }, 'merge', { status: { phase: 'Running' } }, { subresource: 'status' }));
  must(await create());
  assert.equal(hook.asked.length, 1);
});

test('bindings, evictions and scales are asked about as what they are', async (t) => {
  const server = await httpServer(t);
  const { objectApi } = server;
  const hook = await webhookServer(t, ({ subResource }) => ({ allowed: subResource === 'binding', status: { message: `no ${String(subResource)}` } }));
  const rules = [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['', 'apps'], apiVersions: ['v1'], resources: ['pods/binding', 'pods/eviction', 'deployments/scale'] }];
  await configure(server, 'validating', 'hook', hook, { rules });
  must(await objectApi.create(PODS, 'default', pod('p')));
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } };
  must(await objectApi.create(PODS, 'default', binding as unknown as KubeObject, { subresource: 'binding' }));
  const evicted = await server.call('POST', '/api/v1/namespaces/default/pods/p/eviction', { body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } } });
  assert.match(String(evicted.json['message']), /denied the request: no eviction/);
  must(await objectApi.get({ type: PODS, namespace: 'default', name: 'p' }));
  const deployments: ResourceType = { group: 'apps', version: 'v1', resource: 'deployments' };
  const template = { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'main', image: 'x' }] } };
  must(await objectApi.create(deployments, 'default', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { selector: { matchLabels: { app: 'd' } }, template } } as unknown as KubeObject));
  const scaled = await objectApi.patch({ type: deployments, namespace: 'default', name: 'd' }, 'merge', { spec: { replicas: 3 } }, { subresource: 'scale' });
  assert.match(refusal(scaled).message, /denied the request: no scale/);
  assert.deepEqual(hook.asked.map(({ kind, resource, subResource }) => [kind, resource, subResource]), [
    [{ group: '', version: 'v1', kind: 'Binding' }, { group: '', version: 'v1', resource: 'pods' }, 'binding'],
    [{ group: 'policy', version: 'v1', kind: 'Eviction' }, { group: '', version: 'v1', resource: 'pods' }, 'eviction'],
    [{ group: 'autoscaling', version: 'v1', kind: 'Scale' }, { group: 'apps', version: 'v1', resource: 'deployments' }, 'scale'],
  ]);
});

test('connections to Pods are asked about before they are opened', async (t) => {
  const server = await httpServer(t);
  const hook = await webhookServer(t, () => ({ allowed: false, status: { message: 'no way in' } }));
  await configure(server, 'validating', 'hook', hook, { rules: [{ operations: ['CONNECT'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/portforward'] }] });
  must(await server.objectApi.create(PODS, 'default', pod('p')));
  const denied = await server.call('GET', '/api/v1/namespaces/default/pods/p/portforward?ports=80,81');
  assert.match(String(denied.json['message']), /denied the request: no way in/);
  const [{ operation, kind, subResource, name, object, options }] = hook.asked as [JsonObject];
  assert.deepEqual({ operation, subResource, name, options }, { operation: 'CONNECT', subResource: 'portforward', name: 'p', options: undefined });
  assert.deepEqual(kind, { group: '', version: 'v1', kind: 'PodPortForwardOptions' });
  assert.deepEqual(object, { kind: 'PodPortForwardOptions', apiVersion: 'v1', ports: [80, 81] });
});

test('a name that the server generates is in the object, not in the question', async (t) => {
  const { server, hook } = await serverWith(t, 'validating', () => ({ allowed: true }));
  must(await server.objectApi.create(CONFIG_MAPS, 'default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'c-' } } as unknown as KubeObject));
  const [{ name, object }] = hook.asked as [JsonObject];
  assert.equal(name, undefined);
  assert.match((object as unknown as KubeObject).metadata.name, /^c-.{5}$/);
});
