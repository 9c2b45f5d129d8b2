import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leafOf, parentPathOf, pathsTo } from './scope-path.ts';

test('paths lead from the root through loops to a step', () => {
  assert.deepEqual(pathsTo('root.loop[2].train'), ['root', 'root.loop', 'root.loop[2]', 'root.loop[2].train']);
  assert.deepEqual(['root', 'root.loop', 'root.loop[2]', 'root.loop[2].train'].map(leafOf), ['root', 'loop', '[2]', 'train']);
  assert.equal(parentPathOf('root'), '');
});
