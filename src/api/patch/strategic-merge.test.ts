import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deepFreeze, jsonEquals, type JsonObject } from '../../base/mod.ts';
import { schemaDefinition } from '../schema/definitions.ts';
import { strategicMergePatch } from './strategic-merge.ts';

const POD = schemaDefinition('io.k8s.api.core.v1.Pod');

function merge(original: JsonObject, patch: JsonObject): JsonObject | string {
  const outcome = strategicMergePatch(POD, deepFreeze(original), deepFreeze(patch));
  return outcome.ok ? outcome.value : outcome.message;
}

function spec(members: JsonObject): JsonObject {
  return { spec: members };
}

test('lists with a merge key merge by it; new items come where the patch has them', () => {
  const original = spec({ containers: [{ name: 'a', image: 'x', env: [{ name: 'A', value: '1' }] }, { name: 'b', image: 'y' }] });
  const patch = spec({ containers: [{ name: 'c', image: 'z' }, { name: 'a', env: [{ name: 'B', value: '2' }] }] });
  assert.deepEqual(merge(original, patch), spec({
    containers: [
      { name: 'c', image: 'z' },
      { name: 'a', image: 'x', env: [{ name: 'B', value: '2' }, { name: 'A', value: '1' }] },
      { name: 'b', image: 'y' },
    ],
  }));
});

test('lists without a merge strategy are replaced', () => {
  const original = spec({ tolerations: [{ key: 'a' }], containers: [{ name: 'a', command: ['x', 'y'] }] });
  const patch = spec({ tolerations: [{ key: 'b' }], containers: [{ name: 'a', command: ['z'] }] });
  assert.deepEqual(merge(original, patch), patch);
});

test('the patch that kubectl apply sends: order, deletion, null', () => {
  const original = spec({
    containers: [{ name: 'a', image: 'x', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }] }, { name: 'side', image: 's' }],
    hostname: 'h',
  });
  const patch = spec({
    '$setElementOrder/containers': [{ name: 'side' }, { name: 'a' }],
    containers: [{ '$setElementOrder/env': [{ name: 'B' }], name: 'a', env: [{ $patch: 'delete', name: 'A' }] }],
    hostname: null,
  });
  assert.deepEqual(merge(original, patch), spec({ containers: [{ name: 'side', image: 's' }, { name: 'a', image: 'x', env: [{ name: 'B', value: '2' }] }] }));
});

test('lists of words unite, and lose what is deleted from them', () => {
  const original = { metadata: { finalizers: ['x/a', 'x/b', 'x/c'] } };
  assert.deepEqual(merge(original, { metadata: { finalizers: ['x/d', 'x/a'] } }), { metadata: { finalizers: ['x/d', 'x/a', 'x/b', 'x/c'] } });
  const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['x/b'], '$setElementOrder/finalizers': ['x/d', 'x/a', 'x/c'], finalizers: ['x/d'] } };
  assert.deepEqual(merge(original, patch), { metadata: { finalizers: ['x/d', 'x/a', 'x/c'] } });
});

test('$patch replaces or deletes objects and lists', () => {
  const original = { metadata: { labels: { a: '1', b: '2' } }, spec: { imagePullSecrets: [{ name: 'a' }, { name: 'b' }] } };
  assert.deepEqual(merge(original, { metadata: { labels: { $patch: 'replace', c: '3' } } }), { ...original, metadata: { labels: { c: '3' } } });
  assert.deepEqual(merge(original, { metadata: { labels: { $patch: 'delete' } } }), { ...original, metadata: { labels: {} } });
  assert.deepEqual(merge(original, spec({ imagePullSecrets: [{ $patch: 'replace' }, { name: 'c' }] })), { ...original, spec: { imagePullSecrets: [{ name: 'c' }] } });
});

test('$retainKeys keeps only the members that it names', () => {
  const original = spec({ volumes: [{ name: 'v', emptyDir: {} }] });
  const patch = spec({ volumes: [{ $retainKeys: ['name', 'configMap'], name: 'v', configMap: { name: 'c' } }] });
  assert.deepEqual(merge(original, patch), spec({ volumes: [{ name: 'v', configMap: { name: 'c' } }] }));
});

test('members of other types, new members and nulls inside them', () => {
  assert.deepEqual(merge({ metadata: { labels: 'odd' } }, { metadata: { labels: { a: '1' } } }), { metadata: { labels: { a: '1' } } });
  assert.deepEqual(merge({}, spec({ volumes: [{ name: 'v', emptyDir: null, $retainKeys: ['name'] }] })), spec({ volumes: [{ name: 'v' }] }));
  assert.deepEqual(merge({}, { metadata: { labels: { $patch: 'delete' } } }), { metadata: {} });
});

test('patches that contradict themselves are refused with a sentence', () => {
  const original = spec({ containers: [{ name: 'a' }, { name: 'b' }], volumes: [{ name: 'v', emptyDir: {} }] });
  const patches: readonly JsonObject[] = [
    spec({ containers: [{ image: 'x' }] }),
    spec({ containers: [{ $patch: 'delete' }] }),
    spec({ containers: [{ $patch: 'grow', name: 'a' }] }),
    spec({ containers: [{ name: 'a' }, 'b'] }),
    spec({ $patch: 'grow' }),
    spec({ volumes: [{ name: 'v', $retainKeys: ['name'], configMap: {} }] }),
    spec({ volumes: [{ name: 'v', $retainKeys: 'name' }] }),
    spec({ '$setElementOrder/containers': 'a', containers: [{ name: 'a' }] }),
    spec({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'a' }, { name: 'b' }] }),
  ];
  for (const patch of patches) assert.equal(typeof merge(original, patch), 'string', JSON.stringify(patch));
});

test('without directives, nulls and lists it is a merge patch; applying it twice changes nothing more', () => {
  const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.string());
  const containers = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), image: fc.string() }), { selector: ({ name }) => name });
  const pod = fc.record({ metadata: fc.record({ labels }), spec: fc.record({ containers }) });
  fc.assert(
    fc.property(pod, pod, (original, patch) => {
      const merged = merge(original, patch) as typeof pod extends fc.Arbitrary<infer T> ? T & JsonObject : never;
      assert.deepEqual(merged.metadata.labels, { ...original.metadata.labels, ...patch.metadata.labels });
      assert.deepEqual(
        new Set(merged.spec.containers.map(({ name }) => name)),
        new Set([...original.spec.containers, ...patch.spec.containers].map(({ name }) => name)),
      );
      for (const container of patch.spec.containers) assert.ok(merged.spec.containers.some((other) => jsonEquals(other, container)));
      assert.deepEqual(merge(merged, patch), merged);
    }),
  );
});
