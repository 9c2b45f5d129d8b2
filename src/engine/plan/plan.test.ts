import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { constant, group, output, outputArtifact, parent, pipelineOf, step } from '../testing/pipelines.ts';
import { PlanDriver } from '../testing/plan-driver.ts';

function golden(driver: PlanDriver, expected: string): void {
  assert.equal(driver.text(), expected.trim().replaceAll(/\n\s+/g, '\n'));
}

describe('a chain', () => {
  const chain = pipelineOf({
    load: step({ outputs: { rows: 'NUMBER_INTEGER' } }),
    train: step({ inputs: { rows: ['NUMBER_INTEGER', output('load', 'rows')] }, after: ['load'] }),
    report: step({ after: ['train', 'load'] }),
  });

  test('starts what can start and says what the rest waits for', () => {
    golden(
      new PlanDriver(chain).settle(),
      `run RUNNING
       root RUNNING
       root.load PENDING [WaitingForPod] waiting for its Pod to start
       root.train WAITING [WaitingForUpstream] waiting for load
       root.report WAITING [WaitingForUpstream] waiting for train and load`,
    );
  });

  test('hands outputs on and ends', () => {
    const driver = new PlanDriver(chain).settle().end('root.load', { parameters: { rows: 150 } });
    golden(
      driver,
      `run RUNNING
       root RUNNING
       root.load SUCCEEDED
       root.train PENDING [WaitingForPod] waiting for its Pod to start
       root.report WAITING [WaitingForUpstream] waiting for train`,
    );
    assert.deepEqual(driver.task('root.train').inputs.parameters, { rows: 150 });
    driver.end('root.train').end('root.report');
    golden(
      driver,
      `run SUCCEEDED
       root SUCCEEDED
       root.load SUCCEEDED
       root.train SUCCEEDED
       root.report SUCCEEDED`,
    );
    assert.deepEqual(driver.task('root.load').stateHistory.map(({ state }) => state), ['WAITING', 'PENDING', 'RUNNING', 'SUCCEEDED']);
  });

  test('a failure skips what comes after and names itself at the top', () => {
    const failure = { reason: 'Error', message: 'the step ended with exit code 1', exitCode: 1 };
    golden(
      new PlanDriver(chain).settle().end('root.load', { failure }),
      `run FAILED [StepFailed] load failed: the step ended with exit code 1
       root FAILED [StepFailed] load failed: the step ended with exit code 1
       root.load FAILED [Error] the step ended with exit code 1
       root.train SKIPPED [UpstreamFailed] upstream load failed
       root.report SKIPPED [UpstreamFailed] upstream load failed`,
    );
  });

  test('a declared parameter that was not written fails the step and is named', () => {
    const driver = new PlanDriver(chain).settle().end('root.load');
    assert.equal(driver.task('root.load').message, 'the step ended well but did not write its output parameter "rows"');
    const parsed = new PlanDriver(chain).settle().end('root.load', { texts: { rows: ' 42\n' } });
    assert.deepEqual(parsed.task('root.load').outputs.parameters, { rows: 42 });
    const wrong = new PlanDriver(chain).settle().end('root.load', { texts: { rows: 'many' } });
    assert.equal(wrong.task('root.load').message, 'output parameter "rows" must be a whole number, not the string "many"');
  });
});

