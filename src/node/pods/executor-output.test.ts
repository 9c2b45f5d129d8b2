import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExecutorOutput } from './executor-output.ts';

test('a number that JSON does not know is named', () => {
  const cases = [
    ['{"artifacts": {"m": {"artifacts": [{"metadata": {"NaN": "Infinity", "loss": NaN}}]}}}', /^"loss" in the executor output is NaN, /],
    ['{"parameterValues": {"Output": -Infinity}}', /^"Output" in the executor output is -Infinity, /],
    ['{"parameterValues": {"o": [1, Infinity]}}', /^"o" in the executor output is Infinity, /],
    ['NaN', /^a value of the executor output is NaN, /],
    ['{"text": "NaN", ', /^the executor output is not JSON$/],
    ['oops', /^the executor output is not JSON$/],
    ['[1]', /^the executor output is not a JSON object$/],
  ] as const;
  for (const [text, message] of cases) assert.throws(() => parseExecutorOutput(text), { reason: 'OutputInvalid', message });
  assert.deepEqual(parseExecutorOutput('{"text": "NaN"}'), { text: 'NaN' });
});
