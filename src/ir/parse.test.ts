import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../base/mod.ts';
import { NESTING_DEPTH_MAX, PARAMETERS_MAX, TASKS_MAX } from './limits.ts';
import { parsePipeline } from './parse.ts';
import { parsePipelineText } from './parse-text.ts';
import { TEST_PIPELINE_YAML, withMember } from './testing/pipeline.ts';

const accepted = parsePipelineText(TEST_PIPELINE_YAML);
assert.ok(accepted.ok);
const document: JsonObject = accepted.document;

/** The errors of the document with one member changed, as "field: message". */
function errorsWith(path: string, value: unknown): string[] {
  const parse = parsePipeline(withMember(document, path.split('.'), value));
  return parse.ok ? [] : parse.errors.map(({ field, message }) => `${field}: ${message}`);
}

test('the parsed pipeline has what the document says', () => {
  const { pipeline } = accepted;
  assert.equal(pipeline.name, 'test-pipeline');
  assert.deepEqual(Object.keys(pipeline.root.dag!.tasks), ['train', 'good-enough', 'each', 'goodbye']);
  assert.deepEqual(pipeline.root.dag!.tasks['train']!.retryPolicy, {
    maxRetryCount: 2,
    backoffDuration: '5s',
    backoffFactor: 2,
    backoffMaxDuration: '3600s',
  });
  assert.equal(pipeline.executors['exec-train']!.kind, 'container');
  assert.equal(pipeline.components['constructor'], undefined);
});

test('the wrapper of a run body carries the platform, and the document stays as given', () => {
  const kubernetes = { deploymentSpec: { executors: {} } };
  const wrapped = { pipeline_spec: document, platform_spec: { platforms: { kubernetes } } };
  const parse = parsePipeline(wrapped);
  assert.ok(parse.ok);
  assert.deepEqual(parse.pipeline.kubernetes, kubernetes);
  assert.equal(parse.document, wrapped);
});

test('a step waits for the sibling whose output its platform configuration takes', () => {
  const platformOf = (producerTask: string) => ({
    platforms: { kubernetes: { deploymentSpec: { executors: { e: { pvcMount: [{ mountPath: '/data', taskOutputParameter: { producerTask, outputParameterKey: 'name' } }] } } } } },
  });
  const spec = {
    pipelineInfo: { name: 'p' },
    schemaVersion: '2.1.0',
    components: { c: { executorLabel: 'e' }, d: { executorLabel: 'f' } },
    deploymentSpec: { executors: { e: { container: { image: 'i' } }, f: { container: { image: 'i' } } } },
    root: { dag: { tasks: { use: { componentRef: { name: 'c' } }, make: { componentRef: { name: 'd' } } } } },
  };
  const waitsFor = (producerTask: string) => {
    const parse = parsePipeline({ pipeline_spec: spec, platform_spec: platformOf(producerTask) });
    assert.ok(parse.ok);
    return Object.values(parse.pipeline.root.dag!.tasks).map((task) => task.dependentTasks);
  };
  assert.deepEqual(waitsFor('make'), [['make'], undefined]);
  assert.deepEqual(waitsFor('elsewhere'), [undefined, undefined]);
});

test('snake_case members, enum numbers, nulls, the old type enum and unknown members are taken as protojson takes them', () => {
  const parse = parsePipeline({
    pipeline_info: { name: 'p' },
    schema_version: '2.1.0',
    sdk_version: null,
    someday: { new: 1 },
    components: { c: { executor_label: 'e', input_definitions: { parameters: { a: { parameterType: 3, is_optional: true }, b: { type: 'INT' } } } } },
    deployment_spec: { executors: { e: { container: { image: 'i' } } } },
    root: {
      dag: {
        tasks: {
          t: {
            component_ref: { name: 'c' },
            trigger_policy: { strategy: 2 },
            inputs: {
              parameters: { a: { runtime_value: { constant: null } }, b: { runtimeValue: { constantValue: { intValue: '7' } } } },
            },
          },
        },
      },
    },
  });
  assert.ok(parse.ok, JSON.stringify(parse));
  const task = parse.pipeline.root.dag!.tasks['t']!;
  assert.equal(task.triggerPolicy?.strategy, 'ALL_UPSTREAM_TASKS_COMPLETED');
  assert.deepEqual({ ...task.inputs?.parameters }, { a: { runtimeValue: { constant: null } }, b: { runtimeValue: { constant: 7 } } });
  assert.equal(parse.pipeline.components['c']!.inputDefinitions?.parameters?.['b']?.parameterType, 'NUMBER_INTEGER');
});

