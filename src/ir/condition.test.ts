import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../base/mod.ts';
import { evaluateCondition, selectFromParameter, type ConditionInputs } from './condition.ts';
import { explainCondition } from './condition-explanation.ts';

const inputs: ConditionInputs = {
  parameterValues: { accuracy: 0.87, count: 3, text: "it's", flag: true, items: [1, 2], 'pipelinechannel--flip-Output': 'tails' },
  artifacts: {
    model: [{ name: 'm', type: { schemaTitle: 'system.Model' }, uri: 's3://b/m', metadata: { accuracy: 0.9 } }],
  },
};

test('conditions as kfp compiles them', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["inputs.parameter_values['pipelinechannel--flip-Output'] == 'heads'", false],
    ["!(inputs.parameter_values['pipelinechannel--flip-Output'] == 'heads') && inputs.parameter_values['pipelinechannel--flip-Output'] == 'tails'", true],
    ["int(inputs.parameter_values['count']) == 3", true],
    ["int(inputs.parameter_values['count']) >= 4", false],
    ["inputs.parameter_values['accuracy'] > 0.9", false],
    ["double(inputs.parameter_values['count']) > inputs.parameter_values['accuracy']", true],
    ["inputs.parameter_values['flag'] == true", true],
    ["inputs.parameter_values['count'] == inputs.parameter_values['accuracy']", false],
  ];
  for (const [text, value] of cases) assert.deepEqual(evaluateCondition(text, inputs), { ok: true, value }, text);
});

test('hand-written conditions may use the whole executor input', () => {
  for (const text of [
    "inputs.artifacts['model'].artifacts[0].metadata['accuracy'] * 100.0 > 89.0",
    "inputs.artifacts['model'].artifacts[0].type.schema_title == 'system.Model'",
    "inputs.parameter_values['items'].exists(x, x == 2)",
    "size(inputs.parameter_values) == 6 && outputs.output_file == ''",
  ]) {
    assert.deepEqual(evaluateCondition(text, inputs), { ok: true, value: true }, text);
  }
});

test('a condition that can not be evaluated says why', () => {
  const messageOf = (text: string): string => {
    const outcome = evaluateCondition(text, inputs);
    return outcome.ok ? '' : outcome.message;
  };
  assert.match(messageOf("inputs.parameter_values['text'] == 'it's'"), /is not valid CEL.*does not escape quotes/);
  assert.match(messageOf("'int(inputs.parameter_values['count'])' == 'x'"), /is not valid CEL.*does not escape quotes/);
  assert.match(messageOf("inputs.parameter_values['missing'] == 1"), /No such key: missing/);
  assert.match(messageOf("inputs.parameter_values['count']"), /gives no boolean/);
  assert.match(messageOf("int(inputs.parameter_values['text']) == 1"), /can not be evaluated/);
});

test('a false condition is explained in values', () => {
  const cases: readonly (readonly [string, string])[] = [
    ["inputs.parameter_values['accuracy'] > 0.9", '0.87 > 0.9'],
    ["int(inputs.parameter_values['count']) == 4", '3 == 4'],
    ["inputs.parameter_values['text'] == 'x'", "'it's' == 'x'"],
    ["string(int(inputs.parameter_values['count'])) == 'x'", "3 == 'x'"],
    ["inputs.parameter_values.flag == false", 'true == false'],
    ["!(inputs.parameter_values['flag'] == true)", '!(true == true)'],
    ["inputs.parameter_values['flag'] == true && inputs.parameter_values['accuracy'] > 0.9", '0.87 > 0.9'],
    ["inputs.parameter_values['count'] == 1 || inputs.parameter_values['count'] == 2", '3 == 1 || 3 == 2'],
    ["!(int(inputs.parameter_values['count']) == 3) && int(inputs.parameter_values['count']) == 4", '!(3 == 3)'],
    ["!(int(inputs.parameter_values['count']) == 4) && (inputs.parameter_values['text'] == ')')", "'it's' == ')'"],
    ['false', 'false'],
    ["inputs.parameter_values['missing'] == 1", "inputs.parameter_values['missing'] == 1"],
    ['not CEL at all', 'not CEL at all'],
  ];
  for (const [text, expected] of cases) assert.equal(explainCondition(text, inputs), `condition false: ${expected}`);
});

test('selectors take a part of a value', () => {
  const item: Json = { name: 'a', size: 2, nested: { list: [1, { deep: true }] } };
  const cases: readonly (readonly [string, Json, Json])[] = [
    ['parseJson(string_value)["name"]', item, 'a'],
    ['parseJson(string_value)["size"]', item, 2],
    ['parseJson(string_value)["nested"]', item, item['nested']!],
    ['parseJson(string_value)["name"]', JSON.stringify(item), 'a'],
    ['parseJson(string_value)[1]', [1.1, 2.2], 2.2],
    ['size(string_value)', 'four', 4],
    ['number_value + 1.0', 2, 3],
    ['struct_value.nested.list[1].deep', item, true],
  ];
  for (const [selector, value, expected] of cases) {
    assert.deepEqual(selectFromParameter(selector, value), { ok: true, value: expected }, selector);
  }
  assert.equal(selectFromParameter('parseJson(string_value)["missing"]', item).ok, false);
  assert.equal(selectFromParameter('parseJson(string_value)["a"]', 'no JSON').ok, false);
});

test('whatever the texts and values, there is an answer', () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (name, values) => {
      const text = `inputs.parameter_values[${JSON.stringify(name)}] == 1`;
      const some = { parameterValues: values as Record<string, Json> };
      evaluateCondition(text, some);
      evaluateCondition(name, some);
      assert.match(explainCondition(name, some), /^condition false: /);
      selectFromParameter(name, 1);
    }),
  );
});
