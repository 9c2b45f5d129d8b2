import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLines, lineOf } from './log-line.ts';

test('a line is its time and its text, without colours and what was overwritten', () => {
  assert.deepEqual(lineOf('2026-01-01T00:00:00.123456789Z \u001b[31mred\u001b[0m'), { time: '2026-01-01T00:00:00.123456789Z', text: 'red' });
  assert.deepEqual(lineOf('2026-01-01T00:00:00Z  10%\r 20%\r'), { time: '2026-01-01T00:00:00Z', text: ' 20%' });
  assert.deepEqual(lineOf('no time'), { time: '', text: 'no time' });
});

test('links, character sets and cut sequences of a terminal leave their text', () => {
  assert.equal(lineOf('\u001b]8;id=1;https://example.com\u001b\\link\u001b]8;;\u001b\\, \u001b[1mbold\u001b(B\u001b[m, \u001b]0;title\u0007back\b').text, 'link, bold, back');
  assert.equal(lineOf('\u001b[?25lhidden\u001b[>4;1mkeys\u001b]cut').text, 'hiddenkeys');
  const startedAtMs = performance.now();
  lineOf('\u001b]'.repeat(500_000));
  assert.ok(performance.now() - startedAtMs < 2_000);
});

test('lines are found in any case', () => {
  assert.deepEqual(findLines(['An Error', 'fine', 'error'].map(lineOf), 'ERROR'), [0, 2]);
  assert.deepEqual(findLines([lineOf('a')], ''), []);
});