test('what is wrong is told with the path of the field', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['pipelineInfo.name', 'Not A Name', /^pipelineInfo\.name: is the string "Not A Name"; a pipeline name/],
    ['pipelineInfo', undefined, /^pipelineInfo: is required\.$/],
    ['schemaVersion', '1.0.0', /^schemaVersion: is "1\.0\.0"/],
    ['schemaVersion', undefined, /^schemaVersion: is required/],
    ['root', undefined, /^root: is required/],
    ['root.dag', undefined, /^root: needs a dag/],
    ['root.dag.tasks', [], /^root\.dag\.tasks: must be an object, not a list/],
    ['root.dag.tasks.train.componentRef.name', 'nope', /^root\.dag\.tasks\.train\.componentRef\.name: names the component "nope"/],
    ['root.dag.tasks.train.componentRef.name', 'constructor', /names the component "constructor", which the pipeline does not define/],
    ['root.dag.tasks.train.dependentTasks', ['nope'], /^root\.dag\.tasks\.train\.dependentTasks\[0\]: names the task "nope"/],
    ['root.dag.tasks.train.dependentTasks', ['train'], /dependentTasks\[0\]: names the task itself/],
    ['root.dag.tasks.train.inputs.parameters.rounds', { componentInputParameter: 'nope' }, /^root\.dag\.tasks\.train\.inputs\.parameters\.rounds\.componentInputParameter: names the input parameter "nope"/],
    ['root.dag.tasks.train.inputs.parameters.rounds', undefined, /^root\.dag\.tasks\.train\.inputs\.parameters\.rounds: is required by the component "comp-train"/],
    ['root.dag.tasks.train.inputs.parameters.rounds', {}, /rounds: needs one of taskOutputParameter, /],
    ['root.dag.tasks.goodbye.inputs.artifacts.model.taskOutputArtifact.producerTask', 'nope', /taskOutputArtifact\.producerTask: names the task "nope"/],
    ['root.dag.tasks.goodbye.inputs.artifacts.model.taskOutputArtifact.outputArtifactKey', 'nope', /outputArtifactKey: names the output artifact "nope", which the task "train" does not have/],
    ['root.dag.outputs.parameters.accuracy.valueFromParameter.outputParameterKey', 'nope', /^root\.dag\.outputs\.parameters\.accuracy\.valueFromParameter\.outputParameterKey: names the output parameter "nope"/],
    ['root.dag.tasks.each.parameterIterator.items', { raw: '{}' }, /items\.raw: must be the text of a JSON list/],
    ['root.dag.tasks.each.parameterIterator.items', {}, /items: needs raw/],
    ['root.dag.tasks.each.parameterIterator.items', { inputParameter: 'nope' }, /items\.inputParameter: names the input parameter "nope"/],
    ['root.dag.tasks.each.parameterIterator.itemInput', 'nope', /itemInput: names the input parameter "nope"/],
    ['root.dag.tasks.each.artifactIterator', { items: { inputArtifact: 'x' }, itemInput: 'y' }, /artifactIterator: can not stand beside/],
    ['root.dag.tasks.each.iteratorPolicy.parallelismLimit', -1, /parallelismLimit: must be a whole number from 0/],
    ['root.dag.tasks.goodbye.triggerPolicy.strategy', 'WHENEVER', /strategy: is the string "WHENEVER"; it must be one of/],
    ['root.dag.tasks.train.retryPolicy.backoffDuration', '5 minutes', /backoffDuration: must be a duration such as "30s"/],
    ['root.dag.tasks.train.retryPolicy.maxRetryCount', 1e9, /maxRetryCount: must be a whole number/],
    ['root.inputDefinitions.parameters.rounds.parameterType', 'INTEGER', /parameterType: is the string "INTEGER"; it must be one of NUMBER_DOUBLE/],
    ['root.inputDefinitions.parameters.rounds.parameterType', undefined, /parameterType: is required/],
    ['root.inputDefinitions.parameters.rounds.defaultValue', 'five', /defaultValue: must be a whole number \(NUMBER_INTEGER\), not the string "five"/],
    ['components.comp-train.executorLabel', 'nope', /^components\.comp-train\.executorLabel: names the executor "nope"/],
    ['components.comp-train.dag', { tasks: {} }, /executorLabel: can not stand beside a dag/],
    ['components.comp-train.executorLabel', undefined, /^components\.comp-train: needs a dag or an executorLabel/],
    ['deploymentSpec.executors.exec-train.container.image', '', /image: is required/],
    ['deploymentSpec.executors.exec-train.container.args', 'x', /args: must be a list/],
    ['deploymentSpec.executors.exec-train.container.args', [1], /args\[0\]: must be a string, not the number 1/],
    ['deploymentSpec.executors.exec-train', {}, /exec-train: needs one of container/],
    ['root.dag.tasks.', { componentRef: { name: 'comp-report' } }, /^root\.dag\.tasks: is named the string ""; a task or an output needs a name/],
    ['components.comp-train.outputDefinitions.parameters.a/b', { parameterType: 'STRING' }, /parameters\.a\/b: is named the string "a\/b"/],
    ['root.dag.tasks', {}, /^root\.dag\.tasks: has no task/],
    ['root.dag.tasks.train.inputs.parameters.rounds', { runtimeValue: { constant: 'five' } }, /rounds\.runtimeValue\.constant: must be a whole number/],
    ['root.dag.tasks.train.inputs.parameters.rounds', { runtimeValue: { constant: null } }, /rounds\.runtimeValue\.constant: is null, and the input is not optional/],
    ['root.dag.tasks.train.triggerPolicy', { condition: "inputs.parameter_values['rounds'] >" }, /train\.triggerPolicy\.condition: can not be read: .* is not valid CEL/],
    ['root.dag.tasks.train.triggerPolicy', { condition: "inputs.parameter_values['nope'] > 1" }, /train\.triggerPolicy\.condition: reads the input parameter "nope"/],
    ['root.dag.tasks.train.triggerPolicy', { condition: "input.parameter_values['rounds'] > 1" }, /train\.triggerPolicy\.condition: can not be read: .* Unknown variable: input/],
    ['root.dag.tasks.train.triggerPolicy', { condition: "'a' > 1" }, /train\.triggerPolicy\.condition: can not be read: .* no such overload: string > int/],
    ['root.dag.tasks.train.triggerPolicy', { condition: "size('abc')" }, /train\.triggerPolicy\.condition: gives a value of the type int, and must give a boolean/],
    ['root.dag.tasks.train.inputs.parameters.rounds.parameterExpressionSelector', 'parseJson(', /rounds\.parameterExpressionSelector: can not be read/],
    ['root.dag.tasks.train.inputs.parameters.rounds.parameterExpressionSelector', 'parseJson(text)["a"]', /rounds\.parameterExpressionSelector: can not be read: .* Unknown variable: text/],
    ['components.comp-good-enough.outputDefinitions', { parameters: { o: { parameterType: 'STRING' } } }, /^components\.comp-good-enough\.dag\.outputs\.parameters\.o: is required: the component declares/],
    ['root.outputDefinitions', { artifacts: { o: { artifactType: {} } } }, /^root\.dag\.outputs\.artifacts\.o: is required/],
    ['deploymentSpec.executors.exec-train.container.resources', { cpuLimit: 'x' }, /resources\.cpuLimit: must be a number/],
    ['deploymentSpec.executors.exec-train.container.resources', { resourceCpuLimit: 'lots' }, /resources\.resourceCpuLimit: must be a quantity such as/],
    ['deploymentSpec.executors.exec-train.container.resources', { accelerator: { type: 'gpu', count: 'one' } }, /accelerator\.count: must be a number/],
    ['deploymentSpec', undefined, /names the executor "exec-train", which deploymentSpec does not define/],
  ];
  for (const [path, value, expected] of cases) {
    const errors = errorsWith(path, value);
    assert.match(errors.join('\n'), new RegExp(expected.source, 'm'), `${path} = ${JSON.stringify(value)}`);
  }
});