test('independent branches go on after a failure, and an exit task sees it', () => {
  const driver = new PlanDriver(
    pipelineOf({
      'exit-handler-1': group({
        tasks: { bad: step(), good: step(), last: step({ after: ['good'] }) },
      }),
      goodbye: step({
        inputs: { status: ['TASK_FINAL_STATUS', { taskFinalStatus: { producerTask: 'exit-handler-1' } }, { isOptional: true }] },
        after: ['exit-handler-1'],
        isAnyEndFine: true,
      }),
    }),
  ).settle();
  driver.end('root.exit-handler-1.bad', { failure: { reason: 'OOMKilled', message: 'out of memory' } });
  driver.end('root.exit-handler-1.good').end('root.exit-handler-1.last');
  golden(
    driver,
    `run RUNNING
     root RUNNING
     root.exit-handler-1 FAILED [StepFailed] exit-handler-1.bad failed: out of memory
     root.goodbye PENDING [WaitingForPod] waiting for its Pod to start
     root.exit-handler-1.bad FAILED [OOMKilled] out of memory
     root.exit-handler-1.good SUCCEEDED
     root.exit-handler-1.last SUCCEEDED`,
  );
  assert.equal(driver.task('root.exit-handler-1').type, 'EXIT_HANDLER');
  const { status } = driver.task('root.goodbye').inputs.parameters;
  assert.deepEqual(status, {
    state: 'FAILED',
    pipelineJobResourceName: (status as { pipelineJobResourceName: string }).pipelineJobResourceName,
    pipelineTaskName: 'exit-handler-1',
    error: { code: 2, message: 'exit-handler-1.bad failed: out of memory' },
  });
  driver.end('root.goodbye');
  assert.equal(driver.text().split('\n')[0], 'run FAILED [StepFailed] exit-handler-1.bad failed: out of memory');
});

describe('conditions', () => {
  const branch = (when: string) =>
    group({
      inputs: { score: ['NUMBER_DOUBLE', parent('score')] },
      when,
      tasks: { say: step({ outputs: { text: 'STRING' } }) },
      outputs: { parameters: { text: { valueFromParameter: { producerSubtask: 'say', outputParameterKey: 'text' } } } },
    });
  const oneOf = (...names: string[]) => ({
    parameters: { text: { valueFromOneof: { parameterSelectors: names.map((producerSubtask) => ({ producerSubtask, outputParameterKey: 'text' })) } } },
  });
  const branches = pipelineOf({
    evaluate: step({ outputs: { score: 'NUMBER_DOUBLE' } }),
    'condition-branches-1': group({
      inputs: { score: ['NUMBER_DOUBLE', output('evaluate', 'score')] },
      tasks: {
        'condition-2': branch("inputs.parameter_values['score'] > 0.9"),
        'condition-3': branch("!(inputs.parameter_values['score'] > 0.9)"),
      },
      outputs: oneOf('condition-2', 'condition-3'),
    }),
    publish: step({ inputs: { text: ['STRING', output('condition-branches-1', 'text')] } }),
  });

  test('one branch runs, the others say why they do not; the value of the one that ran goes on', () => {
    const driver = new PlanDriver(branches).settle().end('root.evaluate', { parameters: { score: 0.87 } });
    golden(
      driver,
      `run RUNNING
       root RUNNING
       root.evaluate SUCCEEDED
       root.condition-branches-1 RUNNING
       root.publish WAITING [WaitingForUpstream] waiting for condition-branches-1
       root.condition-branches-1.condition-2 SKIPPED [ConditionFalse] condition false: 0.87 > 0.9
       root.condition-branches-1.condition-3 RUNNING
       root.condition-branches-1.condition-3.say PENDING [WaitingForPod] waiting for its Pod to start`,
    );
    driver.end('root.condition-branches-1.condition-3.say', { parameters: { text: 'not yet' } });
    assert.deepEqual(driver.task('root.publish').inputs.parameters, { text: 'not yet' });
    assert.equal(driver.task('root.condition-branches-1').type, 'CONDITION_BRANCH');
    assert.equal(driver.task('root.condition-branches-1.condition-2').type, 'CONDITION');
  });

  test('a skipped task skips its dependents, even those with other upstreams', () => {
    const driver = new PlanDriver(
      pipelineOf({
        a: step({ when: 'false' }),
        b: step(),
        c: step({ after: ['a', 'b'] }),
        d: step({ after: ['c'] }),
      }),
    ).settle();
    golden(
      driver.end('root.b'),
      `run SUCCEEDED
       root SUCCEEDED
       root.a SKIPPED [ConditionFalse] condition false: false
       root.b SUCCEEDED
       root.c SKIPPED [UpstreamSkipped] upstream a was skipped
       root.d SKIPPED [UpstreamSkipped] upstream c was skipped`,
    );
  });

  test('no branch ran: who needs the value fails with its name, who only comes after goes on', () => {
    const driver = new PlanDriver(
      pipelineOf({
        group: group({ tasks: { a: { ...branch('false'), inputs: {} } }, outputs: oneOf('a') }),
        needs: step({ inputs: { text: ['STRING', output('group', 'text')] } }),
        manages: step({ inputs: { text: ['STRING', output('group', 'text'), { defaultValue: 'none', isOptional: true }] } }),
      }),
    ).settle();
    golden(
      driver,
      `run RUNNING
       root RUNNING
       root.group SUCCEEDED
       root.needs FAILED [InputUnresolved] input "text" has no value: group gave no output "text"
       root.manages PENDING [WaitingForPod] waiting for its Pod to start
       root.group.a SKIPPED [ConditionFalse] condition false: false`,
    );
    assert.deepEqual(driver.task('root.manages').inputs.parameters, { text: 'none' });
  });

  test('a condition that can not be evaluated fails the task', () => {
    const driver = new PlanDriver(pipelineOf({ a: step({ when: "int(inputs.parameter_values['x']) > 1", inputs: { x: ['STRING', constant('one')] } }) })).settle();
    assert.equal(driver.task('root.a').reason, 'ConditionInvalid');
  });
});

