import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectTests } from './select.ts';

const PATHS = ['src/api/kind.test.ts', 'src/engine/plan.test.ts', 'src/engine/run.int.test.ts', 'src/facades/kfp/engine-view.test.ts', 'tools/tidy.test.ts'];

test('without words everything is chosen, apart by kind', () => {
  const { unit, integration } = selectTests(PATHS, []);
  assert.deepEqual(integration, ['src/engine/run.int.test.ts']);
  assert.equal(unit.length, 4);
});

test('the name of a room means that room and nothing else', () => {
  assert.deepEqual(selectTests(PATHS, ['engine']), { unit: ['src/engine/plan.test.ts'], integration: ['src/engine/run.int.test.ts'] });
});

test('any other word is a part of a path', () => {
  assert.deepEqual(selectTests(PATHS, ['engine-view']).unit, ['src/facades/kfp/engine-view.test.ts']);
  assert.deepEqual(selectTests(PATHS, ['src/engine/', 'tools']).unit, ['src/engine/plan.test.ts', 'tools/tidy.test.ts']);
  assert.deepEqual(selectTests(PATHS, ['nothing']), { unit: [], integration: [] });
});
