import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../base/mod.ts';
import { compareUtf8, goJsonStringify } from './gojson.ts';

test('keys, escapes and numbers are those of encoding/json', () => {
  const value = {
    z: '<a href="x">&\'\u2028\u2029\u007f\t\n\r\b\f\u0001\\/é😀',
    a: [1, true, null, 1e21, 1e-7, 0.1],
    '\uffee': 1,
    '😀': 2,
    B: {},
    A: [],
    left: undefined,
  };
  assert.equal(
    goJsonStringify(value),
    '{"A":[],"B":{},"a":[1,true,null,1e+21,1e-7,0.1],"z":"\\u003ca href=\\"x\\"\\u003e\\u0026\'\\u2028\\u2029\u007f\\t\\n\\r\\b\\f\\u0001\\\\/é😀","\uffee":1,"😀":2}',
  );
});

test('a lone surrogate becomes the replacement character, as in Go', () => {
  assert.equal(goJsonStringify('a\ud800'), '"a\ufffd"');
});

test('any JSON value reads back as itself', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // Go writes -0 as it is, JSON.stringify as 0: both texts go through JSON.stringify once before they are compared.
      const plain = (text: string): unknown => JSON.parse(JSON.stringify(JSON.parse(text)));
      assert.deepEqual(plain(goJsonStringify(value as Json)), plain(JSON.stringify(value)));
    }),
  );
});

test('strings order as their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      assert.equal(Math.sign(compareUtf8(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
