import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/mod.ts';
import { parsePipeline } from './parse.ts';

/** A pipeline of one step, with this container. */
function errorsOf(container: JsonObject, given: JsonObject = {}): string[] {
  const parse = parsePipeline({
    pipelineInfo: { name: 'p' },
    schemaVersion: '2.1.0',
    components: {
      'comp-step': {
        executorLabel: 'exec-step',
        inputDefinitions: { parameters: { text: { parameterType: 'STRING', isOptional: true } }, artifacts: { data: { artifactType: { schemaTitle: 'system.Dataset' }, isOptional: true } } },
        outputDefinitions: { parameters: { out: { parameterType: 'STRING' } } },
      },
    },
    deploymentSpec: { executors: { 'exec-step': { container: { image: 'busybox', ...container } } } },
    root: { dag: { tasks: { step: { componentRef: { name: 'comp-step' }, inputs: { parameters: given } } } } },
  });
  return parse.ok ? [] : parse.errors.map(({ field, message }) => `${field}: ${message}`);
}

const PLACE = 'deploymentSpec.executors.exec-step.container';

test('a placeholder of what the component does not have is refused with its place', () => {
  assert.deepEqual(errorsOf({ command: ['echo'], args: ['a', "x={{$.inputs.parameters['typo']}}"] }), [`${PLACE}.args[1]: uses the input parameter "typo", which the component does not have.`]);
  assert.deepEqual(errorsOf({ command: ['echo', "{{$.inputs.artifacts['typo'].path}}"] }), [`${PLACE}.command[1]: uses the input artifact "typo", which the component does not have.`]);
  assert.deepEqual(errorsOf({ args: [`{"Concat": ["a", "{{$.outputs.parameters['typo'].output_file}}"]}`] }), [`${PLACE}.args[0]: uses the output parameter "typo", which the component does not have.`]);
  assert.deepEqual(errorsOf({ env: [{ name: 'A', value: "{{$.outputs.artifacts['typo'].uri}}" }] }), [`${PLACE}.env[0].value: uses the output artifact "typo", which the component does not have.`]);
});

test('an optional part of a command asks for an input that the component has, and is JSON', () => {
  const ifPresent = (InputName: string) => JSON.stringify({ Concat: ['--', { IfPresent: { InputName, Then: ['x'], Else: { Concat: [] } } }] });
  assert.deepEqual(errorsOf({ args: [ifPresent('text'), ifPresent('data')] }), []);
  assert.deepEqual(errorsOf({ args: [ifPresent('typo')] }), [`${PLACE}.args[0]: asks in an IfPresent for the input "typo", which the component does not have.`]);
  assert.deepEqual(errorsOf({ command: ['{"Concat": ["a", ]}'] }), [`${PLACE}.command[0]: begins like {"IfPresent": …} or {"Concat": …} but is not JSON.`]);
  assert.deepEqual(errorsOf({ args: ['{"Concat": ["a", {"IfPresent": {}}]}'] }), [`${PLACE}.args[0]: has an IfPresent without InputName.`]);
  assert.equal(errorsOf({ args: ['{"Concat": [1]}'] }).length, 1);
});

test('what the component has, or the task gives, may be used', () => {
  const args = ["{{$.inputs.parameters['text']}}", "{{$.inputs.artifacts['data'].path}}", "{{$.outputs.parameters['out'].output_file}}", '{{$}}', '{{$.pipeline_job_uuid}}'];
  assert.deepEqual(errorsOf({ args }), []);
  const image = "{{$.inputs.parameters['pipelinechannel--image']}}";
  assert.deepEqual(errorsOf({ image }, { 'pipelinechannel--image': { runtimeValue: { constant: 'busybox' } } }), []);
  assert.equal(errorsOf({ image }).length, 1);
});

test('the program of a Python component may hold any text', () => {
  const command = ['sh', '-ec', 'printf "%s" "$0" > "$program_path/ephemeral_component.py"', "def f(): return \"{{$.inputs.parameters['mine']}}\""];
  assert.deepEqual(errorsOf({ command }), []);
});
