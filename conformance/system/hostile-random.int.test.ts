// Random bodies, patches and selectors for every kind that discovery names, custom ones too: an answer in time, never a fault of
// the server, nothing written (dry run). A failure prints the seed; SLIPWAY_SEED=N runs it again, SLIPWAY_RANDOM_RUNS=N more of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { until } from '../../src/base/mod.ts';
import { Installation } from '../../sim/installation.ts';
import { differences, stateOf } from './support/state-of.ts';

const RUNS = Number(process.env['SLIPWAY_RANDOM_RUNS'] ?? 400);
const SEED = process.env['SLIPWAY_SEED'];
const ANSWER_TIME_MS_MAX = 20_000;
const MIB = 1024 * 1024;

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly groupVersion: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const installation = new Installation();
let resources: readonly Resource[] = [];
let stateBefore: readonly string[] = [];

before(async () => {
  await installation.start();
  await installation.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', trapDefinition());
  await until('the definition', async () => (await send({ method: 'GET', path: '/apis/hostile.example/v1/traps', type: 'application/json', body: '' })).status === 200);
  await installation.request('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'target' }, data: { a: 'b' } });
  resources = await discover();
  assert.ok(resources.length > 30);
  stateBefore = await stateOf(installation);
});

after(() => installation.remove());

/** Patterns and rules that cost much if they are run as they are written. */
function trapDefinition(): object {
  const spec = {
    type: 'object',
    properties: {
      pattern: { type: 'string', pattern: '^(a+)+$', maxLength: 100_000 },
      list: { type: 'array', maxItems: 1_000, items: { type: 'integer' }, 'x-kubernetes-validations': [{ rule: 'self.all(x, self.all(y, x + y < 2000000000))' }] },
      any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      either: { 'x-kubernetes-int-or-string': true },
    },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'traps.hostile.example' },
    spec: {
      group: 'hostile.example',
      scope: 'Namespaced',
      names: { plural: 'traps', singular: 'trap', kind: 'Trap' },
      versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }],
    },
  };
}

async function discover(): Promise<readonly Resource[]> {
  const { groups } = await installation.request<{ groups: readonly { versions: readonly { groupVersion: string }[] }[] }>('GET', '/apis');
  const groupVersions = ['v1', ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion))];
  const lists = await Promise.all(groupVersions.map(async (groupVersion) => {
    const path = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`;
    const list = await installation.request<{ resources: readonly Omit<Resource, 'groupVersion'>[] }>('GET', path);
    return list.resources.filter(({ name }) => !name.includes('/')).map((resource) => ({ ...resource, groupVersion }));
  }));
  return lists.flat();
}

function collectionPath({ groupVersion, namespaced, name }: Resource): string {
  return `${groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`}${namespaced ? '/namespaces/default' : ''}/${name}`;
}

async function send({ method, path, type, body }: Request): Promise<{ readonly status: number; readonly text: string }> {
  const hasBody = method !== 'GET';
  const response = await fetch(`${installation.url}${path}`, {
    method,
    headers: { 'content-type': type },
    signal: AbortSignal.timeout(ANSWER_TIME_MS_MAX),
    ...(hasBody ? { body } : {}),
  });
  return { status: response.status, text: await response.text() };
}

async function withstands(request: Request): Promise<void> {
  const { status, text } = await send(request);
  const what = `${request.method} ${request.path} (${request.type}) ${String(request.body).slice(0, 300)}`;
  assert.ok(status < 500, `${what}: ${status} ${text.slice(0, 500)}`);
  if (status >= 400) assert.equal((JSON.parse(text) as { kind: string }).kind, 'Status', what);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
}

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '$patch', '$retainKeys', '$setElementOrder/containers', '$deleteFromPrimitiveList/finalizers'),
  fc.constantFrom('metadata', 'name', 'labels', 'annotations', 'finalizers', 'ownerReferences', 'managedFields', 'generateName', 'creationTimestamp'),
  fc.constantFrom('spec', 'status', 'data', 'template', 'containers', 'volumes', 'selector', 'matchLabels', 'replicas', 'ports', 'env', 'resources', 'limits'),
  fc.constantFrom('rules', 'roleRef', 'subjects', 'versions', 'schema', 'openAPIV3Schema', 'properties', 'pattern', 'x-kubernetes-validations', 'webhooks', 'hard', 'list', 'any'),
  fc.string({ maxLength: 8 }),
);
const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, 2 ** 53, '', 'a', '..', '../../x', '$(A)', '%', '\u0000', '\ud800', `${'a'.repeat(5_000)}!`, '1e1000', '9'.repeat(400), '((((', 'self.all('),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.integer(),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, leaf, fc.array(tie('value'), { maxLength: 4 }), fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map(asObject)),
}));

