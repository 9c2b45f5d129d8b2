import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeFieldValue, parseFieldSelector } from './field-selector.ts';

function terms(text: string): unknown {
  const selector = parseFieldSelector(text);
  return selector.ok ? selector.value.terms.map(({ field, value, isNegated }) => `${field}${isNegated ? '!' : ''}:${value}`) : selector.message;
}

test('terms of kubectl', () => {
  assert.deepEqual(terms(''), []);
  assert.deepEqual(terms('metadata.name=p1'), ['metadata.name:p1']);
  assert.deepEqual(terms('involvedObject.kind==Pod,involvedObject.uid=,status.phase!=Running'), ['involvedObject.kind:Pod', 'involvedObject.uid:', 'status.phase!:Running']);
  assert.deepEqual(terms(String.raw`reason=a\,b\=c\\d`), [String.raw`reason:a,b=c\d`]);
});

test('what is no selector is refused with a sentence', () => {
  for (const text of ['a', 'a=b,c', 'a=b=c', String.raw`a=b\x`, '\\']) assert.match(terms(text) as string, /^invalid selector: '/, text);
});

test('matches compares texts', () => {
  const selector = parseFieldSelector('metadata.name=p1,status.phase!=Running');
  assert.ok(selector.ok);
  const match = (fields: Record<string, string>) => selector.value.matches((field) => fields[field] ?? '');
  assert.equal(match({ 'metadata.name': 'p1', 'status.phase': 'Pending' }), true);
  assert.equal(match({ 'metadata.name': 'p1' }), true);
  assert.equal(match({ 'metadata.name': 'p1', 'status.phase': 'Running' }), false);
  assert.equal(match({ 'metadata.name': 'p2' }), false);
});

test('every value survives escaping', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }), (values) => {
      const text = values.map((value, index) => `f${index}=${escapeFieldValue(value)}`).join(',');
      assert.deepEqual(terms(text), values.map((value, index) => `f${index}:${value}`));
    }),
  );
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseFieldSelector(text)));
});
