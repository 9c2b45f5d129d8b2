import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseParameter, textOf } from './parameter-text.ts';

const parse = (text: string, parameterType: string, rest: object = {}) => parseParameter(text, { parameterType, ...rest });

test('texts become values of their type', () => {
  assert.deepEqual(
    [parse('3', 'NUMBER_INTEGER'), parse(' 1e-3', 'NUMBER_DOUBLE'), parse('false', 'BOOLEAN'), parse('["a"]', 'LIST'), parse('{"a":1}', 'STRUCT'), parse(' x ', 'STRING')],
    [3, 0.001, false, ['a'], { a: 1 }, ' x '].map((value) => ({ kind: 'value', value })),
  );
});

test('what is certainly wrong is said at once', () => {
  for (const [text, type] of [['3.5', 'NUMBER_INTEGER'], ['9007199254740993', 'NUMBER_INTEGER'], ['', 'NUMBER_DOUBLE'], ['yes', 'BOOLEAN'], ['{}', 'LIST'], ['[', 'STRUCT']] as const) {
    assert.equal(parse(text, type).kind, 'wrong', `${text} as ${type}`);
  }
});

test('an empty field takes the default, or is left out where it may be', () => {
  assert.deepEqual(parse('', 'NUMBER_INTEGER', { defaultValue: 3 }), { kind: 'absent' });
  assert.deepEqual(parse('', 'STRING', { isOptional: true }), { kind: 'absent' });
  assert.deepEqual(parse('', 'STRING', { defaultValue: 'x' }), { kind: 'value', value: '' });
  assert.deepEqual(parse('', 'STRING'), { kind: 'value', value: '' });
});

test('what is typed and what it means are the same thing', () => {
  for (const [value, parameterType] of [[3, 'NUMBER_INTEGER'], [[1, 'a'], 'LIST'], [{ a: null }, 'STRUCT'], [true, 'BOOLEAN'], ['{"', 'STRING']] as const) {
    assert.deepEqual(parseParameter(textOf(value), { parameterType }), { kind: 'value', value });
  }
});
