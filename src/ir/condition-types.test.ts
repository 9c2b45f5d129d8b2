import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateCondition } from './condition.ts';
import { compareItemsAsTheyAre, unquoteOperands } from './condition-types.ts';

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
    const condition = compareItemsAsTheyAre(`!(inputs.parameter_values['${SIZE}'] ${comparison})`, parameterValues);
    assert.deepEqual(evaluateCondition(condition, { parameterValues }), { ok: true, value: !expected }, `${JSON.stringify(value)} ${comparison}`);
  }
});

test('an item is not made a whole number because the first one was', () => {
  const cases: readonly (readonly [number | string, string, boolean])[] = [
    [0.9, 'double(int(REF)) < 0.75', false],
    [2.5, 'int(REF) > 2', true],
    [3, 'int(REF) > 2', true],
    ['3', 'int(REF) > 2', true],
    [2.5, '!(!(2 < int(REF)))', true],
    [2.5, '(2.0 < double(int(REF))) && true', true],
  ];
  for (const [value, text, expected] of cases) {
    const parameterValues = { [SIZE]: value };
    const condition = compareItemsAsTheyAre(text.replace('REF', `inputs.parameter_values['${SIZE}']`), parameterValues);
    assert.deepEqual(evaluateCondition(condition, { parameterValues }), { ok: true, value: expected }, `${value}: ${text}`);
  }
});

test('an operand between quotes is the text of its value', () => {
  const cases: readonly (readonly [number | string | boolean, string, boolean])[] = [
    [5, "'int(REF)' == '5'", true],
    [5, "'int(REF)' == 'x'", false],
    ['x', "'int(REF)' == 'x'", true],
    [2.5, "'REF' == '2.5'", true],
    [true, "!('REF' == 'true') && 'a' == 'a'", false],
    ['a', "REF == 'REF' || REF == 'b'", true],
  ];
  for (const [value, text, expected] of cases) {
    const condition = unquoteOperands(text.replaceAll('REF', "inputs.parameter_values['n']"));
    assert.deepEqual(evaluateCondition(condition, { parameterValues: { n: value } }), { ok: true, value: expected }, `${value}: ${text}`);
  }
});

test('other comparisons stay as they are', () => {
  const values = { size: 10, [SIZE]: 10 };
  for (const condition of ["inputs.parameter_values['size'] == '10'", `'10' == inputs.parameter_values['${SIZE}']`, `inputs.parameter_values['constructor-loop-item'] == '10'`]) {
    assert.equal(compareItemsAsTheyAre(condition, values), condition);
  }
});
