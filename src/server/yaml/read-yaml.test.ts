// What single forms of YAML mean is compared with Kubernetes' own reader in conformance/golden (cases/yaml.json).
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readYaml, type YamlText } from './read-yaml.ts';

function complaint(read: YamlText): string {
  return read.ok ? assert.fail('was read') : read.message;
}

test('a document becomes a JSON value', () => {
  assert.deepEqual(readYaml('a: 1\nb: [x, {c: true}]\n'), { ok: true, value: { a: 1, b: ['x', { c: true }] }, repeated: [] });
  assert.deepEqual(readYaml('base: &b {x: 1}\nmore: *b\n'), { ok: true, value: { base: { x: 1 }, more: { x: 1 } }, repeated: [] });
});

test('scalars mean what they mean in YAML 1.1', () => {
  const text = 'yes: on\nmode: 0644\nport: 0x1F90\nday: 2024-01-01\ntime: 12:30\nbig: 1_000\nversion: 1.10\nquoted: "yes"\n';
  const value = { true: true, mode: 420, port: 8080, day: '2024-01-01', time: '12:30', big: 1000, version: 1.1, quoted: 'yes' };
  assert.deepEqual(readYaml(text), { ok: true, value, repeated: [] });
});

test('a merge key brings members, of which those that stand later win', () => {
  const text = 'base: &base {image: a, pull: Always}\none:\n  <<: *base\n  image: b\ntwo:\n  image: b\n  <<: [{pull: Never}, *base]\n';
  assert.deepEqual(readYaml(text), {
    ok: true,
    value: { base: { image: 'a', pull: 'Always' }, one: { image: 'b', pull: 'Always' }, two: { image: 'a', pull: 'Never' } },
    repeated: ['line 4: key "image" already set in map', 'line 1: key "image" already set in map', 'line 7: key "pull" already set in map'],
  });
});

test('a member may have any name', () => {
  const read = readYaml('__proto__: {polluted: 1}\nconstructor: {prototype: 2}\n');
  assert.equal(JSON.stringify(read.ok && read.value), '{"__proto__":{"polluted":1},"constructor":{"prototype":2}}');
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
});

test('of keys that stand twice the last counts, and each is told', () => {
  assert.deepEqual(readYaml('spec:\n  a: 1\n  a: 2\n'), { ok: true, value: { spec: { a: 2 } }, repeated: ['line 3: key "a" already set in map'] });
});

test('several documents, control characters and broken text are refused in one line; empty documents are none', () => {
  assert.match(complaint(readYaml('a: 1\n---\na: 2\n')), /multiple documents/);
  assert.match(complaint(readYaml('a: "\u0007"')), /control characters/);
  assert.match(complaint(readYaml('a: [1')), /^the body is not YAML: [^\n]+$/);
  assert.match(complaint(readYaml('a: *b')), /unknown anchor 'b'/);
  assert.deepEqual(readYaml('---\na: 1\n---\n'), { ok: true, value: { a: 1 }, repeated: [] });
});

test('hostile text costs no more than a refusal', () => {
  const manyKeys = Array.from({ length: 300_000 }, (_, index) => `k${index}: 1`).join('\n');
  const growing = ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`)].join('\n');
  const long = `a: &a ${'x'.repeat(100_000)}\nb: [${Array.from({ length: 90 }, () => '*a').join(', ')}]`;
  const deep = Array.from({ length: 3_000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n');
  assert.match(complaint(readYaml(manyKeys)), /more than 100000 lines/);
  assert.match(complaint(readYaml(`[${'a,'.repeat(400_000)}]`)), /more than 500000 tokens/);
  assert.match(complaint(readYaml('['.repeat(100_000))), /nested deeper than 200 levels/);
  assert.match(complaint(readYaml(growing)), /excessive aliasing/);
  assert.match(complaint(readYaml(long)), /more than 3 MiB/);
  assert.match(complaint(readYaml(deep)), /the body is not YAML/);
  assert.match(complaint(readYaml('a: &a [*a]')), /contains itself/);
});
