import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../base/mod.ts';
import { PARAMETER_TYPES, type ParameterType } from './types.ts';
import { coerceParameter, matchesType, parameterText, parseOutputParameter } from './values.ts';

test('a STRING input takes any value as text, other types only their own', () => {
  const asText: readonly (readonly [Json, string])[] = [
    ['a', 'a'],
    [5, '5'],
    [1e21, '1000000000000000000000'],
    [0.1, '0.1'],
    [true, 'true'],
    [[1, 'x'], '[1,"x"]'],
    [{ b: '<', a: null }, '{"a":null,"b":"\\u003c"}'],
  ];
  for (const [value, text] of asText) assert.deepEqual(coerceParameter('STRING', value), { ok: true, value: text });
  assert.deepEqual(coerceParameter('NUMBER_INTEGER', 5), { ok: true, value: 5 });
  assert.deepEqual(coerceParameter('NUMBER_INTEGER', '5'), {
    ok: false,
    message: 'must be a whole number (NUMBER_INTEGER), not the string "5".',
  });
  assert.deepEqual(coerceParameter('NUMBER_INTEGER', 5.5), {
    ok: false,
    message: 'must be a whole number (NUMBER_INTEGER), not the number 5.5.',
  });
  assert.equal(coerceParameter('LIST', {}).ok, false);
  assert.deepEqual(coerceParameter('BOOLEAN', null), { ok: true, value: null });
});

test('the text of an output file becomes a value as the launcher reads it', () => {
  const cases: readonly (readonly [ParameterType, string, Json | undefined])[] = [
    ['STRING', ' 5\n', ' 5\n'],
    ['NUMBER_INTEGER', ' 42\n', 42],
    ['NUMBER_INTEGER', '-7', -7],
    ['NUMBER_INTEGER', '4.0', undefined],
    ['NUMBER_INTEGER', '', undefined],
    ['NUMBER_INTEGER', '0x10', undefined],
    ['NUMBER_DOUBLE', '0.87\n', 0.87],
    ['NUMBER_DOUBLE', '1e-7', 1e-7],
    ['NUMBER_DOUBLE', '.5', 0.5],
    ['NUMBER_DOUBLE', 'NaN', undefined],
    ['NUMBER_DOUBLE', '1e999', undefined],
    ['BOOLEAN', 'True\n', true],
    ['BOOLEAN', '0', false],
    ['BOOLEAN', 'yes', undefined],
    ['LIST', '[1, {"a": null}]\n', [1, { a: null }]],
    ['LIST', '{}', undefined],
    ['STRUCT', '{"a": [1]}', { a: [1] }],
    ['STRUCT', 'nope', undefined],
  ];
  for (const [type, text, value] of cases) {
    const conversion = parseOutputParameter(type, text);
    assert.deepEqual(conversion.ok ? conversion.value : undefined, value, `${type} ${JSON.stringify(text)}`);
    if (!conversion.ok) assert.match(conversion.message, /^must be .*, not .*\.$/s);
  }
});

test('what is converted is of the type; what is written reads back', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PARAMETER_TYPES), fc.jsonValue(), (type, any) => {
      const value = any as Json;
      const conversion = coerceParameter(type, value);
      if (conversion.ok && conversion.value !== null) assert.ok(matchesType(type, conversion.value));
      if (value === null || !matchesType(type, value)) return;
      const parsed = parseOutputParameter(type, parameterText(value));
      assert.ok(parsed.ok);
      assert.equal(JSON.stringify(parsed.value), JSON.stringify(JSON.parse(parameterTextAsJson(value))));
    }),
  );
});

/** The same value after Go's key order. */
function parameterTextAsJson(value: Json): string {
  return typeof value === 'string' ? JSON.stringify(value) : parameterText(value);
}