describe('loops', () => {
  const loop = pipelineOf(
    {
      'for-loop-1': group({
        inputs: { list: ['LIST', parent('list')], factor: ['NUMBER_INTEGER', constant(3)] },
        items: { inputParameter: 'list' },
        itemType: 'NUMBER_INTEGER',
        parallelism: 2,
        tasks: {
          scale: step({
            inputs: { value: ['NUMBER_INTEGER', parent('item')], factor: ['NUMBER_INTEGER', parent('factor')] },
            outputs: { result: 'NUMBER_INTEGER' },
          }),
        },
        outputs: { parameters: { result: { valueFromParameter: { producerSubtask: 'scale', outputParameterKey: 'result' } } } },
      }),
      sum: step({ inputs: { all: ['LIST', output('for-loop-1', 'result')] } }),
    },
    { inputs: { list: { parameterType: 'LIST' } } },
  );

  test('iterations run as many at a time as they may, and are collected in order', () => {
    const driver = new PlanDriver(loop, { parameters: { list: [1, 2, 3] } }).settle();
    golden(
      driver,
      `run RUNNING
       root RUNNING
       root.for-loop-1 RUNNING
       root.sum WAITING [WaitingForUpstream] waiting for for-loop-1
       root.for-loop-1[0] RUNNING
       root.for-loop-1[1] RUNNING
       root.for-loop-1[2] WAITING [WaitingForSlot] waiting for a free slot: 2 of 3 iterations run at a time
       root.for-loop-1[0].scale PENDING [WaitingForPod] waiting for its Pod to start
       root.for-loop-1[1].scale PENDING [WaitingForPod] waiting for its Pod to start`,
    );
    assert.deepEqual(driver.task('root.for-loop-1[1].scale').inputs.parameters, { value: 2, factor: 3 });
    assert.equal(driver.task('root.for-loop-1').iterationCount, 3);
    driver.end('root.for-loop-1[1].scale', { parameters: { result: 6 } });
    assert.equal(driver.task('root.for-loop-1[2].scale').state, 'PENDING');
    driver.end('root.for-loop-1[2].scale', { parameters: { result: 9 } });
    driver.end('root.for-loop-1[0].scale', { parameters: { result: 3 } });
    assert.deepEqual(driver.task('root.sum').inputs.parameters, { all: [3, 6, 9] });
  });

  test('no items: the collected list is empty', () => {
    const driver = new PlanDriver(loop, { parameters: { list: [] } }).settle();
    assert.equal(driver.task('root.for-loop-1').state, 'SUCCEEDED');
    assert.deepEqual(driver.task('root.sum').inputs.parameters, { all: [] });
  });

  test('items that are no list fail the loop', () => {
    const text = pipelineOf({ l: group({ inputs: { x: ['STRING', constant('{"a": 1}')] }, items: { inputParameter: 'x' }, tasks: { a: step() } }) });
    const driver = new PlanDriver(text).settle();
    assert.match(driver.task('root.l').message, /a loop needs a list of items, but was given/);
  });

  test('loops in loops that would give a run too many tasks fail, and say so; before and after a restart', () => {
    const inner = group({ items: { raw: [1, 2, 3] }, itemInput: 'inner', tasks: { a: step() } });
    const document = pipelineOf({ outer: group({ items: { raw: [1, 2, 3] }, tasks: { inner } }) });
    for (const isTreeKept of [true, false]) {
      // The root, the outer loop, its iterations with an inner loop each: 8 rows. One inner loop with its iterations has 6 more.
      const driver = new PlanDriver(document, { settings: { tasksPerRunMax: 16 }, isTreeKept }).settle();
      const inners = [0, 1, 2].map((index) => driver.task(`root.outer[${index}].inner`));
      const failed = inners.filter(({ reason }) => reason === 'TooManyTasks');
      assert.ok(failed.length > 0, driver.text());
      assert.match(failed[0]!.message, /^the run would have more than the 16 tasks that are allowed, with the 3 of this loop$/);
      assert.ok(driver.tasks.size <= 16);
      const pending = () => [...driver.tasks.values()].find(({ state }) => state === 'PENDING')?.path;
      for (let path = pending(); path !== undefined; path = pending()) driver.end(path);
      assert.equal(driver.run.state, 'FAILED');
      assert.equal(new PlanDriver(document, { settings: { tasksPerRunMax: 26 }, isTreeKept }).settle().tasks.size, 26);
    }
  });

  test('over the artifacts of a list; their outputs are collected as artifacts', () => {
    const driver = new PlanDriver(
      pipelineOf({
        split: step({ outputLists: ['parts'] }),
        each: group({
          artifacts: { parts: outputArtifact('split', 'parts') },
          items: { inputArtifact: 'parts' },
          itemInput: 'part',
          tasks: { shrink: step({ artifacts: { part: { componentInputArtifact: 'part' } }, outputArtifacts: ['small'] }) },
          outputs: { artifacts: { small: { artifactSelectors: [{ producerSubtask: 'shrink', outputArtifactKey: 'small' }] } } },
        }),
        join: step({ artifacts: { all: outputArtifact('each', 'small') } }),
      }),
    ).settle();
    const parts = [{ uri: 'minio://b/1', metadata: { part: 1 } }, { uri: 'minio://b/2' }];
    driver.end('root.split', { artifacts: { parts: { artifacts: parts } } });
    const [first, second] = driver.task('root.split').outputs.artifacts['parts'] ?? [];
    assert.deepEqual(driver.task('root.each[1].shrink').inputs.artifacts, { part: [second] });
    assert.deepEqual(driver.artifacts.get(first ?? '')?.metadata, { part: 1 });
    driver.end('root.each[1].shrink').end('root.each[0].shrink');
    const small = [0, 1].flatMap((index) => driver.task(`root.each[${index}].shrink`).outputs.artifacts['small'] ?? []);
    assert.deepEqual(driver.task('root.join').inputs.artifacts, { all: small });
  });

  test('loops in loops: lists in lists; a skipped producer leaves no hole', () => {
    const inner = group({
      inputs: { outer: ['NUMBER_INTEGER', parent('item')] },
      items: { raw: [10, 20] },
      itemInput: 'inner',
      itemType: 'NUMBER_INTEGER',
      tasks: {
        add: step({
          inputs: { a: ['NUMBER_INTEGER', parent('outer')], b: ['NUMBER_INTEGER', parent('inner')] },
          outputs: { sum: 'NUMBER_INTEGER' },
          when: "inputs.parameter_values['a'] + inputs.parameter_values['b'] != 21.0",
        }),
      },
      outputs: { parameters: { sum: { valueFromParameter: { producerSubtask: 'add', outputParameterKey: 'sum' } } } },
    });
    const driver = new PlanDriver(
      pipelineOf({
        outer: group({
          items: { raw: [1, 2] },
          itemType: 'NUMBER_INTEGER',
          tasks: { inner },
          outputs: { parameters: { sums: { valueFromParameter: { producerSubtask: 'inner', outputParameterKey: 'sum' } } } },
        }),
        use: step({ inputs: { all: ['LIST', output('outer', 'sums')] } }),
      }),
    ).settle();
    for (const path of ['root.outer[0].inner[0].add', 'root.outer[1].inner[0].add', 'root.outer[1].inner[1].add']) {
      const { a, b } = driver.task(path).inputs.parameters as { a: number; b: number };
      driver.end(path, { parameters: { sum: a + b } });
    }
    assert.deepEqual(driver.task('root.use').inputs.parameters, { all: [[11], [12, 22]] });
  });
});

