import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findDuplicateFields } from './duplicate-fields.ts';

const duplicatesIn = (text: string) => findDuplicateFields(text, JSON.parse(text));

test('duplicate members are named by their path', () => {
  assert.deepEqual(duplicatesIn('{"a":1,"b":{"a":2}}'), []);
  assert.deepEqual(duplicatesIn('{"spec":{"x":[{"y":1},{"y":2,"z":"}\\",{","y":3}]},"spec":1}'), ['spec.x[1].y', 'spec']);
  assert.deepEqual(duplicatesIn('{"a":["a","a"],"b":"a"}'), []);
  assert.deepEqual(duplicatesIn('{"a":"\\\\","a":":\\":"}'), ['a'], 'backslashes before quotes');
});

test('JSON that was made from values never has duplicates', () => {
  fc.assert(fc.property(fc.json(), (text) => assert.deepEqual(duplicatesIn(text), [])));
});