test('the platform document is read by its own fields, and what is wrong in it is told', () => {
  const platformOf = (config: unknown, pipelineConfig: unknown = {}) =>
    parsePipeline({
      pipelineSpec: document,
      platform_spec: { platforms: { kubernetes: { deployment_spec: { executors: { 'exec-train': config } }, pipelineConfig } } },
    });
  const good = platformOf({ image_pull_policy: 'Always', secret_as_env: [{ secret_name_parameter: { component_input_parameter: 'x' }, key_to_env: [] }], someday: 1 });
  assert.ok(good.ok);
  assert.deepEqual(good.pipeline.kubernetes['deploymentSpec'], {
    executors: {
      'exec-train': {
        someday: 1,
        secretAsEnv: [{ secretNameParameter: { componentInputParameter: 'x' }, keyToEnv: [] }],
        imagePullPolicy: 'Always',
      },
    },
  });
  const place = 'platform_spec.platforms.kubernetes.deploymentSpec.executors.exec-train';
  const cases: readonly (readonly [unknown, string])[] = [
    [{ tolerations: 'all' }, 'tolerations: must be a list, not the string "all".'],
    [{ tolerations: [{ key: 1 }] }, 'tolerations[0].key: must be a string, not the number 1.'],
    [{ activeDeadlineSeconds: 'soon' }, 'activeDeadlineSeconds: must be a number, not the string "soon".'],
    [{ nodeSelector: { labels: { gpu: true } } }, 'nodeSelector.labels.gpu: must be a string, not the boolean true.'],
    [{ pvcMount: [{ pvcNameParameter: {} }] }, 'pvcMount[0].pvcNameParameter: needs one of taskOutputParameter, runtimeValue, componentInputParameter, taskFinalStatus.'],
    [{ secretAsVolume: [{ optional: 'yes' }] }, 'secretAsVolume[0].optional: must be true or false, not the string "yes".'],
    [{ initContainers: [{ command: 'sh' }] }, 'initContainers[0].command: must be a list, not the string "sh".'],
  ];
  for (const [config, expected] of cases) {
    const bad = platformOf(config);
    assert.ok(!bad.ok, expected);
    assert.deepEqual(bad.errors.map(({ field, message }) => `${field}: ${message}`), [`${place.replace('platform_spec', 'platformSpec')}.${expected}`]);
  }
  const late = platformOf({}, { activeDeadlineSeconds: 1.5 });
  assert.ok(!late.ok);
  assert.match(late.errors[0]!.message, /must be a whole number/);
});

