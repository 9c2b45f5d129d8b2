import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/mod.ts';
import { parsePipeline } from './parse.ts';

const text = { parameterType: 'STRING' };
const channel = (name: string) => `pipelinechannel--${name}`;
const parent = (name: string) => ({ componentInputParameter: name });

/**
 * What kfp compiles for two loops in each other and `say(text=f'{p}{first.output}{x}{y}')` inside: the inner item is asked of
 * the root, and the inner loop is given nothing of what the text needs from further out.
 */
function documentOf(names: readonly string[]): JsonObject {
  const inputs = Object.fromEntries(names.map((name) => [channel(name), parent(channel(name))]));
  const loop = (itemInput: string, given: JsonObject = {}) => ({
    parameterIterator: { itemInput, items: { raw: '["a", "b"]' } },
    inputs: { parameters: given },
  });
  const y = channel('loop-item-param-3');
  return {
    pipelineInfo: { name: 'p' },
    schemaVersion: '2.1.0',
    deploymentSpec: { executors: { e: { container: { image: 'i' } } } },
    components: {
      say: { executorLabel: 'e', inputDefinitions: { parameters: Object.fromEntries(names.map((name) => [channel(name), text])) } },
      first: { executorLabel: 'e', outputDefinitions: { parameters: { Output: text } } },
      inner: {
        inputDefinitions: { parameters: { [y]: text } },
        dag: { tasks: { say: { componentRef: { name: 'say' }, inputs: { parameters: inputs } } } },
      },
      outer: {
        inputDefinitions: { parameters: { [channel('loop-item-param-1')]: text, [y]: text } },
        dag: { tasks: { inner: { componentRef: { name: 'inner' }, ...loop(y, { [y]: parent(y) }) } } },
      },
    },
    root: {
      inputDefinitions: { parameters: { p: { ...text, defaultValue: 'P' } } },
      dag: {
        tasks: {
          first: { componentRef: { name: 'first' } },
          outer: { componentRef: { name: 'outer' }, ...loop(channel('loop-item-param-1'), { [y]: parent('loop-item-param-3') }) },
        },
      },
    },
  };
}

test('what an inner group needs is handed in from where it is, and an item that nobody has from outside is dropped', () => {
  const parsed = parsePipeline(documentOf(['loop-item-param-1', 'loop-item-param-3', 'p', 'first-Output']));
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.errors));
  const { root, components } = parsed.pipeline;
  assert.deepEqual(
    { ...root.dag?.tasks['outer']?.inputs?.parameters },
    {
      [channel('p')]: parent('p'),
      [channel('first-Output')]: { taskOutputParameter: { producerTask: 'first', outputParameterKey: 'Output' } },
    },
  );
  assert.deepEqual(
    { ...components['outer']?.dag?.tasks['inner']?.inputs?.parameters },
    Object.fromEntries(['loop-item-param-1', 'p', 'first-Output'].map((name) => [channel(name), parent(channel(name))])),
  );
  assert.equal(components['inner']?.inputDefinitions?.parameters?.[channel('first-Output')]?.parameterType, 'STRING');
});

test('what is nowhere is named', () => {
  const parsed = parsePipeline(documentOf(['gone']));
  assert.ok(!parsed.ok);
  assert.deepEqual(parsed.errors, [
    {
      field: `components.inner.dag.tasks.say.inputs.parameters.${channel('gone')}.componentInputParameter`,
      message: `names the input parameter "${channel('gone')}", which the component does not have.`,
    },
  ]);
});
