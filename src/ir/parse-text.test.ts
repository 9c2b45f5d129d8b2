import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePipelineText } from './parse-text.ts';
import { TEST_PIPELINE_YAML } from './testing/pipeline.ts';

function errorOf(text: string): string {
  const parse = parsePipelineText(text);
  return parse.ok ? '' : parse.errors.map(({ field, message }) => `${field}: ${message}`).join('\n');
}

test('YAML and JSON give the same pipeline', () => {
  const yaml = parsePipelineText(TEST_PIPELINE_YAML);
  assert.ok(yaml.ok, errorOf(TEST_PIPELINE_YAML));
  assert.deepEqual(parsePipelineText(JSON.stringify(yaml.document)), yaml);
});

test('numbers are what Python takes for numbers, as in the YAML that kfp writes', () => {
  const cases = [
    ['1e5', '1e5'],
    ['1.5e3', '1.5e3'],
    ['0o17', '0o17'],
    ['2020-01-01', '2020-01-01'],
    ['"1"', '1'],
    ["'yes'", 'yes'],
    ['yes', 'yes'],
  ] as const;
  for (const [written, value] of cases) {
    const parse = parsePipelineText(TEST_PIPELINE_YAML.replace('defaultValue: 1e5', `defaultValue: ${written}`));
    assert.ok(parse.ok, written);
    assert.equal(parse.pipeline.root.inputDefinitions?.parameters?.['label']?.defaultValue, value);
  }
  const parse = parsePipelineText(TEST_PIPELINE_YAML.replace('defaultValue: 0.1', 'defaultValue: 1.0e+20'));
  assert.ok(parse.ok);
  assert.equal(parse.pipeline.components['comp-train']?.inputDefinitions?.parameters?.['rate']?.defaultValue, 1e20);
});

test('the second document is the platform', () => {
  const platform = 'platforms:\n  kubernetes:\n    deploymentSpec:\n      executors:\n        exec-train: {imagePullPolicy: Always}\n';
  for (const text of [`${TEST_PIPELINE_YAML}---\n${platform}`, `---\n${platform}---\n${TEST_PIPELINE_YAML}`]) {
    const parse = parsePipelineText(text);
    assert.ok(parse.ok, errorOf(text));
    assert.deepEqual(Object.keys(parse.document), ['pipeline_spec', 'platform_spec']);
    assert.deepEqual(parse.pipeline.kubernetes['deploymentSpec'], { executors: { 'exec-train': { imagePullPolicy: 'Always' } } });
  }
  assert.match(errorOf(`${TEST_PIPELINE_YAML}---\nx: 1\n`), /second document must be the platform spec/);
  assert.match(errorOf(`${TEST_PIPELINE_YAML}---\na: 1\n---\nb: 2\n`), /has 3 documents/);
});

test('quoted text whose lines are not indented is read as libyaml reads it', () => {
  const text = TEST_PIPELINE_YAML.replace(
    '        command: [python3, train.py]',
    ['        command:', '          - sh', "          - 'one ''quoted''", '', '          two: "three"', "          '", '          - "a \\"b', '          c"'].join('\n'),
  );
  const parse = parsePipelineText(text);
  assert.ok(parse.ok, errorOf(text));
  const executor = parse.pipeline.executors['exec-train']!;
  assert.ok(executor.kind === 'container');
  assert.deepEqual(executor.container.command, ['sh', "one 'quoted'\ntwo: \"three\" ", 'a "b c']);
});

const MANIFEST = 'apiVersion: pipelines.kubeflow.org/v2beta1\nkind: PipelineVersion\nspec: {pipelineSpec: {}}\n';

test('texts that are no pipeline are refused with a sentence', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /The document is empty/],
    ['# nothing\n', /The document is empty/],
    ['just words', /A pipeline is an object/],
    ['a: [1', /not YAML/],
    ['a: 1\na: 2\n', /The key "a" stands twice/],
    ['? [x]\n: 1\n', /not a plain text/],
    ['a: .inf\n', /The number Infinity has no place/],
    ['\u0089PNG\r\n\u001a\n\0\0', /not YAML|object/],
    ['{"a": ', /not YAML/],
    [MANIFEST, /^apiVersion: is "pipelines\.kubeflow\.org\/v2beta1": .* Compile the pipeline without kubernetes_manifest_format/],
    [`${MANIFEST}---\n${MANIFEST}`, /^apiVersion: is "pipelines\.kubeflow\.org/],
  ];
  for (const [text, expected] of cases) assert.match(errorOf(text), expected, JSON.stringify(text));
});

test('hostile texts cost no more than a refusal', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...Array.from('bcdefghi', (name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)}]`)].join('\n');
  const wide = `a: &a "${'x'.repeat(500_000)}"\nb: [${'*a, '.repeat(99)}]\n`;
  for (const text of [bomb, wide, '['.repeat(20_000), '{"a":'.repeat(100_000), 'a:\n' + '- b: 1\n'.repeat(300_000), '- '.repeat(50_000)]) {
    assert.notEqual(errorOf(text), '', text.slice(0, 30));
  }
  assert.match(errorOf(`{"x": "${'y'.repeat(34_000_000)}"}`), /at most 33554432 are allowed/);
});

test('names that JavaScript knows are names like any other', () => {
  const text = TEST_PIPELINE_YAML.replaceAll('comp-train', '__proto__').replaceAll('comp-report', 'constructor');
  const parse = parsePipelineText(text);
  assert.ok(parse.ok, errorOf(text));
  assert.equal(parse.pipeline.components['__proto__']?.executorLabel, 'exec-train');
});

test('whatever the text, it is a pipeline or errors', () => {
  const lines = TEST_PIPELINE_YAML.split('\n');
  const mangled = fc
    .tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1), fc.string())
    .map(([from, to, text]) => [...lines.slice(0, from), text, ...lines.slice(to)].join('\n'));
  fc.assert(
    fc.property(fc.oneof(fc.string(), mangled), (text) => {
      const parse = parsePipelineText(text);
      assert.ok(parse.ok || parse.errors.length > 0);
    }),
    { numRuns: 300 },
  );
});

test('thousands of errors cost no more than the first of them', () => {
  const text = `{"a": ${'"b" "c", '.repeat(7_000)}`;
  const cpu = process.cpuUsage();
  const parsed = parsePipelineText(text);
  const { user, system } = process.cpuUsage(cpu);
  assert.match(parsed.ok ? '' : parsed.errors[0]!.message, /^The text is not YAML: .* at line 1, column \d+\.$/);
  // With a stack and a picture for each it was most of a second; this leaves room for a slow machine.
  assert.ok(user + system < 800_000, `${(user + system) / 1000} ms of processor time`);
});
