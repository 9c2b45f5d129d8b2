import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deepFreeze, jsonEquals, type Json, type JsonObject } from '../../base/mod.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { schemaDefinition } from '../schema/definitions.ts';
import { strategicMergePatch } from './strategic-merge.ts';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

test('merge patch: the examples of RFC 7386', () => {
  const cases: readonly (readonly [Json, Json, Json])[] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], ['c', 'd'], ['c', 'd']],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [original, patch, expected] of cases) assert.deepEqual(mergePatch(deepFreeze(original), deepFreeze(patch)), expected);
});

test('merge patch: applying it twice changes nothing more, and the prototype is out of reach', () => {
  fc.assert(
    fc.property(json, json, (original, patch) => {
      const once = mergePatch(deepFreeze(original), deepFreeze(patch));
      assert.ok(jsonEquals(mergePatch(once, patch), once));
    }),
  );
  const hostile = JSON.parse('{"__proto__":{"polluted":1}}') as Json;
  assert.equal(JSON.stringify(mergePatch({}, hostile)), '{"__proto__":{"polluted":1}}');
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('JSON patch: every operation, at members, items and the end of lists', () => {
  const document = deepFreeze({ a: 1, list: ['x', 'y'], deep: { 'm/n': { '~': 0 } } });
  const cases: readonly (readonly [Json, Json])[] = [
    [[{ op: 'add', path: '/b', value: 2 }], { ...document, b: 2 }],
    [[{ op: 'add', path: '/list/1', value: 'z' }], { ...document, list: ['x', 'z', 'y'] }],
    [[{ op: 'add', path: '/list/-', value: 'z' }], { ...document, list: ['x', 'y', 'z'] }],
    [[{ op: 'remove', path: '/list/0' }], { ...document, list: ['y'] }],
    [[{ op: 'remove', path: '/list/-1' }], { ...document, list: ['x'] }],
    [[{ op: 'replace', path: '/list/-2', value: 'z' }], { ...document, list: ['z', 'y'] }],
    [[{ op: 'add', path: '/list/-1', value: 'z' }, { op: 'add', path: '/list/-2', value: {} }, { op: 'add', path: '/list/-2/a', value: 1 }], { ...document, list: ['x', 'y', { a: 1 }, 'z'] }],
    [[{ op: 'replace', path: '/deep/m~1n/~0', value: 5 }], { ...document, deep: { 'm/n': { '~': 5 } } }],
    [[{ op: 'replace', path: '', value: [] }], []],
    [[{ op: 'move', from: '/a', path: '/deep/a' }], { list: ['x', 'y'], deep: { 'm/n': { '~': 0 }, a: 1 } }],
    [[{ op: 'copy', from: '/list', path: '/again' }], { ...document, again: ['x', 'y'] }],
    [[{ op: 'test', path: '/list', value: ['x', 'y'] }, { op: 'test', path: '/gone', value: null }], document],
  ];
  for (const [patch, expected] of cases) assert.deepEqual(jsonPatch(document, patch), { ok: true, value: expected });
});

test('JSON patch: refusals name the reason and the operation, and nothing is applied', () => {
  const document = deepFreeze({ a: 1, list: ['x'] });
  const cases: readonly (readonly [unknown, string])[] = [
    [{ op: 'add' }, 'Malformed'],
    [[{ op: 'grow', path: '/a' }], 'Malformed'],
    [[{ op: 'add', path: 'a', value: 1 }], 'Malformed'],
    [[{ op: 'add', path: '/a' }], 'Malformed'],
    [[{ op: 'remove', path: '' }], 'Malformed'],
    [[{ op: 'move', from: '/list', path: '/list/0' }], 'Malformed'],
    [[{ op: 'test', path: '/a', value: 2 }], 'TestFailed'],
    [[{ op: 'remove', path: '/b' }], 'PathMissing'],
    [[{ op: 'replace', path: '/b', value: 1 }], 'PathMissing'],
    [[{ op: 'add', path: '/list/2', value: 1 }], 'PathMissing'],
    [[{ op: 'add', path: '/list/01', value: 1 }], 'PathMissing'],
    [[{ op: 'remove', path: '/list/-2' }], 'PathMissing'],
    [[{ op: 'replace', path: '/list/-', value: 1 }], 'PathMissing'],
    [[{ op: 'add', path: '/a/b', value: 1 }], 'PathMissing'],
    [[{ op: 'copy', from: '/b', path: '/c' }], 'PathMissing'],
    [[{ op: 'remove', path: '/constructor' }], 'PathMissing'],
    [Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 })), 'Malformed'],
  ];
  for (const [patch, reason] of cases) {
    const outcome = jsonPatch(document, patch);
    assert.equal(outcome.ok ? 'applied' : outcome.reason, reason, JSON.stringify(patch).slice(0, 80));
  }
});

