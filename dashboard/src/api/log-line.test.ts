import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLines, lineOf } from './log-line.ts';

test('a line is its time and its text, without colours and what was overwritten', () => {
  assert.deepEqual(lineOf('2026-01-01T00:00:00.123456789Z \u001b[31mred\u001b[0m'), { time: '2026-01-01T00:00:00.123456789Z', text: 'red' });
  assert.deepEqual(lineOf('2026-01-01T00:00:00Z  10%\r 20%\r'), { time: '2026-01-01T00:00:00Z', text: ' 20%' });
  assert.deepEqual(lineOf('no time'), { time: '', text: 'no time' });
});

test('lines are found in any case', () => {
  assert.deepEqual(findLines(['An Error', 'fine', 'error'].map(lineOf), 'ERROR'), [0, 2]);
  assert.deepEqual(findLines([lineOf('a')], ''), []);
});
