import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { difference, intersection, isEmpty, pathsOf, union, type FieldTree } from './field-tree.ts';

const LEAVES = ['f:a', 'f:b', 'k:{"name":"x"}', 'v:1'];
const tree: fc.Arbitrary<FieldTree> = fc.letrec<{ node: FieldTree }>((tie) => ({
  node: fc.dictionary(fc.constantFrom(...LEAVES), fc.oneof({ depthSize: 'small' }, fc.constant<FieldTree>({}), tie('node')), { maxKeys: 3 }),
})).node;

/** The members as a plain set of paths. */
const members = (set: FieldTree) => new Set(pathsOf(set));

test('union, difference and intersection are those of the sets of paths', () => {
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const [left, right] = [members(a), members(b)];
      assert.deepEqual(members(union(a, b)), new Set([...left, ...right]));
      assert.deepEqual(members(difference(a, b)), new Set([...left].filter((path) => !right.has(path))));
      assert.deepEqual(members(intersection(a, b)), new Set([...left].filter((path) => right.has(path))));
      assert.equal(isEmpty(difference(a, a)), true);
    }),
    { numRuns: 300 },
  );
});

test('what is left of a node is written as upstream writes it, and a set that loses nothing is itself', () => {
  const set = { 'f:spec': { '.': {}, 'f:a': {} }, 'f:data': { '.': {}, 'f:b': {} } };
  assert.deepEqual(difference(set, { 'f:spec': { 'f:a': {} } }), { 'f:spec': {}, 'f:data': { '.': {}, 'f:b': {} } });
  assert.deepEqual(difference(set, { 'f:data': {}, 'f:spec': { '.': {}, 'f:a': {} } }), { 'f:data': { 'f:b': {} } });
  assert.equal(difference(set, { 'f:data': { 'f:c': {} }, 'f:other': {} }), set);
});

test('paths are written as upstream writes them', () => {
  const set = { 'f:spec': { 'f:containers': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:image': {} } }, 'f:finalizers': { 'v:"x"': {} } } };
  assert.deepEqual(pathsOf(set), ['.spec.containers[containerPort=80,protocol="TCP"]', '.spec.containers[containerPort=80,protocol="TCP"].image', '.spec.finalizers[="x"]']);
});