test('JSON patch: copies can not grow a document without end', () => {
  const doubling = [{ op: 'add', path: '/a', value: [1, 2, 3, 4] }, ...Array.from({ length: 60 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }))];
  const outcome = jsonPatch({}, doubling);
  assert.equal(outcome.ok, false);
});

test('hostile nesting is refused, not walked', () => {
  let deep: Json = 1;
  for (let i = 0; i < 100_000; i++) deep = { a: deep };
  assert.equal(typeof mergePatch({}, deep), 'object');
  assert.equal(jsonPatch({}, [{ op: 'add', path: '/a', value: deep }]).ok, false);
  assert.equal(jsonPatch({}, [{ op: 'remove', path: '/a'.repeat(100_000) }]).ok, false);
  assert.equal(strategicMergePatch({}, {}, deep as JsonObject).ok, false);
});

test('JSON patch: whatever is added can be tested and removed again', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), fc.string(), json, (document, key, value) => {
      fc.pre(!Object.hasOwn(document, key));
      const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const outcome = jsonPatch(document, [{ op: 'add', path, value }, { op: 'test', path, value }, { op: 'remove', path }]);
      assert.ok(outcome.ok && jsonEquals(outcome.value, document));
    }),
  );
});

test('JSON patch: no patch makes it throw', () => {
  const pointer = fc.stringMatching(/^(\/[a-c0-2~-]{0,2}){0,3}$/);
  const operation = fc.record({ op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'), path: pointer, from: pointer, value: json }, { requiredKeys: [] });
  fc.assert(fc.property(json, fc.oneof(json, fc.array(operation)), (document, patch) => void jsonPatch(deepFreeze(document), patch)));
});

test('JSON patch: operations together do what they do one by one, and change nothing that they were given', () => {
  const path = fc.constantFrom('/a', '/b', '/a/x', '/b/x', '/a/-', '/a/0', '/b/0', '/b/-1', '/a/x/y');
  const operation = fc.oneof(
    fc.record({ op: fc.constantFrom('add', 'replace'), path, value: fc.constantFrom<Json>(1, {}, [], { x: {} }, [[]]) }),
    fc.record({ op: fc.constant('remove'), path }),
    fc.record({ op: fc.constantFrom('copy', 'move'), from: path, path }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 12 }), (patch) => {
      const original: Json = { a: { x: { y: 1 } }, b: [{ x: 1 }, 2] };
      let document: Json = deepFreeze(original);
      for (const each of patch) {
        const outcome = jsonPatch(document, [each]);
        if (!outcome.ok) return assert.equal(jsonPatch(original, deepFreeze(patch)).ok, false);
        document = deepFreeze(outcome.value);
      }
      assert.deepEqual(jsonPatch(original, deepFreeze(patch)), { ok: true, value: document });
    }),
  );
});

test('patches of ten thousands of items take time in proportion to them', () => {
  const numbers = Array.from({ length: 10_000 }, (_, index) => index);
  const adds = numbers.map((index) => ({ op: 'add', path: `/data/key-${index}`, value: 'x' }));
  const env = (value: string) => numbers.map((index) => ({ name: `V${index}`, value }));
  const containers = (value: string): JsonObject => ({ spec: { containers: [{ name: 'main', env: env(value) }] } });
  const before = process.cpuUsage();
  const added = jsonPatch({ data: {} }, adds);
  assert.deepEqual(added, { ok: true, value: { data: Object.fromEntries(numbers.map((index) => [`key-${index}`, 'x'])) } });
  const merged = strategicMergePatch(schemaDefinition('io.k8s.api.core.v1.Pod'), containers('old'), containers('new'));
  assert.deepEqual(merged, { ok: true, value: containers('new') });
  const { user, system } = process.cpuUsage(before);
  // Each took more than 3 s of the processor when every item was looked for, or copied, among all others.
  assert.ok(user + system < 2_500_000, `${user + system} µs`);
});
