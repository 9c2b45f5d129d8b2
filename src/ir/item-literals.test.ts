import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateCondition } from './condition.ts';
import { readItemLiterals } from './item-literals.ts';

const SIZE = 'pipelinechannel--rows-loop-item-subvar-size';

test('a text that an item or its member is compared with is read as the number or boolean that it is', () => {
  const cases: readonly (readonly [unknown, string, boolean])[] = [
    [10, "== '10'", true],
    [10, "> '9'", true],
    [10, "!= '10'", false],
    [-0.5, "<= '-5e-01'", true],
    [10, "== 'ten'", false],
    [true, "== 'True'", true],
    [true, "!= 'false'", true],
    ['10', "== '10'", true],
    ['10', "> '9'", false],
    ['True', "== 'True'", true],
  ];
  for (const [value, comparison, expected] of cases) {
    const parameterValues = { [SIZE]: value as string };
    const condition = readItemLiterals(`!(inputs.parameter_values['${SIZE}'] ${comparison})`, parameterValues);
    assert.deepEqual(evaluateCondition(condition, { parameterValues }), { ok: true, value: !expected }, `${JSON.stringify(value)} ${comparison}`);
  }
});

test('other comparisons stay as they are', () => {
  const values = { size: 10, [SIZE]: 10 };
  for (const condition of ["inputs.parameter_values['size'] == '10'", `'10' == inputs.parameter_values['${SIZE}']`, `inputs.parameter_values['constructor-loop-item'] == '10'`]) {
    assert.equal(readItemLiterals(condition, values), condition);
  }
});
