import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChatterFilter } from './chatter.ts';

test('what the kfp runtime writes is told from what the step writes', () => {
  const lines = [
    'before',
    '[KFP Executor 2026-11-23 16:08:22,955 INFO]: Looking for component `train`',
    '[KFP Executor 2026-11-23 16:08:22,956 INFO]: Got executor_input:',
    '{',
    '    "inputs": {',
    '    }',
    '}',
    '{"own": "json"}',
    '    indented',
    '}',
    '[KFP Executor 2026-11-23 16:08:23,001 INFO]: Wrote executor output file to /x.',
    'after',
  ];
  const isChatter = createChatterFilter();
  assert.deepEqual(lines.filter((line) => !isChatter(line)), ['before', '{"own": "json"}', '    indented', '}', 'after']);
});

test('a dump that breaks off ends with the first line that can not belong to it', () => {
  const isChatter = createChatterFilter();
  const lines = ['[KFP Executor x]: Got executor_input:', '{', 'Traceback (most recent call last):', '  File "x.py"'];
  assert.deepEqual(lines.map(isChatter), [true, true, false, false]);
});
