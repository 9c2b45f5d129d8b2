import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure, type Json } from '../../base/mod.ts';
import { compileTypedCel } from './typed-cel.ts';
import type { CelType, ObjectType } from './types.ts';
import { CelOptional, fromJson } from './values.ts';

const STRUCT: ObjectType = objectType({
  n: { kind: 'int' },
  d: { kind: 'double' },
  s: { kind: 'string' },
  list: { kind: 'list', item: { kind: 'int' } },
  map: { kind: 'map', key: { kind: 'string' }, value: { kind: 'string' } },
  any: { kind: 'dyn' },
  when: { kind: 'timestamp' },
});
const SELF: Json = { n: 5, d: 0.5, s: 'abc', list: [3, 1, 2], map: { a: 'x', b: 'y' }, any: { deep: [1, 'two'] }, when: '2026-01-02T03:04:05Z' };
const SHAPE = { sizeMax: 100, item: { sizeMax: 10 }, field: () => ({ sizeMax: 100, item: { sizeMax: 10 } }) };
const BUDGET = 1_000_000;

function objectType(fields: Readonly<Record<string, CelType>>): ObjectType {
  return { kind: 'object', name: 'object', field: (name) => fields[name], jsonName: (name) => name };
}

function compile(text: string) {
  return compileTypedCel(text, { self: { type: STRUCT, shape: SHAPE }, oldSelf: { type: { kind: 'optional', of: STRUCT }, shape: SHAPE } });
}

function evaluate(text: string): unknown {
  return compile(text).evaluate({ self: fromJson(STRUCT, SELF), oldSelf: new CelOptional(undefined) }, BUDGET).value;
}

test('the language: members, operators, macros, conversions', () => {
  for (const text of [
    'self.n + 1 == 6 && self.d < 1.0 && self.n > 4.5',
    'has(self.n) && !has(self.any.missing) && self.any.deep[1] == "two"',
    'self.list.all(x, x > 0) && self.list.exists(x, x == 2) && self.list.exists_one(x, x > 2)',
    'self.list.map(x, x * 2) == [6, 2, 4] && self.list.filter(x, x > 1).size() == 2',
    'self.map.all(k, self.map[k] != "") && "a" in self.map && !("z" in self.map)',
    'self.list.all(i, v, i < 3 && v < 4) && self.list.transformList(i, v, i + v) == [3, 2, 4]',
    'self.map.transformMap(k, v, k + v) == {"a": "ax", "b": "by"}',
    'cel.bind(x, self.n, x * x) == 25 && (self.n > 3 ? "big" : "small") == "big"',
    'int("7") == 7 && string(1.5) == "1.5" && double(2) == 2.0 && type(self.n) == int && dyn(1) == 1.0',
    'self.when < timestamp("2027-01-01T00:00:00Z") && self.when.getFullYear() == 2026 && duration("90s").getMinutes() == 1',
    '(1 / 0 == 1 || true) && !(false && 1 / 0 == 1)',
    '!oldSelf.hasValue() && oldSelf.?n.orValue(3) == 3 && self.list[?9].orValue(7) == 7 && optional.of(1).value() == 1',
  ]) {
    assert.equal(evaluate(text), true, text);
  }
});

test("Kubernetes' libraries: lists, text, URLs, quantities, networks, formats, sets, semver", () => {
  for (const text of [
    'self.list.sum() == 6 && self.list.min() == 1 && self.list.max() == 3 && !self.list.isSorted() && self.list.indexOf(2) == 2',
    '"a-b-c".split("-") == ["a", "b", "c"] && ["x", "y"].join(",") == "x,y" && "AbC".lowerAscii() == "abc" && " x ".trim() == "x"',
    '"abc123".find("[0-9]+") == "123" && "a1b2".findAll("[0-9]") == ["1", "2"] && "aaa".replace("a", "b", 2) == "bba"',
    '"%s has %d of %.1f".format(["x", 3, 2.5]) == "x has 3 of 2.5"',
    'isURL("https://a.b:80/c?d=e") && url("https://a.b:80/c?d=e").getHost() == "a.b:80" && url("https://a.b:80/c").getPort() == "80" && !isURL("::")',
    'quantity("1Gi").isGreaterThan(quantity("1000M")) && isQuantity("50m") && quantity("2").add(quantity("500m")).asApproximateFloat() == 2.5',
    'ip("10.0.0.1").family() == 4 && isIP("::1") && cidr("10.0.0.0/8").containsIP("10.1.2.3") && !isCIDR("10.0.0.0/99")',
    'format.dns1123Label().validate("Not").hasValue() && !format.named("uuid").value().validate("0b5c3c0e-6a2c-4c0e-9d7e-1f0a2b3c4d5e").hasValue()',
    'sets.contains([1, 2, 3], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])',
    'semver("1.2.3").isLessThan(semver("1.10.0")) && isSemver("1.0.0-rc.1")',
  ]) {
    assert.equal(evaluate(text), true, text);
  }
});

test('an expression that does not fit its types is refused at a place', () => {
  const report = (text: string) => {
    try {
      compile(text);
    } catch (error) {
      return error instanceof Failure ? error.message : undefined;
    }
    return undefined;
  };
  assert.equal(report('self.missing > 1'), "ERROR: <input>:1:5: undefined field 'missing'\n | self.missing > 1\n | ....^");
  assert.equal(report('self.n.x'), "ERROR: <input>:1:7: type 'int' does not support field selection\n | self.n.x\n | ......^");
  assert.match(report('other > 1')!, /undeclared reference to 'other' \(in container ''\)/);
  assert.match(report('self.n + "a" == ""')!, /found no matching overload for '_\+_' applied to '\(int, string\)'/);
  assert.match(report('self.s.all(x, true)')!, /can(?:not)? be range of a comprehension|cannot be range/);
  assert.match(report('self.n ==')!, /Syntax error/);
});

test('an expression that loops ends: its cost is estimated before and bounded while it runs', () => {
  const nested = 'self.list.all(a, self.list.all(b, self.list.all(c, a + b + c > 0)))';
  assert.ok(compile(nested).costMax > 1_000_000, 'a hundred items three times');
  const many = fromJson(STRUCT, { list: Array.from({ length: 2000 }, (_, index) => index + 1) });
  assert.throws(() => compile(nested).evaluate({ self: many }, BUDGET), { reason: 'CostExceeded' });
  assert.ok(compile('self.n > 1').costMax < 10);
});

test('whatever the text, it is a term or a Failure', () => {
  const word = fc.constantFrom('self', '.n', '.list', '.all(', 'x,', ')', '(', '1', "'s'", '+', '==', '&&', '?', ':', '[', ']', 'has(', '!', '.?s', 'size(', '{');
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
