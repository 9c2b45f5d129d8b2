import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePattern, PATTERN_LENGTH_MAX } from './re2.ts';

test('a pattern matches a part or the whole', () => {
  const pattern = compilePattern('a+b');
  assert.deepEqual([pattern.test('xaab'), pattern.matchesWhole('xaab'), pattern.matchesWhole('aab')], [true, false, true]);
});

test('patterns that RE2 does not take are refused', () => {
  for (const source of ['(?=a)', '(', '(a)\\1', 'a'.repeat(PATTERN_LENGTH_MAX + 1), '((a{1000}){1000}){1000}']) {
    assert.throws(() => compilePattern(source), { reason: 'InvalidPattern' }, source.slice(0, 20));
  }
});

test('a pattern that hangs backtracking engines ends', () => {
  assert.equal(compilePattern('^(a+)+$').test(`${'a'.repeat(20_000)}b`), false);
});