/** Own members, also those whose names every object has. */
function asObject(members: readonly (readonly [string, unknown])[]): object {
  return JSON.parse(`{${members.map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`).join(',')}}`) as object;
}

const objectOf = (resource: Resource) =>
  fc.tuple(value, value, value, fc.constantFrom('target', 'other', 'x'), fc.boolean()).map(([spec, metadata, more, name, isSane]) =>
    JSON.stringify({
      apiVersion: resource.groupVersion,
      kind: resource.kind,
      metadata: isSane ? { name } : metadata,
      spec,
      ...(typeof more === 'object' && more !== null && !Array.isArray(more) ? more : { data: more }),
    }));

const jsonPatch = fc.array(
  fc.record({ op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'dance'), path: pointer(), from: pointer(), value }, { requiredKeys: ['op', 'path'] }),
  { maxLength: 5 },
);

function pointer(): fc.Arbitrary<string> {
  return fc.array(fc.oneof(key, fc.constantFrom('0', '-', '-1', '99999999999', '~', '~2')), { maxLength: 4 }).map((parts) => parts.map((part) => `/${part}`).join(''));
}

function requestTo(resource: Resource): fc.Arbitrary<Request> {
  const base = collectionPath(resource);
  const query = '?dryRun=All&fieldManager=random';
  const bodies = fc.oneof(objectOf(resource), value.map((any) => JSON.stringify(any)), fc.string({ maxLength: 60 }));
  const patchTypes = fc.constantFrom('merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml');
  const garbage = fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from([0x6b, 0x38, 0x73, 0, 0x0a, 2, ...bytes]));
  return fc.oneof(
    bodies.map((body) => ({ method: 'POST', path: base + query, type: 'application/json', body })),
    bodies.map((body) => ({ method: 'POST', path: base + query, type: 'application/yaml', body })),
    garbage.map((body) => ({ method: 'POST', path: base + query, type: 'application/vnd.kubernetes.protobuf', body })),
    fc.tuple(bodies, fc.constantFrom('', '/status', '/scale')).map(([body, part]) => ({ method: 'PUT', path: `${base}/target${part}${query}`, type: 'application/json', body })),
    fc.tuple(bodies, patchTypes, fc.constantFrom('', '/status', '/scale')).map(([body, type, part]) => ({ method: 'PATCH', path: `${base}/target${part}${query}`, type: `application/${type}`, body })),
    jsonPatch.map((patch) => ({ method: 'PATCH', path: `${base}/target${query}`, type: 'application/json-patch+json', body: JSON.stringify(patch) })),
    // As upstream has it, options in the body count alone: what is deleted must not be there.
    bodies.map((body) => ({ method: 'DELETE', path: `${base}/nobody?dryRun=All`, type: 'application/json', body })),
    fc.tuple(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), fc.string({ maxLength: 10 })).map(([labels, fields, limit]) => ({
      method: 'GET',
      path: `${base}?${new URLSearchParams({ labelSelector: labels, fieldSelector: fields, limit, resourceVersion: limit }).toString()}`,
      type: 'application/json',
      body: '',
    })),
  );
}

test('random requests to every kind', { timeout: 300_000 }, async () => {
  const request = fc.constantFrom(...resources).chain(requestTo);
  await fc.assert(fc.asyncProperty(request, withstands), { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
});

const TRAPS = '/apis/hostile.example/v1/namespaces/default/traps?dryRun=All';
const trap = (spec: object) => JSON.stringify({ apiVersion: 'hostile.example/v1', kind: 'Trap', metadata: { name: 'trap' }, spec });
const KEPT: readonly (Request & { readonly name: string })[] = [
  { name: 'a pattern that backtracks', method: 'POST', path: TRAPS, type: 'application/json', body: trap({ pattern: `${'a'.repeat(50_000)}!` }) },
  { name: 'a rule over a million pairs', method: 'POST', path: TRAPS, type: 'application/json', body: trap({ list: Array(1_000).fill(1) }) },
  { name: 'a custom object of 1.5 MiB', method: 'POST', path: TRAPS, type: 'application/json', body: trap({ any: { a: 'x'.repeat(1.5 * MIB) } }) },
  { name: 'a custom object of 100,000 members', method: 'POST', path: TRAPS, type: 'application/json', body: trap({ any: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index])) }) },
  { name: 'a custom object 10,000 deep', method: 'POST', path: TRAPS, type: 'application/json', body: `{"apiVersion":"hostile.example/v1","kind":"Trap","metadata":{"name":"x"},"spec":{"any":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}}` },
  { name: 'an apply of 50,000 members', method: 'PATCH', path: '/api/v1/namespaces/default/configmaps/wide?dryRun=All&fieldManager=a', type: 'application/apply-patch+yaml', body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'wide' }, data: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, ''])) }) },
];

for (const request of KEPT) test(request.name, () => withstands(request));

test('nothing was written, and the server found no fault in itself', async () => {
  assert.deepEqual(differences(stateBefore, await stateOf(installation)), []);
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
