import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../base/mod.ts';
import { parseJsonPath } from './jsonpath.ts';

const POD: Json = {
  metadata: { name: 'p1', labels: { 'app.kubernetes.io/name': 'web', plain: 'x' } },
  spec: { containers: [{ name: 'a', ports: [{ port: 80 }, { port: 443 }] }, { name: 'b' }, { name: 'c', weight: 3 }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', time: 5 },
      { type: 'Initialized', status: 'False', time: 3 },
    ],
  },
};

function find(path: string, document: Json = POD): readonly Json[] {
  const result = parseJsonPath(path);
  assert.ok(result.ok, result.ok ? '' : `${path}: ${result.message}`);
  return result.value.find(document);
}

test('paths of printer columns and of wait', () => {
  const expectations: readonly (readonly [string, Json])[] = [
    ['.metadata.name', ['p1']],
    ['{.metadata.name}', ['p1']],
    ['metadata.name', ['p1']],
    ['$.metadata.name', ['p1']],
    ['$', [POD]],
    ['', [POD]],
    ['.metadata.nothing.at.all', []],
    [String.raw`.metadata.labels.app\.kubernetes\.io/name`, ['web']],
    [String.raw`.metadata.labels['app\.kubernetes\.io/name']`, ['web']],
    [`.metadata.labels['app.kubernetes.io/name']`, ['web']],
    ['.metadata.labels["plain"]', ['x']],
    ['.spec.containers[*].name', ['a', 'b', 'c']],
    ['.spec.containers.*.name', ['a', 'b', 'c']],
    ['.spec.containers[0].name', ['a']],
    ['.spec.containers[-1].name', ['c']],
    ['.spec.containers[-1:].name', ['c']],
    ['.spec.containers[-2:].name', ['b', 'c']],
    ['.spec.containers[0:2].name', ['a', 'b']],
    ['.spec.containers[::2].name', ['a', 'c']],
    ['.spec.containers[0,2].name', ['a', 'c']],
    [`.metadata['name','nothing']`, ['p1']],
    ['.spec.containers[7].name', []],
    ['.spec.containers[-7].name', []],
    ['..port', [80, 443]],
    ['.spec..ports[0].port', [80]],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [`.status.conditions[?(@.type == 'Ready')].status`, ['True']],
    ['.status.conditions[?(@.type!="Ready")].status', ['False']],
    ['.status.conditions[?(@.time>=4)].type', ['Ready']],
    ['.spec.containers[?(@.weight)].name', ['c']],
    ['.status.conditions[?(@.type=="a)]b")].status', []],
  ];
  for (const [path, expected] of expectations) assert.deepEqual(find(path), expected, path);
});

test('scalars of the document are values like others', () => {
  assert.deepEqual(find('.a', { a: 0 }), [0]);
  assert.deepEqual(find('.a', { a: false }), [false]);
  assert.deepEqual(find('.a', { a: null }), [null]);
  assert.deepEqual(find('.constructor', {}), []);
});

test('what is no path is refused with a sentence', () => {
  for (const path of ['.a[', '.a[b]', '.a[1:2:0]', '.a[]', '.a[?(@.b==c)]', '.a b', '.a{', '....', `.${'a'.repeat(5000)}`]) {
    const result = parseJsonPath(path);
    assert.equal(result.ok, false, path);
  }
});

test('quoted keys reach any member', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), (key, value) => {
      const path = `['${key.replaceAll(/['\\]/g, String.raw`\$&`)}']`;
      assert.deepEqual(find(path, Object.fromEntries([[key, value]])), [value]);
    }),
  );
});

test('no text makes the parser throw, and no path the search', () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[.@$*a-c0-3:[\]()?='"\\ -]{0,12}$/), (text, path) => {
      for (const candidate of [text, path]) {
        const result = parseJsonPath(candidate);
        if (result.ok) result.value.find(POD);
      }
    }),
  );
});

test('a hostile descent ends', () => {
  let document: Json = 1;
  for (let i = 0; i < 12; i++) document = [document, document, document];
  assert.ok(find('$..[?(@..x)]..y', document).length === 0);
});
