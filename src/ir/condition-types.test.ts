import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../base/mod.ts';
import { evaluateCondition } from './condition.ts';
import { compareAsTheyAre, unquoteOperands } from './condition-types.ts';

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
    const condition = compareAsTheyAre(`!(inputs.parameter_values['${SIZE}'] ${comparison})`, parameterValues);
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
    const condition = compareAsTheyAre(text.replace('REF', `inputs.parameter_values['${SIZE}']`), parameterValues);
    assert.deepEqual(evaluateCondition(condition, { parameterValues }), { ok: true, value: expected }, `${value}: ${text}`);
  }
});

test('an operand between quotes is the text of its value', () => {
  const cases: readonly (readonly [number | string | boolean, string, boolean])[] = [
    [5, "'int(REF)' == '5'", true],
    [5, "'int(REF)' == 'x'", false],
    [1_000_000, "'int(REF)' == '1000000'", true],
    ['x', "'int(REF)' == 'x'", true],
    [2.5, "'int(REF)' == '2.5'", true],
    [2.5, "'REF' == '2.5'", true],
    [true, "!('REF' == 'true') && 'a' == 'a'", false],
    ['a', "REF == 'REF' || REF == 'b'", true],
  ];
  for (const [value, text, expected] of cases) {
    const parameterValues = { [SIZE]: value };
    const condition = compareAsTheyAre(unquoteOperands(text.replaceAll('REF', `inputs.parameter_values['${SIZE}']`)), parameterValues);
    assert.deepEqual(evaluateCondition(condition, { parameterValues }), { ok: true, value: expected }, `${value}: ${text}`);
  }
});

test('an item is compared with a number or boolean from elsewhere as what it is', () => {
  const cases: readonly (readonly [Json, Json, string, boolean])[] = [
    [3, 3, "ITEM == 'int(OTHER)'", true],
    [10, 9, "ITEM > 'int(OTHER)'", true],
    [10, 9, "'int(OTHER)' >= ITEM", false],
    [0.5, 0.25, "!(ITEM < 'OTHER')", true],
    [true, true, "'OTHER' == ITEM && 'OTHER' != 'false'", true],
    ['3', 3, "ITEM == 'int(OTHER)'", true],
    ['x', 3, "ITEM == 'int(OTHER)'", false],
  ];
  for (const [item, other, text, expected] of cases) {
    const parameterValues = { [SIZE]: item, n: other };
    const written = text.replaceAll('ITEM', `inputs.parameter_values['${SIZE}']`).replaceAll('OTHER', "inputs.parameter_values['n']");
    const condition = compareAsTheyAre(unquoteOperands(written), parameterValues);
    assert.deepEqual(evaluateCondition(condition, { parameterValues }), { ok: true, value: expected }, `${JSON.stringify([item, other])}: ${text}`);
  }
});

test('a parameter that was not given is equal to nothing, of whatever type it would be', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['int(REF) == 3', false],
    ['!(int(REF) == 3)', true],
    ['double(int(REF)) == 0.5', false],
    ["'int(REF)' != '3'", true],
    ["'REF' == 'true'", false],
  ];
  for (const [text, expected] of cases) {
    const parameterValues = { n: null };
    const condition = compareAsTheyAre(unquoteOperands(text.replaceAll('REF', "inputs.parameter_values['n']")), parameterValues);
    assert.deepEqual(evaluateCondition(condition, { parameterValues }), { ok: true, value: expected }, text);
  }
});

test('other comparisons stay as they are', () => {
  const values = { size: 10, [SIZE]: 10 };
  for (const condition of ["inputs.parameter_values['size'] == '10'", `'10' == inputs.parameter_values['${SIZE}']`, `inputs.parameter_values['constructor-loop-item'] == '10'`]) {
    assert.equal(compareAsTheyAre(condition, values), condition);
  }
});
