// Objects that a program in Go reads and writes back: what its types do to zeroes on the way is no change of the object.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { JsonObject, KubeObject, ObjectRef, ResourceType } from '../../base/mod.ts';
import { DEPLOYMENTS, fieldOf, JOBS } from '../../api/mod.ts';
import { configMap, CONFIG_MAPS, must, pod, PODS, testServer } from '../testing/test-server.ts';

/** A container with every sort of zero: those of the first line Go leaves out, those of the second it keeps, because they are pointers. */
const CONTAINER = {
  name: 'main', image: 'i:1', stdin: false, tty: false, workingDir: '', args: [], envFrom: [], env: [{ name: 'EMPTY', value: '' }], ports: [{ containerPort: 80, hostPort: 0 }],
  securityContext: { runAsUser: 0, privileged: false },
};
const SPEC = { containers: [CONTAINER], hostNetwork: false, nodeSelector: {}, automountServiceAccountToken: false, restartPolicy: 'Never' };

/** As Go writes what it has read: structs are always there, times that nobody set are null. */
function asGoWrites(object: KubeObject): KubeObject {
  return JSON.parse(JSON.stringify(object), (key, value: unknown) => {
    if (key === 'containers') return (value as JsonObject[]).map((container) => ({ resources: {}, ...container }));
    if (key === 'template') return { ...(value as JsonObject), metadata: { creationTimestamp: null, ...(value as { metadata?: JsonObject }).metadata } };
    return value;
  }) as KubeObject;
}

const workloads: readonly (readonly [ResourceType, KubeObject])[] = [
  [PODS, { ...pod('x'), spec: SPEC }],
  [JOBS, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'x' }, spec: { suspend: false, backoffLimit: 0, template: { spec: SPEC } } }],
  [
    DEPLOYMENTS,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x', labels: {}, annotations: {} },
      spec: { replicas: 0, paused: false, minReadySeconds: 0, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { ...SPEC, restartPolicy: 'Always' } } },
    },
  ],
];

test('what a program in Go reads it may write back, and nothing has changed', async (t) => {
  const { objectApi, store } = testServer(t);
  for (const [type, object] of workloads) {
    const ref: ObjectRef = { type, namespace: 'default', name: 'x' };
    const created = must(await objectApi.create(type, 'default', object));
    const before = store.revision;
    const written = must(await objectApi.update(ref, asGoWrites(created)));
    assert.equal(written.metadata.resourceVersion, created.metadata.resourceVersion, object.kind);
    assert.equal(store.revision, before, object.kind);
    must(await objectApi.update(ref, { ...asGoWrites(created), metadata: { ...created.metadata, annotations: { seen: 'yes' } } }));
  }
});

test('zeroes are left out where Go leaves them out, and stay where they mean something', async (t) => {
  const { objectApi } = testServer(t);
  const { spec } = must(await objectApi.create(PODS, 'default', { ...pod('x'), spec: SPEC }));
  const container = fieldOf(spec, 'containers', 0) as JsonObject;
  for (const name of ['stdin', 'tty', 'workingDir', 'args', 'envFrom']) assert.equal(container[name], undefined, name);
  assert.deepEqual([container['env'], container['ports']], [[{ name: 'EMPTY' }], [{ containerPort: 80, protocol: 'TCP' }]]);
  assert.deepEqual([container['securityContext'], container['resources']], [{ runAsUser: 0, privileged: false }, {}]);
  for (const name of ['hostNetwork', 'nodeSelector']) assert.equal(spec?.[name], undefined, name);
  assert.equal(spec?.['automountServiceAccountToken'], false);
});

test('a new object has a status to look into', async (t) => {
  const { objectApi } = testServer(t);
  for (const [type, object] of workloads) assert.ok(must(await objectApi.create(type, 'default', object)).status, object.kind);
});

test('applying a zero twice changes nothing, and its owner may let it go', async (t) => {
  const { objectApi, store } = testServer(t);
  const ref: ObjectRef = { type: PODS, namespace: 'default', name: 'x' };
  const apply = (spec: object) => objectApi.patch(ref, 'apply', { apiVersion: 'v1', kind: 'Pod', spec } as unknown as JsonObject, { fieldManager: 'me' });
  const created = must(await apply(SPEC));
  const before = store.revision;
  assert.equal(must(await apply(SPEC)).metadata.resourceVersion, created.metadata.resourceVersion);
  assert.equal(store.revision, before);
  const { hostNetwork: _hostNetwork, ...rest } = SPEC;
  must(await apply(rest));
});

test('an empty list of managed fields forgets the owners', async (t) => {
  const { objectApi } = testServer(t);
  const ref: ObjectRef = { type: CONFIG_MAPS, namespace: 'default', name: 'c' };
  const created = must(await objectApi.create(CONFIG_MAPS, 'default', configMap('c', { a: '1' })));
  const reset = must(await objectApi.update(ref, { ...created, metadata: { ...created.metadata, managedFields: [] } as KubeObject['metadata'] }));
  assert.equal((reset.metadata as { managedFields?: unknown }).managedFields, undefined);
});

test('what an earlier server stored otherwise is no change of whoever writes now', async (t) => {
  const { objectApi, store } = testServer(t);
  const ref: ObjectRef = { type: PODS, namespace: 'default', name: 'old' };
  const created = must(await objectApi.create(PODS, 'default', pod('old')));
  const { resources: _resources, ...container } = fieldOf(created.spec, 'containers', 0) as JsonObject;
  await store.write((writer) => writer.put('pods/default/old', { ...created, spec: { ...created.spec, hostNetwork: false, containers: [{ ...container, tty: false }] } }));
  assert.equal(must(await objectApi.patch(ref, 'merge', { metadata: { labels: { a: 'b' } } })).metadata.labels?.['a'], 'b');
});
