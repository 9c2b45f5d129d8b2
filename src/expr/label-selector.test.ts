import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLabelSelector } from './label-selector.ts';

function matches(text: string, labels: Record<string, string> | undefined): boolean {
  const selector = parseLabelSelector(text);
  assert.ok(selector.ok, selector.ok ? '' : selector.message);
  return selector.value.matches(labels);
}

test('an empty selector matches everything', () => {
  assert.equal(matches('', undefined), true);
  assert.equal(matches('  ', { a: 'b' }), true);
});

test('equality, inequality, sets and existence', () => {
  const labels = { app: 'web', tier: 'front', 'example.com/n': '5', empty: '' };
  for (const text of ['app=web', 'app==web', 'app = web,tier=front', 'app!=db', 'none!=x', 'app in (db, web)', 'none notin (a)', 'app', '!none', 'empty=',
    'example.com/n>4', 'example.com/n<6', 'app=web,!none,tier in (front)', 'empty in ()']) {
    assert.equal(matches(text, labels), true, text);
  }
  for (const text of ['app=db', 'app!=web', 'app notin (web,db)', 'none', '!app', 'none in (a)', 'example.com/n>5', 'app>1', 'app=', 'empty']) {
    assert.equal(matches(text, labels), text === 'empty', text);
  }
});

test('words that are operators may be keys and values', () => {
  assert.equal(matches('in=notin', { in: 'notin' }), true);
  assert.equal(matches('in in (in)', { in: 'in' }), true);
});

test('names of the prototype are no labels', () => {
  assert.equal(matches('constructor', {}), false);
  assert.equal(matches('!toString', {}), true);
});

test('what is no selector is refused with a sentence', () => {
  for (const text of [',', 'a=b,', 'a,,b', 'a in b', 'a in (b', 'a=b=c', 'a b', '=b', '!', 'a=$', '-a=b', 'a>x', 'x/y/z=1', `a=${'v'.repeat(64)}`, 'a=(b)']) {
    const selector = parseLabelSelector(text);
    assert.equal(selector.ok, false, text);
    assert.match((selector as { message: string }).message, /^unable to parse requirement: .|^found /);
  }
});

test('any map of labels is selected by the selector that spells it', () => {
  const word = fc.stringMatching(/^[a-z0-9]([-a-z0-9_.]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(fc.dictionary(word, word, { maxKeys: 6 }), (labels) => {
      const text = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');
      assert.equal(matches(text, labels), true);
      for (const [key, value] of Object.entries(labels)) {
        assert.equal(matches(`${key} notin (${value},other)`, labels), false);
        assert.equal(matches(text, { ...labels, [key]: `${value}x` }), false);
      }
    }),
  );
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseLabelSelector(text)));
});
