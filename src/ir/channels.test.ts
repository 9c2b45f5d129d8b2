import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/mod.ts';
import { replaceChannels } from './channels.ts';
import { parsePipeline } from './parse.ts';

const text = { parameterType: 'STRING' };
const mark = (task: string, name: string, type = 'String') => `{{channel:task=${task};name=${name};type=${type};}}`;
const channel = (name: string) => `pipelinechannel--${name}`;

/** What kfp compiles for a step with this variable, in a loop behind another step. */
function documentOf(value: string): JsonObject {
  return {
    pipelineInfo: { name: 'p' },
    schemaVersion: '2.1.0',
    deploymentSpec: { executors: { say: { container: { image: 'i', env: [{ name: 'WHO', value }] } }, first: { container: { image: 'i' } } } },
    components: {
      say: { executorLabel: 'say' },
      first: { executorLabel: 'first', outputDefinitions: { parameters: { Output: text } } },
      loop: { inputDefinitions: { parameters: { [channel('loop-item-param-1')]: text } }, dag: { tasks: { say: { componentRef: { name: 'say' } } } } },
    },
    root: {
      inputDefinitions: { parameters: { who: { ...text, defaultValue: 'you' } } },
      dag: {
        tasks: {
          first: { componentRef: { name: 'first' } },
          loop: { componentRef: { name: 'loop' }, parameterIterator: { itemInput: channel('loop-item-param-1'), items: { raw: '["a"]' } } },
        },
      },
    },
  };
}

function pipelineOf(document: JsonObject) {
  const parse = parsePipeline(document);
  assert.ok(parse.ok, JSON.stringify(parse));
  return parse.pipeline;
}

test('values that kfp only marked in a variable are handed in from wherever they are', () => {
  const { executors, root, components } = pipelineOf(documentOf(`${mark('', 'who')} ${mark('first', 'Output')} ${mark('', 'loop-item-param-1', '{"a": "b"}')}`));
  const executor = executors['say'];
  const placeholders = ['who', 'first-Output', 'loop-item-param-1'].map((name) => `{{$.inputs.parameters['${channel(name)}']}}`);
  assert.ok(executor?.kind === 'container');
  assert.deepEqual(executor.container.env, [{ name: 'WHO', value: placeholders.join(' ') }]);
  const taken = Object.keys(components['loop']?.dag?.tasks['say']?.inputs?.parameters ?? {});
  assert.deepEqual(taken, ['who', 'first-Output', 'loop-item-param-1'].map(channel));
  assert.deepEqual(
    { ...root.dag?.tasks['loop']?.inputs?.parameters },
    { [channel('who')]: { componentInputParameter: 'who' }, [channel('first-Output')]: { taskOutputParameter: { producerTask: 'first', outputParameterKey: 'Output' } } },
  );
});

test('a mark of what is nowhere stays, and so does text that is none', () => {
  for (const value of [mark('gone', 'Output'), mark('first', 'data', 'system.Dataset@0.0.1'), '{{channel:}}', 'plain']) {
    const executor = pipelineOf(documentOf(value)).executors['say'];
    assert.ok(executor?.kind === 'container');
    assert.deepEqual(executor.container.env, [{ name: 'WHO', value }]);
  }
});

test('marks that kfp left in the text of an input are handed in, others stay', () => {
  const [who, gone] = [mark('', 'who', 'typing.Dict[str, int]'), mark('gone', 'Output')];
  const document = documentOf('x');
  const say = (constant: string) => ({ componentRef: { name: 'say' }, inputs: { parameters: { x: { runtimeValue: { constant } } } } });
  const loop = { inputDefinitions: { parameters: { [channel('loop-item-param-1')]: text } }, dag: { tasks: { say: say(`${who} ${gone} ${mark('first', 'Output', 'typing.List[str]')}`), plain: say('x') } } };
  const component = { executorLabel: 'say', inputDefinitions: { parameters: { x: text } } };
  const tasks = pipelineOf({ ...document, components: { ...(document['components'] as JsonObject), say: component, loop } }).components['loop']?.dag?.tasks;
  assert.deepEqual(
    { ...tasks?.['say']?.inputs?.parameters },
    {
      x: { runtimeValue: { constant: `{{$.inputs.parameters['${channel('who')}']}} ${gone} {{$.inputs.parameters['${channel('first-Output')}']}}` } },
      [channel('who')]: { componentInputParameter: channel('who') },
      [channel('first-Output')]: { componentInputParameter: channel('first-Output') },
    },
  );
  assert.deepEqual({ ...tasks?.['plain']?.inputs?.parameters }, { x: { runtimeValue: { constant: 'x' } } });
});

test('an importer takes a marked URI from its input', () => {
  const document = documentOf('x');
  const importer = (constant: string) => ({ ...document, deploymentSpec: { executors: { say: { importer: { artifactUri: { constant } } }, first: { container: { image: 'i' } } } } });
  const uriOf = (constant: string) => {
    const say = { executorLabel: 'say', inputDefinitions: { parameters: { uri: { ...text, isOptional: true } } } };
    const executor = pipelineOf({ ...importer(constant), components: { ...(document['components'] as JsonObject), say } }).executors['say'];
    return executor?.kind === 'importer' ? executor.importer.artifactUri : undefined;
  };
  assert.deepEqual(uriOf(`gs://${mark('', 'who')}/x`), { runtimeParameter: 'uri' });
  assert.deepEqual(uriOf('gs://b/x'), { constant: 'gs://b/x' });
});

test('marks are replaced by what they are named for', () => {
  assert.equal(replaceChannels(`a ${mark('t-1', 'Output')} b`, (name) => `<${name}>`), 'a <pipelinechannel--t-1-Output> b');
});
