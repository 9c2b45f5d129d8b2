import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeWarmParents } from './warm-parents.ts';

test('the doctor counts warm parents and says what is not preloaded, and why', () => {
  const parent = { preloaded_count: 0, memory_bytes: 6 * 2 ** 20, started_count: 3 };
  const preloaded = { preloaded_count: 111, memory_bytes: 44 * 2 ** 20, started_count: 40 };
  const refused = [{ environment_id: 'py3.11-a', reason: 'a module opens files when it is imported and keeps them open' }];
  const { verdict, observation } = judgeWarmParents({ interpreters: [parent, preloaded], refused_module_sets: refused });
  assert.equal(verdict, 'good');
  assert.equal(observation, '1 bare, 1 with packages imported, 50.0 MiB, 43 steps forked; 1 set of modules is imported anew in each step (a module opens files when it is imported and keeps them open)');
  assert.equal(judgeWarmParents({}).observation, 'none now: they start with the next step');
});
