import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../base/mod.ts';
import { compileContainer, type CompiledContainer } from './compile-container.ts';
import type { ExecutorInput } from './executor-input.ts';
import { TEST_RUN } from './testing/run.ts';
import type { ComponentSpec, ContainerExecutor } from './types.ts';

const model = { schemaTitle: 'system.Model', schemaVersion: '0.0.1' };
const component: ComponentSpec = {
  executorLabel: 'e',
  inputDefinitions: {
    parameters: {
      text: { parameterType: 'STRING' },
      rate: { parameterType: 'NUMBER_DOUBLE' },
      unset: { parameterType: 'STRING', isOptional: true },
    },
    artifacts: { data: { artifactType: model }, absent: { artifactType: model, isOptional: true } },
  },
};
const executorInput: ExecutorInput = {
  inputs: {
    parameterValues: { text: 'say "hi" {{$}}', rate: 1e-7, big: 1234567.5, list: [1, '<'], nothing: null },
    artifacts: {
      data: { artifacts: [{ name: 'd', type: model, uri: 's3://b/d', metadata: { rows: 10, note: 'n', parts: [1] } }] },
      moved: { artifacts: [{ name: 'm', type: model, uri: 's3://b/m', metadata: {}, customPath: '/elsewhere' }] },
      strange: { artifacts: [{ name: 's', type: model, uri: 'ftp://b/s', metadata: {} }] },
    },
  },
  outputs: {
    parameters: { score: { outputFile: '/tmp/kfp/outputs/score' } },
    artifacts: { model: { artifacts: [{ name: 'model', type: model, uri: 's3://b/out/model', metadata: {} }] } },
    outputFile: '/s3/b/out/output_metadata.json',
  },
};

function compile(container: Partial<ContainerExecutor>, input: ExecutorInput = executorInput): CompiledContainer | string {
  const result = compileContainer({
    container: { image: 'i', ...container },
    component,
    executorInput: input,
    run: TEST_RUN,
    pathOf: ({ uri }) => (uri.startsWith('s3://') ? uri.replace('s3://', '/s3/') : undefined),
  });
  if (!result.ok) return result.message;
  const { command, args: ofContainer, env, ...rest } = result.value;
  const read = (texts: readonly string[]) => texts.map(asKubeletReads);
  return { ...rest, command: read(command), args: read(ofContainer), env: env.map(({ name, value }) => ({ name, value: asKubeletReads(value) })) };
}

/** With the Pod's one variable, HOST, expanded. */
function asKubeletReads(text: string): string {
  return text.replaceAll(/\$(\$|\(HOST\))/g, (_whole, kind: string) => (kind === '$' ? '$' : 'example'));
}

function args(...templates: string[]): readonly string[] | string {
  const compiled = compile({ args: templates });
  return typeof compiled === 'string' ? compiled : compiled.args;
}

test('variables of the Pod are expanded where the pipeline names them; no dollar of a value is lost or read', () => {
  const priced = { ...executorInput, inputs: { parameterValues: { text: '$$5 $(HOST) $$(HOST) $' } } };
  const templates = ['$(HOST) $$(HOST) $(OTHER) $$ $HOST', "{{$.inputs.parameters['text']}}", "$$-{{$.inputs.parameters['text']}}-$(HOST)"];
  const expected = ['example $(HOST) $(OTHER) $$ $HOST', '$$5 $(HOST) $$(HOST) $', '$$-$$5 $(HOST) $$(HOST) $-example'];
  const env = templates.map((value, index) => ({ name: `V${index}`, value }));
  const compiled = compile({ command: templates, args: [...templates, '{{$}}', JSON.stringify({ Concat: templates })], env }, priced);
  assert.ok(typeof compiled !== 'string');
  assert.deepEqual(compiled.command, expected);
  assert.deepEqual(compiled.args, [...expected, JSON.stringify(priced), expected.join('')]);
  assert.deepEqual(compiled.env.map(({ value }) => value), expected);
});

