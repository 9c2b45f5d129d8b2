import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/mod.ts';
import { parsePipeline } from './parse.ts';

const OUTPUT = { parameters: { Output: { parameterType: 'STRING' } } };
const step = (inputs: JsonObject = {}): JsonObject => ({ componentRef: { name: 'comp-say' }, ...inputs });
const reads = (name: string): JsonObject => step({ inputs: { parameters: { text: { componentInputParameter: name } } } });

/** As kfp leaves it: the tasks of the pipeline's own condition are in the component of the nested pipeline's. */
function tangled(tasks: JsonObject, outerOutput: string): JsonObject {
  const group = (input: string, producerSubtask: string, own: JsonObject): JsonObject => ({
    inputDefinitions: { parameters: { [input]: { parameterType: 'STRING' } } },
    outputDefinitions: { parameters: { out: { parameterType: 'STRING' } } },
    dag: { ...own, outputs: { parameters: { out: { valueFromParameter: { producerSubtask, outputParameterKey: 'Output' } } } } },
  });
  const call = (component: string, input: string): JsonObject => ({
    componentRef: { name: component },
    inputs: { parameters: { [input]: { runtimeValue: { constant: 'x' } } } },
    triggerPolicy: { condition: `inputs.parameter_values['${input}'] == 'x'` },
  });
  return {
    pipelineInfo: { name: 'p' },
    schemaVersion: '2.1.0',
    components: {
      'comp-say': { executorLabel: 'exec-say', inputDefinitions: { parameters: { text: { parameterType: 'STRING', isOptional: true } } }, outputDefinitions: OUTPUT },
      'comp-condition-1': group('inner', 'say', { tasks }),
      'comp-condition-1-2': group('outer', outerOutput, {}),
      'comp-nested': { dag: { tasks: { 'condition-1': call('comp-condition-1', 'inner') } } },
    },
    deploymentSpec: { executors: { 'exec-say': { container: { image: 'busybox' } } } },
    root: { dag: { tasks: { nested: { componentRef: { name: 'comp-nested' } }, 'condition-1': call('comp-condition-1-2', 'outer') } } },
  };
}

test('every group gets back the tasks that its outputs, its inputs and other tasks of it tell to be its own', () => {
  const tasks = { say: step(), before: reads('inner'), 'say-2': reads('outer'), 'say-3': step({ dependentTasks: ['say-2'] }) };
  const parse = parsePipeline(tangled({ ...tasks, say: step({ dependentTasks: ['before'] }) }, 'say-3'));
  assert.ok(parse.ok);
  assert.deepEqual(Object.keys(parse.pipeline.components['comp-condition-1']!.dag!.tasks), ['say', 'before']);
  assert.deepEqual(Object.keys(parse.pipeline.components['comp-condition-1-2']!.dag!.tasks), ['say-2', 'say-3']);
});

test('tasks that could be of either group, or that are lost, are refused with what to do', () => {
  const empty = 'components.comp-condition-1-2.dag.tasks is empty: kfp has put its tasks into "comp-condition-1", the group of a nested pipeline that has the same name.';
  for (const document of [tangled({ say: step(), 'say-2': step(), 'say-3': step() }, 'say-2'), tangled({ say: step() }, 'say')]) {
    const parse = parsePipeline(document);
    assert.ok(!parse.ok);
    const [first] = parse.errors;
    assert.ok(`${first!.field} ${first!.message}`.startsWith(empty), `${first!.field} ${first!.message}`);
  }
});
