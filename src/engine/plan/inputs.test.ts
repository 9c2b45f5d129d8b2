import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant, group, parent, pipelineOf, step, type TaskText } from '../testing/pipelines.ts';
import { PlanDriver } from '../testing/plan-driver.ts';

const CHANNEL = 'pipelinechannel--note';
const OPTIONAL = { isOptional: true };

/** A loop in a branch, each given the pipeline's optional `note` and the optional artifact `table` of the pipeline around it. */
function inGroups(inside: TaskText, when = 'true'): PlanDriver {
  const artifacts = { 'pipelinechannel--table': { componentInputArtifact: 'pipelinechannel--table' } };
  const document = pipelineOf(
    {
      branch: group({
        inputs: { [CHANNEL]: ['STRING', parent('note')] },
        artifacts: { 'pipelinechannel--table': { componentInputArtifact: 'table' } },
        when,
        tasks: { loop: group({ inputs: { [CHANNEL]: ['STRING', parent(CHANNEL)] }, artifacts, items: { raw: ['a'] }, tasks: { inside } }) },
      }),
    },
    { inputs: { note: { parameterType: 'STRING', ...OPTIONAL } } },
  );
  const root = document['root'] as object;
  const inputDefinitions = { parameters: { note: { parameterType: 'STRING', ...OPTIONAL } }, artifacts: { table: { artifactType: { schemaTitle: 'system.Dataset' }, ...OPTIONAL } } };
  return new PlanDriver({ ...document, root: { ...root, inputDefinitions } }).settle();
}

test('an optional input that was not given goes through branches and loops, which never say that it is optional', () => {
  const driver = inGroups(step({ inputs: { note: ['STRING', parent(CHANNEL), OPTIONAL], size: ['NUMBER_INTEGER', undefined, { defaultValue: 3, ...OPTIONAL }] } }));
  assert.deepEqual(driver.task('root.branch.loop[0].inside').inputs, { parameters: { size: 3 }, artifacts: {} });
  const defaulted = inGroups(step({ inputs: { note: ['STRING', parent(CHANNEL), { defaultValue: 'none', ...OPTIONAL }] } }));
  assert.deepEqual(defaulted.task('root.branch.loop[0].inside').inputs.parameters, { note: 'none' });
});

test('a step that can not do without it fails and names it', () => {
  const driver = inGroups(step({ inputs: { note: ['STRING', parent(CHANNEL)] } }));
  assert.equal(driver.run.message, 'branch.loop[0].inside failed: input "note" has no value');
  const reader = inGroups(step({ artifacts: { table: { componentInputArtifact: 'pipelinechannel--table' } } }));
  assert.match(reader.run.message, /^branch\.loop\[0\]\.inside failed: input "table" has no value/);
});

test('a condition reads it as null', () => {
  const driver = inGroups(step(), `inputs.parameter_values['${CHANNEL}'] == 'x'`);
  assert.equal(driver.task('root.branch').message, "condition false: null == 'x'");
  const converted = inGroups(step(), `int(inputs.parameter_values['${CHANNEL}']) == 3`);
  assert.equal(converted.task('root.branch').message, 'condition false: null == 3');
});

test('an item of a list of unknown types, which kfp takes for a text, stays what it is on its way through a branch', () => {
  const item = 'pipelinechannel--list-loop-item';
  const branch = group({
    inputs: { [item]: ['STRING', parent(item)] },
    when: `inputs.parameter_values['${item}'] > '9'`,
    tasks: { inside: step({ inputs: { number: ['NUMBER_INTEGER', parent(item)] } }) },
  });
  const loop = group({ items: { raw: [9, 10] }, itemInput: item, tasks: { branch } });
  const driver = new PlanDriver(pipelineOf({ loop })).settle();
  assert.equal(driver.task('root.loop[0].branch').message, 'condition false: 9 > 9');
  assert.deepEqual(driver.task('root.loop[1].branch.inside').inputs.parameters, { number: 10 });
});

test('macros and placeholders in defaults of the pipeline mean values; what the client gave is text', () => {
  const defaultValue = '[[RunUUID]] of {{$.pipeline_job_name}} in [[CurrentTime.2006]], [[Index]]';
  const inputs = {
    stamp: { parameterType: 'STRING', defaultValue, isOptional: true },
    note: { parameterType: 'STRING', defaultValue: 'none', isOptional: true },
    days: { parameterType: 'LIST', defaultValue: ['[[RunUUID]]'], isOptional: true },
  };
  const document = pipelineOf({ say: step({ inputs: { stamp: ['STRING', parent('stamp')], note: ['STRING', parent('note')], days: ['LIST', parent('days')] } }) }, { inputs });
  const driver = new PlanDriver(document, { parameters: { note: '[[RunUUID]] {{$.pipeline_job_name}}' } }).settle();
  assert.deepEqual(driver.task('root.say').inputs.parameters, {
    stamp: 'run-1 of demo run in 1970, [[Index]]',
    note: '[[RunUUID]] {{$.pipeline_job_name}}',
    days: ['[[RunUUID]]'],
  });
});

test('an optional input that was not given is the empty text in an f-string and in what a limit is made of', () => {
  const placeholder = `{{$.inputs.parameters['${CHANNEL}']}}`;
  const say = step({
    inputs: { text: ['STRING', constant(`<${placeholder}>`)], [CHANNEL]: ['STRING', parent('note')] },
    container: { resources: { resourceCpuLimit: placeholder, resourceMemoryLimit: '1Gi' } },
  });
  const document = pipelineOf({ say }, { inputs: { note: { parameterType: 'STRING', ...OPTIONAL } } });
  // kfp does not declare what it gives to a step for its texts.
  const asCompiled = JSON.parse(JSON.stringify(document).replace(`,"${CHANNEL}":{"parameterType":"STRING"}`, '')) as typeof document;
  const driver = new PlanDriver(asCompiled).settle();
  assert.equal(driver.task('root.say').inputs.parameters['text'], '<>');
  const { spec = {} } = driver.pod('root.say');
  const [container] = spec['containers'] as unknown as readonly { resources: unknown }[];
  assert.deepEqual(container?.resources, { limits: { memory: '1Gi' } });
  assert.equal(new PlanDriver(asCompiled, { parameters: { note: '2' } }).settle().task('root.say').inputs.parameters['text'], '<2>');
});