test('nested pipelines: inputs with defaults go in, outputs come out', () => {
  const driver = new PlanDriver(
    pipelineOf(
      {
        inner: group({
          inputs: {
            given: ['STRING', parent('name')],
            fallback: ['NUMBER_INTEGER', undefined, { defaultValue: 7, isOptional: true }],
            absent: ['STRING', undefined, { isOptional: true }],
          },
          tasks: {
            greet: step({
              inputs: {
                name: ['STRING', parent('given')],
                times: ['NUMBER_INTEGER', parent('fallback')],
                title: ['STRING', parent('absent'), { isOptional: true }],
              },
              outputArtifacts: ['letter'],
            }),
          },
          outputs: { artifacts: { letter: { artifactSelectors: [{ producerSubtask: 'greet', outputArtifactKey: 'letter' }] } } },
        }),
        read: step({ artifacts: { letter: outputArtifact('inner', 'letter') } }),
      },
      { inputs: { name: { parameterType: 'STRING', defaultValue: 'Ada', isOptional: true } } },
    ),
  ).settle();
  assert.deepEqual(driver.task('root.inner.greet').inputs.parameters, { name: 'Ada', times: 7 });
  driver.end('root.inner.greet', { artifacts: { letter: { artifacts: [{ name: '', uri: '', metadata: { pages: 2 } }] } } });
  const [artifactId = ''] = driver.task('root.read').inputs.artifacts['letter'] ?? [];
  const artifact = driver.artifacts.get(artifactId);
  assert.deepEqual(artifact?.metadata, { pages: 2 });
  assert.match(artifact?.uri ?? '', /^minio:\/\/mlpipeline\/v2\/artifacts\/demo\/run-1\/greet\/[0-9a-f-]{36}\/letter$/);
  assert.deepEqual(driver.stepDocument('root.read').inputArtifacts, [{ key: 'letter', uri: artifact?.uri }]);
});