test('every placeholder of kfp', () => {
  const cases = [
    ["{{$.inputs.parameters['text']}}", 'say "hi" {{$}}'],
    ["--rate={{$.inputs.parameters['rate']}}", '--rate=1e-07'],
    ["{{$.inputs.parameters['big']}}", '1.2345675e+06'],
    ["{{$.inputs.parameters['list']}}", '[1,"\\u003c"]'],
    ["{{$.inputs.parameters['nothing']}}", ''],
    ["{{$.inputs.parameters['unset']}}", ''],
    ["{{$.inputs.parameters[''text'']}}", 'say "hi" {{$}}'],
    ["{{$.inputs.artifacts['data'].uri}} {{$.inputs.artifacts['data'].path}} {{$.inputs.artifacts['data'].name}}", 's3://b/d /s3/b/d d'],
    ["{{$.inputs.artifacts['data'].metadata['rows']}}/{{$.inputs.artifacts['data'].metadata['note']}}", '10/n'],
    ["{{$.inputs.artifacts['data'].metadata['parts']}}{{$.inputs.artifacts['data'].metadata['none']}}", '[1]'],
    ["{{$.inputs.artifacts['data'].properties['rows']}}{{$.inputs.artifacts['data'].custom_properties['note']}}", '10n'],
    ["{{$.inputs.artifacts['data'].metadata}}", '{"note":"n","parts":[1],"rows":10}'],
    ["{{$.inputs.artifacts['moved'].path}}{{$.inputs.artifacts['absent'].uri}}", '/elsewhere'],
    ["{{$.outputs.artifacts['model'].uri}} {{$.outputs.artifacts['model'].path}}", 's3://b/out/model /s3/b/out/model'],
    ["{{$.outputs.parameters['score'].output_file}}", '/tmp/kfp/outputs/score'],
    ['{{$.outputs.output_file}}{{$.outputMetadataUri}}', '/s3/b/out/output_metadata.json'.repeat(2)],
    ['{{$.pipeline_job_name}}/{{$.pipeline_job_uuid}}/{{$.pipeline_task_name}}', 'my run/run-1/train'],
    ['{{$.workspace_path}}/x {{$.pipeline_root}}', '/kfp-workspace/x minio://mlpipeline/v2/artifacts'],
    ["{{$.inputs.parameters['text'].json_escape[1]}}", 'say \\"hi\\" {{$}}'],
    ['{{$.unknown}} {{$.inputs}} {{ $ }} {{$x}} {{$.inputs.artifacts[\'data\'].size}}', '{{$.unknown}} {{$.inputs}} {{ $ }} {{$x}} {{$.inputs.artifacts[\'data\'].size}}'],
  ] as const;
  for (const [template, expected] of cases) assert.deepEqual(args(template), [expected], template);
});

test('texts with outputs write numbers as the launcher does', () => {
  assert.deepEqual(args("{{$.inputs.parameters['rate']}} > {{$.outputs.parameters['score'].output_file}}"), [
    '0.0000001 > /tmp/kfp/outputs/score',
  ]);
});

test('{{$}} is JSON whatever the values hold, and is not read again', () => {
  const [json] = args('{{$}}') as readonly string[];
  assert.deepEqual(JSON.parse(json!), executorInput);
  const [escaped] = args('"{{$.json_escape[1]}}"') as readonly string[];
  assert.deepEqual(JSON.parse(JSON.parse(escaped!) as string), executorInput);
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      const input: ExecutorInput = { ...executorInput, inputs: { parameterValues: { value: value as Json, text } } };
      const compiled = compile({ args: ['{{$}}', "{{$.inputs.parameters['text']}}"] }, input);
      assert.ok(typeof compiled !== 'string');
      assert.deepEqual(JSON.parse(compiled.args[0]!), JSON.parse(JSON.stringify(input)));
      assert.equal(compiled.args[1], text);
    }),
  );
});