test('an output of one step that can not be an input of another is refused, unless a selector takes a part of it', () => {
  const spec = (input: object) => ({
    pipelineInfo: { name: 'p' },
    schemaVersion: '2.1.0',
    components: {
      make: { executorLabel: 'make', outputDefinitions: { parameters: { out: { parameterType: 'STRING' } } } },
      use: { executorLabel: 'use', inputDefinitions: { parameters: { number: { parameterType: 'NUMBER_DOUBLE' } } } },
    },
    deploymentSpec: { executors: { make: { container: { image: 'i' } }, use: { container: { image: 'i' } } } },
    root: { dag: { tasks: { make: { componentRef: { name: 'make' } }, use: { componentRef: { name: 'use' }, inputs: { parameters: { number: input } } } } } },
  });
  const output = { taskOutputParameter: { producerTask: 'make', outputParameterKey: 'out' } };
  assert.equal(errorsFor(spec(output)), 'names an output of the type STRING, and the input must be a number (NUMBER_DOUBLE).');
  assert.equal(errorsFor(spec({ ...output, parameterExpressionSelector: 'parseJson(string_value)["a"]' })), '');
});

test('importers and loops over artifacts name inputs that their components have', () => {
  const artifacts = (isArtifactList: boolean) => ({ list: { artifactType: {}, isArtifactList } });
  const spec = (runtimeParameter: string, itemInput: string) => ({
    pipelineInfo: { name: 'p' },
    schemaVersion: '2.1.0',
    components: {
      bring: { executorLabel: 'bring', inputDefinitions: { parameters: { uri: { parameterType: 'STRING', isOptional: true } } } },
      make: { executorLabel: 'make', outputDefinitions: { artifacts: artifacts(true) } },
      loop: { dag: { tasks: { bring: { componentRef: { name: 'bring' } } } }, inputDefinitions: { artifacts: { item: { artifactType: {}, isOptional: true } } } },
    },
    deploymentSpec: { executors: { bring: { importer: { artifactUri: { runtimeParameter } } }, make: { container: { image: 'i' } } } },
    root: {
      dag: {
        tasks: {
          make: { componentRef: { name: 'make' } },
          loop: {
            componentRef: { name: 'loop' },
            artifactIterator: { items: { inputArtifact: 'list' }, itemInput },
            inputs: { artifacts: { list: { taskOutputArtifact: { producerTask: 'make', outputArtifactKey: 'list' } } } },
          },
        },
      },
    },
  });
  assert.equal(errorsFor(spec('uri', 'item')), '');
  assert.equal(errorsFor(spec('url', 'item')), 'names the input parameter "url", which the component does not have.');
  assert.equal(errorsFor(spec('uri', 'items')), 'names the input artifact "items", which the component does not have.');
});