test('tasks whose names have the signs that join a path are told apart', () => {
  const driver = new PlanDriver(pipelineOf({ a: group({ tasks: { b: step() } }), 'a.b': step(), 'a[0]': step() })).settle();
  driver.end('root.a.b').end('root.a%2eb').end('root.a%5b0%5d');
  assert.equal(driver.run.state, 'SUCCEEDED');
});

test('an input artifact of the pipeline itself, which no run can be given, fails its reader with a sentence', () => {
  const document = pipelineOf({ read: step({ artifacts: { table: { componentInputArtifact: 'table' } } }) });
  const root = document['root'] as JsonObject;
  const artifacts = { table: { artifactType: { schemaTitle: 'system.Dataset' } } };
  const driver = new PlanDriver({ ...document, root: { ...root, inputDefinitions: { artifacts } } }).settle();
  const message = 'read failed: input "table" has no value: it is an input artifact of the pipeline, and a run can only be given parameters';
  assert.equal(driver.run.message, message);
});

test('a run that takes longer than its pipeline allows is stopped and has failed; its retry has all the time again', () => {
  const platform = { pipelineConfig: { activeDeadlineSeconds: 60 } };
  const driver = new PlanDriver(pipelineOf({ a: step(), b: step({ after: ['a'] }) }, { platform })).settle();
  driver.end('root.a').wait();
  assert.equal(driver.pods.has(driver.task('root.b').podName ?? ''), false);
  driver.settle();
  assert.match(driver.text(), /^run FAILED \[DeadlineExceeded\] the run took longer than the 60 s that its pipeline allows \(activeDeadlineSeconds\)\n/);
  assert.deepEqual([driver.task('root.b').state, driver.task('root.b').message], ['CANCELED', 'the run took too long']);
  driver.retry().end('root.b');
  assert.equal(driver.run.state, 'SUCCEEDED');
});
