import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../base/mod.ts';
import { celToJson, compileCel, EXPRESSION_LENGTH_MAX, typeOfCel } from './cel.ts';

const variables = { n: 5, d: 0.87, s: 'abc', flag: true, items: [1, 2], object: { a: 1 }, nothing: null };

function evaluate(text: string): unknown {
  return compileCel(text).evaluate(variables);
}

test('floats of JSON compare with integer and double literals', () => {
  for (const text of ['n == 5', 'int(n) == 5', '5 == n', 'n >= 5', 'd < 0.9', 'double(n) > 4.5', 'n in [5, 6]', 'int(s.size()) == 3']) {
    assert.equal(evaluate(text), true, text);
  }
  assert.equal(evaluate('d > 0.9'), false);
  assert.equal(evaluate("s == 5 || nothing == 'a'"), false);
});

test('lists, maps, text and parseJson', () => {
  for (const text of ['items == [1, 2]', "object == {'a': 1}", 'items.exists(x, x > 1)', 'parseJson(\'{"a":[1]}\')["a"][0] == 1', "s.matches('^a.c$')"]) {
    assert.equal(evaluate(text), true, text);
  }
});

test('string() writes what Go writes', () => {
  const cases = [
    ['string(n)', '5'],
    ['string(1000000.0)', '1e+06'],
    ['string(12)', '12'],
    ['string(12u) + string(true) + string(s) + string(b"x")', '12trueabcx'],
    ["string(timestamp('2026-01-02T03:04:05Z'))", '2026-01-02T03:04:05.000Z'],
  ] as const;
  for (const [text, expected] of cases) assert.equal(evaluate(text), expected);
  for (const text of ['string(nothing)', 'string(items)']) assert.throws(() => evaluate(text), { reason: 'InvalidExpression' });
});

test('names that only JavaScript objects have are unknown', () => {
  for (const text of ['object.constructor == 1', "object['__proto__'] == 1", 'toString == 1']) {
    assert.throws(() => evaluate(text), { reason: 'InvalidExpression' }, text);
  }
});

test('errors name the expression in one line', () => {
  assert.throws(() => evaluate("s == 'it's'"), { reason: 'InvalidExpression', message: /^The expression s == 'it's' is not valid CEL: [^\n]+$/ });
  assert.throws(() => evaluate('missing > 1'), { message: /can not be evaluated: Unknown variable: missing/ });
  assert.throws(() => evaluate('s > 5'), { reason: 'InvalidExpression' });
});

test('the type of an expression is told by its text, where that tells it', () => {
  const typeOf = (text: string) => typeOfCel(text, ['n', 'items']);
  assert.deepEqual(['n > 1', 'n', 'int(n) + 1', "string(n) == 'x' && !(n == 1)", 'items.exists(x, x > 1)', "n.matches('a')"].map(typeOf), ['bool', 'dyn', 'int', 'bool', 'bool', 'bool']);
  for (const [text, message] of [["'a' > 1", /no such overload: string > int/], ['m > 1', /Unknown variable: m/], ['n >', /is not valid CEL/]] as const) {
    assert.throws(() => typeOf(text), { reason: 'InvalidExpression', message });
  }
});

test('hostile expressions end quickly with a failure', () => {
  const doubling = `[s]${'.map(x, x + x)'.repeat(60)}.size() > 1`;
  const nested = 'many.all(a, many.all(b, many.all(c, a + b + c > 0)))';
  const many = Array.from({ length: 2000 }, (_, index) => index + 1);
  const deep = '('.repeat(500) + '1' + ')'.repeat(500);
  for (const text of [doubling, nested, deep, 'x'.repeat(EXPRESSION_LENGTH_MAX + 1), "s.matches('(?=a)')", 'parseJson(s)']) {
    assert.throws(() => compileCel(text).evaluate({ ...variables, many }), { reason: /InvalidExpression|InvalidPattern/ }, text.slice(0, 40));
  }
  assert.equal(compileCel("many.matches('(a+)+$')").evaluate({ many: `${'a'.repeat(5000)}b` }), false);
});

test('results become JSON', () => {
  assert.deepEqual(celToJson(evaluate('[n, 2, s, {"k": items}]')), [5, 2, 'abc', { k: [1, 2] }]);
  assert.throws(() => celToJson(evaluate('b"x"')), { reason: 'InvalidExpression' });
  assert.throws(() => celToJson(evaluate('1.0 / 0.0')), { reason: 'InvalidExpression' });
});

test('whatever the text, it is a value or a Failure', () => {
  const word = fc.constantFrom('n', 'd', 's', 'list', 'map', '1', '0.5', "'x'", '(', ')', '[', ']', '.', '+', '==', '&&', '!', '?', ':', 'int', 'map(', 'x,', '{');
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(word, { maxLength: 12 }).map((words) => words.join(' '))), (text) => {
      try {
        evaluate(text);
      } catch (error) {
        assert.ok(error instanceof Failure, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
