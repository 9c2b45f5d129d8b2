import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Json } from '../../base/mod.ts';
import { readYaml } from './read-yaml.ts';
import { writeYaml } from './write-yaml.ts';

test('objects become blocks, lists stand under their names, texts over several lines stay readable', () => {
  const object = { kind: 'Pod', metadata: { labels: {}, name: 'p' }, args: ['a', { b: 1, c: [true, null] }, [], ['x']], script: 'set -e\n\necho done\n' };
  assert.equal(
    writeYaml(object),
    'args:\n- a\n- b: 1\n  c:\n  - true\n  - null\n- []\n- - x\nkind: Pod\nmetadata:\n  labels: {}\n  name: p\nscript: |\n  set -e\n\n  echo done\n',
  );
});

test('texts that a reader takes for something else are quoted', () => {
  const texts = ['yes', 'on', 'n', '0777', '1e3', '12:30', '2024-01-01T00:00:00Z', '', '~', 'null', '.inf', '- a', 'a: b', 'a #b', '*x', '1_000', '0x1f', 'x:', '...', ' a', 'a ', '\u2028', '<<', '='];
  for (const text of texts) assert.equal(writeYaml([text]), `- ${JSON.stringify(text).replace('\u2028', '\\u2028')}\n`);
  for (const text of ['100m', '1Gi', 'python:3.12', 'a b', 'kube-root-ca.crt', '/usr/bin', 'v1.32', '10.0.0.1']) assert.equal(writeYaml([text]), `- ${text}\n`);
});

test('whatever the value, both readers of YAML find it again', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('yes', 'no', '\n', 'a\n', 'a\n\n', 'a\nb', ' a\nb', 'a\n  b\n', 'a\n\n\tb', 'a: b\nc', '---\nx', 'a\n---\nb', '#\n', '- \n', '|', '>', '"', "'", '\u0085', '\ufeffx', 'a\r\nb', 'a\u0007b', '__proto__', '%a', '@', '0o7', '1.', '?', '? a'),
    fc.integer({ min: 500, max: 700 }).map((length) => 'k'.repeat(length)),
  );
  const { value: anything } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(anything, (value) => {
      const wanted: unknown = JSON.parse(JSON.stringify(value));
      const written = writeYaml(value);
      assert.deepEqual(readYaml(written), { ok: true, value: wanted, repeated: [] });
      assert.equal(JSON.stringify(sorted(parse(written, { version: '1.2' }))), JSON.stringify(sorted(wanted)));
    }),
    { numRuns: 300 },
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]);
}
