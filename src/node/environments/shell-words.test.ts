import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitAndList } from './shell-words.ts';

test('words, quotes and commands', () => {
  assert.deepEqual(splitAndList(`a 'b c' "d 'e'" f'g'"h"  &&  i --x=y`), [['a', 'b c', "d 'e'", 'fgh'], ['i', '--x=y']]);
  assert.deepEqual(splitAndList(`"a\\"b" "c\\\\d" "e\\f" ''`), [['a"b', 'c\\d', 'e\\f', '']]);
  assert.deepEqual(splitAndList(`a&&b`), [['a'], ['b']]);
});

test('what needs a shell is not split', () => {
  for (const text of ['', 'a &&', '&& b', 'a | b', 'a; b', 'a & b', '$A', '"$A"', '"`a`"', '`a`', '"\\$A"', 'a > b', 'a*', 'a?', '[a]', '~', '~/x', '#x', 'a\\ b', 'a\nb', "'a", '"a', '"a\\', '(a)', '{a,b}', '!a']) {
    assert.equal(splitAndList(text), undefined, text);
  }
});