test('structures become no argument, one, or several', () => {
  const present = '{"IfPresent": {"InputName": "text", "Then": ["--text", "{{$.inputs.parameters[\'text\']}}"], "Else": ["--none"]}}';
  const absent = present.replace('"text", "Then"', '"nothing", "Then"');
  assert.deepEqual(args(present), ['--text', 'say "hi" {{$}}']);
  assert.deepEqual(args(absent), ['--none']);
  assert.deepEqual(args('{"IfPresent": {"InputName": "unset", "Then": "x"}}', 'y'), ['y']);
  assert.deepEqual(args('{"IfPresent": {"InputName": "data", "Then": ["yes"]}}'), ['yes']);
  assert.deepEqual(args('{"IfPresent": {"InputName": "absent", "Then": ["yes"]}}'), []);
  assert.deepEqual(args('{"IfPresent": {"InputName": "absent", "Then": "x", "Else": {"inputValue": "text"}}}'), args("{{$.inputs.parameters['text']}}"));
  const nested =
    '{"Concat": ["--x=", {"IfPresent": {"InputName": "text", "Then": {"Concat": ["a", "{{$.inputs.parameters[\'text\']}}"]}}}, {"IfPresent": {"InputName": "unset", "Then": "b", "Else": ["c", "d"]}}]}';
  assert.deepEqual(args(nested), ['--x=asay "hi" {{$}}cd']);
  assert.deepEqual(args('{"IfPresent": {"InputName": "text", "Then": [{"IfPresent": {"InputName": "unset", "Then": ["no"], "Else": ["deep"]}}]}}'), ['deep']);
});

test('a value that looks like a structure stays a value', () => {
  const input = { ...executorInput, inputs: { parameterValues: { text: '{"IfPresent": {"InputName": "text", "Then": ["boo"]}}' } } };
  const compiled = compile({ args: ["{{$.inputs.parameters['text']}}"] }, input);
  assert.ok(typeof compiled !== 'string');
  assert.deepEqual(compiled.args, [input.inputs.parameterValues.text]);
});

test('image, command, variables and resources are templates too', () => {
  const compiled = compile({
    image: "repo/{{$.inputs.parameters['list']}}",
    command: ['sh', "{{$.inputs.parameters['rate']}}"],
    env: [{ name: 'A', value: "{{$.inputs.parameters['rate']}}" }, { name: 'B' }],
    resources: { resourceCpuLimit: "{{$.inputs.parameters['rate']}}", cpuLimit: 2, accelerator: { resourceCount: "{{$.inputs.parameters['unset']}}" } },
  });
  assert.deepEqual(compiled, {
    image: 'repo/[1,"\\u003c"]',
    command: ['sh', '0.0000001'],
    args: [],
    env: [
      { name: 'A', value: '1e-07' },
      { name: 'B', value: '' },
    ],
    resources: { resourceCpuLimit: '1e-07', cpuLimit: 2, accelerator: { resourceCount: '' } },
  });
});

test('what can not be filled in is told with its place', () => {
  assert.equal(args('a', "{{$.inputs.parameters['typo']}}"), 'args[1] uses the input parameter "typo", which the component does not have.');
  assert.equal(args("{{$.outputs.parameters['typo'].output_file}}"), 'args[0] uses the output parameter "typo", which the component does not have.');
  assert.equal(args("{{$.inputs.artifacts['typo'].uri}}"), 'args[0] uses the artifact "typo", which the component does not have.');
  assert.equal(args("{{$.inputs.artifacts['strange'].path}}"), 'args[0] uses the path of the artifact "strange", but ftp://b/s has no path inside the container.');
  assert.equal(args('{"Concat": ["a"'), 'args[0] begins like {"IfPresent": …} or {"Concat": …} but is not JSON.');
  assert.match(args('{"Concat": ["a", 5]}') as string, /^args\[0\] holds something that is neither text nor/);
  const deep = `${'{"Concat":['.repeat(60)}"x"${']}'.repeat(60)}`;
  assert.match(args(deep) as string, /nests deeper than 50 levels/);
});

test('whatever the template, there is a container or a sentence', () => {
  const piece = fc.constantFrom('{{$', '}}', '.inputs', '.outputs', '.parameters', '.artifacts', "['text']", "['data']", '.uri', '.path', '.metadata', '[1]', '{"Concat":', '[', ']', '{', '}', '"x"', ',');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const compiled = compile({ args: [pieces.join('')] });
      assert.ok(typeof compiled === 'string' || compiled.args.every((arg) => typeof arg === 'string'));
    }),
    { numRuns: 2000 },
  );
});
