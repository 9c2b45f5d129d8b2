import { test } from 'node:test';
import assert from 'node:assert/strict';
import { atOnce } from '../../base/mod.ts';
import { yamlTextSteps, type YamlText } from './yaml-text.ts';

function readYamlText(text: string): YamlText {
  return atOnce(yamlTextSteps(text));
}

function complaint(read: YamlText): string {
  return read.ok ? assert.fail('was read') : read.message;
}

test('a document becomes a JSON value', () => {
  assert.deepEqual(readYamlText('a: 1\nb: [x, {c: true}]\n'), { ok: true, value: { a: 1, b: ['x', { c: true }] } });
  assert.deepEqual(readYamlText('base: &b {x: 1}\nmore: *b\n'), { ok: true, value: { base: { x: 1 }, more: { x: 1 } } });
});

test('keys twice, several documents and broken text are refused in one line', () => {
  assert.equal(complaint(readYamlText('spec:\n  a: 1\n  a: 2\n')), 'the body is not YAML: the key "a" stands twice in the same map');
  assert.match(complaint(readYamlText('a: 1\n---\na: 2\n')), /multiple documents/);
  assert.match(complaint(readYamlText('a: [1')), /^the body is not YAML: [^\n]+$/);
});

test('hostile text costs no more than a refusal', () => {
  const manyKeys = Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`).join('\n');
  const growing = ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`)].join('\n');
  const deep = Array.from({ length: 3_000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n');
  assert.match(complaint(readYamlText(manyKeys)), /more than 100000 tokens/);
  assert.match(complaint(readYamlText('['.repeat(100_000))), /nested deeper than 200 levels/);
  assert.match(complaint(readYamlText(growing)), /alias/);
  assert.match(complaint(readYamlText(deep)), /the body is not YAML/);
});

test('a large text is read in many steps', () => {
  const items = Array.from({ length: 6_000 }, (_, index) => `- name: n${index}`);
  const steps = yamlTextSteps(items.join('\n'));
  let count = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) count++;
  assert.equal(step.value.ok && (step.value.value as unknown[]).length, 6_000);
  assert.ok(count > 10, `${count} steps`);
});