test('an input that comes from nowhere and that nobody uses is dropped, as kfp compiles loops in exit handlers', () => {
  const dangling = withMember(document, ['root', 'dag', 'tasks', 'each', 'inputs'], {
    parameters: { subvar: { componentInputParameter: 'loop-item', parameterExpressionSelector: 'parseJson(string_value)["a"]' } },
  });
  const declared = withMember(dangling, ['components', 'comp-each', 'inputDefinitions', 'parameters', 'subvar'], {
    parameterType: 'STRING',
  });
  const parse = parsePipeline(declared);
  assert.ok(parse.ok, JSON.stringify(parse));
  assert.deepEqual(Object.keys(parse.pipeline.root.dag!.tasks['each']!.inputs!.parameters!), []);
  assert.equal(parse.pipeline.components['comp-each']!.inputDefinitions!.parameters!['subvar']!.isOptional, true);
  assert.equal(parse.document, declared);
  const use = ['components', 'comp-each', 'dag', 'tasks', 'report', 'inputs', 'parameters', 'text', 'componentInputParameter'];
  assert.match(errorsFor(withMember(declared, use, 'subvar')), /names the input parameter "loop-item"/);
});

test('other documents get a sentence about what they are', () => {
  const argo = parsePipeline({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', spec: {} });
  assert.ok(!argo.ok);
  assert.match(argo.errors[0]!.message, /compiled with kfp 1\.x\. Recompile the pipeline with kfp 2/);
  for (const other of [null, 5, 'x', [], { apiVersion: 'v1', kind: 'Pod' }, { implementation: { container: {} } }]) {
    assert.equal(parsePipeline(other).ok, false);
  }
});

test('tasks that wait for each other are refused with the circle', () => {
  const errors = errorsWith('root.dag.tasks.train.dependentTasks', ['good-enough']);
  assert.deepEqual(errors, ['root.dag.tasks.train: waits for itself: train → good-enough → train.']);
});

/** A chain of components, each with `width` tasks of the next one; the last is a container. */
function chain(length: number, width: number, last: Record<string, unknown> = { executorLabel: 'exec-report', inputDefinitions: { parameters: { text: { parameterType: 'STRING', isOptional: true } } } }): JsonObject {
  const components = Object.fromEntries(
    Array.from({ length }, (_, level) => {
      const tasks = Array.from({ length: width }, (__, index) => [`t${index}`, { componentRef: { name: `c${level + 1}` } }]);
      return [`c${level}`, { dag: { tasks: Object.fromEntries(tasks) } }];
    }),
  );
  const root = { dag: { tasks: { start: { componentRef: { name: 'c0' } } } } };
  return { ...document, root, components: { ...components, [`c${length}`]: last } } as JsonObject;
}

test('a component that contains itself, too deep and too large pipelines are refused', () => {
  const circle = parsePipeline(chain(2, 1, { dag: { tasks: { again: { componentRef: { name: 'c1' } } } } }));
  assert.ok(!circle.ok);
  assert.deepEqual(circle.errors, [
    { field: 'components.c2.dag.tasks.again.componentRef.name', message: 'makes the component "c1" contain itself: c1 → c2 → c1.' },
  ]);
  assert.equal(parsePipeline(chain(NESTING_DEPTH_MAX - 2, 1)).ok, true);
  const deep = parsePipeline(chain(NESTING_DEPTH_MAX + 5, 1));
  assert.match(deep.ok ? '' : deep.errors[0]!.message, /nests pipelines deeper than/);
  const wide = parsePipeline(chain(40, 2));
  assert.match(wide.ok ? '' : wide.errors[0]!.message, new RegExp(`at most ${TASKS_MAX} are allowed`));
});

test('many parameters and many errors stay bounded', () => {
  const parameters = Object.fromEntries(Array.from({ length: PARAMETERS_MAX + 1 }, (_, i) => [`p${i}`, { parameterType: 'STRING' }]));
  assert.match(errorsWith('root.inputDefinitions.parameters', parameters)[0]!, /has 5001 entries; at most 5000/);
  const wrong = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`p${i}`, { parameterType: 'NO' }]));
  assert.equal(errorsWith('root.inputDefinitions.parameters', wrong).length, 20);
});

test('a document that nests too deep is refused', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 50_000; i++) deep = [deep];
  assert.match(errorsFor({ ...document, extra: deep as JsonObject }), /nests lists and objects deeper/);
});

function errorsFor(json: unknown): string {
  const parse = parsePipeline(json);
  return parse.ok ? '' : parse.errors.map(({ message }) => message).join('\n');
}

test('whatever the document, it is a pipeline or errors', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => parsePipeline(value).ok === false));
  const paths = pathsOf(document);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
      const parse = parsePipeline(withMember(document, path, value));
      assert.ok(parse.ok || parse.errors.length > 0);
    }),
    { numRuns: 1000 },
  );
});

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return path.length === 0 ? [] : [path];
  const inner = Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}
