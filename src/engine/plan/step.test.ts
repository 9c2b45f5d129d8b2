import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failureStatus, toRfc3339 } from '../../base/mod.ts';
import type { Task } from '../../records/mod.ts';
import { PlanDriver } from '../testing/plan-driver.ts';
import { constant, group, outputArtifact, parent, pipelineOf, step } from '../testing/pipelines.ts';
import { STARTS_PER_PLANNING_MAX } from './plan.ts';

const failure = { reason: 'Error', message: 'the step ended with exit code 1', exitCode: 1 };

describe('retries', () => {
  const policy = { maxRetryCount: 2, backoffDuration: '8s', backoffFactor: 3 };
  const document = pipelineOf({ a: step({ retryPolicy: policy }) });

  test('wait longer each time, and say when', () => {
    const driver = new PlanDriver(document).settle().end('root.a', { failure });
    const first = driver.task('root.a');
    assert.equal(first.state, 'WAITING');
    assert.equal(first.message, 'retry 1 of 2 in 8 s: the step ended with exit code 1');
    assert.equal(first.retryAtMs, driver.nowMs + 8_000);
    driver.wait();
    assert.equal(driver.task('root.a').message, 'retry 1 of 2');
    driver.end('root.a', { failure });
    assert.equal(driver.task('root.a').message, 'retry 2 of 2 in 24 s: the step ended with exit code 1');
    driver.wait().end('root.a', { failure });
    assert.equal(driver.task('root.a').state, 'FAILED');
    assert.equal(driver.pods.size, 3);
  });

  test('end when all tries together have taken the time that the policy gives, in a loop too; a retry of the run begins anew', () => {
    const limited = { ...policy, maxRetryCount: 9, backoffMaxDuration: '20s' };
    const driver = new PlanDriver(pipelineOf({ l: group({ items: { raw: [1] }, tasks: { a: step({ retryPolicy: limited }) } }) })).settle();
    driver.end('root.l[0].a', { failure }).wait().end('root.l[0].a', { failure });
    const { state, message } = driver.task('root.l[0].a');
    assert.deepEqual([state, message], ['FAILED', 'the step ended with exit code 1; not tried again, for all its tries may take 20 s (backoffMaxDuration)']);
    driver.nowMs += 60_000;
    driver.retry().end('root.l[0].a', { failure });
    assert.equal(driver.task('root.l[0].a').message, 'retry 1 of 9 in 8 s: the step ended with exit code 1');
  });

  test('of a group end likewise', () => {
    const limited = { maxRetryCount: 9, backoffDuration: '8s', backoffFactor: 3, backoffMaxDuration: '20s' };
    const driver = new PlanDriver(pipelineOf({ g: group({ tasks: { a: step() }, retryPolicy: limited }) })).settle();
    driver.end('root.g.a', { failure }).wait().end('root.g.a', { failure });
    assert.equal(driver.task('root.g').message, 'g.a failed: the step ended with exit code 1; not tried again, for all its tries may take 20 s (backoffMaxDuration)');
    driver.nowMs += 60_000;
    driver.retry().end('root.g.a', { failure });
    assert.equal(driver.task('root.g').state, 'WAITING');
  });

  test('a clock that is set back keeps no retry waiting: one that is corrected does for as long', () => {
    for (const isTreeKept of [true, false]) {
      const driver = new PlanDriver(document, { isTreeKept }).settle().end('root.a', { failure });
      driver.nowMs -= 3_000;
      assert.equal(driver.settle().task('root.a').state, 'WAITING');
      driver.nowMs -= 500_000;
      assert.equal(driver.settle().task('root.a').state, 'PENDING');
    }
  });

  test('each try has its own Pod, its own directory and its own number', () => {
    const driver = new PlanDriver(document).settle();
    const before = driver.stepDocument('root.a');
    driver.end('root.a', { failure }).wait();
    const now = driver.stepDocument('root.a');
    assert.deepEqual([before.attempt, now.attempt], [0, 1]);
    assert.notEqual(before.taskRootUri, now.taskRootUri);
  });

  test('a result of an earlier try, of another Pod or of a canceled task changes nothing', () => {
    const driver = new PlanDriver(document).settle();
    const { taskId } = driver.task('root.a');
    const result = { runId: 'run-1', taskId, attempt: 0, podUid: 'uid', outcome: 'Failed', finishedAtMs: 5, parameterTexts: {}, artifacts: {} } as const;
    assert.equal(driver.report(result), 'recorded');
    assert.equal(driver.report(result), 'duplicate');
    driver.settle().wait().setPodStatus('root.a', { phase: 'Running' });
    assert.equal(driver.report(result), 'duplicate');
    assert.equal(driver.report({ ...result, attempt: 1 }), 'stale');
    driver.terminate();
    assert.equal(driver.report({ ...result, attempt: 1, podUid: driver.task('root.a').podUid! }), 'stale');
  });

  test('a result that comes before the Pod was seen says which Pod it is of, also when the step never ran', () => {
    const driver = new PlanDriver(pipelineOf({ a: step() })).settle();
    const { taskId } = driver.task('root.a');
    driver.report({ runId: 'run-1', taskId, attempt: 0, podUid: 'uid', outcome: 'Failed', reason: 'StartError', finishedAtMs: 5, parameterTexts: {}, artifacts: {} });
    assert.deepEqual([driver.task('root.a').state, driver.task('root.a').podUid], ['FAILED', 'uid']);
  });

  test('a result of a try that nobody has written down comes too early, also when the groups around it are tried again', () => {
    const grouped = pipelineOf({ g: group({ tasks: { a: step() }, retryPolicy: { maxRetryCount: 1 } }) });
    const driver = new PlanDriver(grouped).settle();
    const { taskId } = driver.task('root.g.a');
    const result = { runId: 'run-1', taskId, attempt: 0, podUid: 'new', outcome: 'Succeeded', finishedAtMs: 5, parameterTexts: {}, artifacts: {} } as const;
    assert.deepEqual(driver.stepDocument('root.g.a').tries, [0, 0, 0, 0]);
    assert.equal(driver.report({ ...result, tries: [0, 0, 1, 0] }), 'early');
    assert.equal(driver.report({ ...result, tries: [1, 0, 0, 0] }), 'early');
    assert.equal(driver.report({ ...result, taskId: 'not-written-yet' }), 'early');
    driver.end('root.g.a', { failure });
    assert.deepEqual(driver.stepDocument('root.g.a').tries, [0, 0, 1, 0]);
    assert.equal(driver.report({ ...result, tries: [0, 0, 0, 0] }), 'duplicate');
    assert.equal(driver.report({ ...result, tries: [0, 0, 1, 0] }), 'recorded');
  });

  test('what a second try would meet again is not tried again', () => {
    const driver = new PlanDriver(document).settle();
    driver.end('root.a', { failure: { reason: 'ImageNotRunnable', message: 'no recipe for this image' } });
    assert.equal(driver.text().split('\n')[0], 'run FAILED [StepFailed] a failed: no recipe for this image');
  });
});

describe('the cache', () => {
  const document = pipelineOf({ make: step({ outputArtifacts: ['table'], isCached: true }) });

  function earlier(): PlanDriver {
    return new PlanDriver(document, { runId: 'earlier' }).settle().end('root.make');
  }

  function later(): PlanDriver {
    const before = earlier();
    const driver = new PlanDriver(document, { runId: 'later' });
    const task = before.task('root.make');
    driver.cache.set(task.cacheFingerprint!, [task]);
    for (const [id, artifact] of before.artifacts) driver.artifacts.set(id, artifact);
    return driver;
  }

  test('a hit reuses the outputs by reference and starts nothing', () => {
    const driver = later().settle();
    const task = driver.task('root.make');
    assert.equal(driver.run.state, 'SUCCEEDED');
    assert.equal(task.state, 'CACHED');
    assert.equal(task.message, 'outputs of an equal step are reused (run earlier)');
    assert.deepEqual(task.outputs, earlier().task('root.make').outputs);
    assert.equal(driver.pods.size, 0);
  });

  test('an entry whose bytes are gone is a miss', () => {
    const driver = later();
    driver.presence.set(earlier().task('root.make').taskId, { arePresent: false, missingUri: 'minio://b/table' });
    assert.equal(driver.settle().task('root.make').message, 'waiting for its Pod to start; not taken from the cache: minio://b/table is gone');
  });

  test('an older entry serves when the newest can not; when none can, the sentence says so', () => {
    const driver = later();
    const [[fingerprint, [newest]]] = [...driver.cache] as [[string, [Task]]];
    const older = { ...newest, taskId: 'older', runId: 'older' };
    driver.cache.set(fingerprint, [newest, older]);
    driver.presence.set(newest.taskId, { arePresent: false, missingUri: 'minio://b/table' });
    assert.equal(driver.settle().task('root.make').message, 'outputs of an equal step are reused (run older)');
    const unlucky = later();
    unlucky.cache.set(fingerprint, [newest, older]);
    for (const { taskId } of [newest, older]) unlucky.presence.set(taskId, { arePresent: false, missingUri: `minio://b/${taskId}` });
    assert.match(unlucky.settle().task('root.make').message, /; not taken from the cache: minio:.* is gone, and something of the entry before it$/);
  });

  test('an equal step that starts in the very planning that ends the first takes over its outputs', () => {
    const container = { image: 'busybox', command: ['date'] };
    const equal = pipelineOf({ first: step({ isCached: true, container }), second: step({ isCached: true, container, after: ['first'] }) });
    const driver = new PlanDriver(equal).settle().end('root.first');
    assert.equal(driver.task('root.second').cacheFingerprint, driver.task('root.first').cacheFingerprint);
    assert.equal(driver.task('root.second').state, 'CACHED');
  });

  test('can be switched off', () => {
    const driver = new PlanDriver(document, { settings: { isCacheEnabled: false } }).settle();
    assert.equal(driver.task('root.make').cacheFingerprint, undefined);
  });

  test('defaults are not part of the fingerprint, values and pipelines are', () => {
    const fingerprint = (inputs: Parameters<typeof step>[0]) =>
      new PlanDriver(pipelineOf({ a: step({ isCached: true, ...inputs }) })).settle().task('root.a').cacheFingerprint;
    const optional = { isOptional: true, defaultValue: 'x' };
    const unset = fingerprint({ inputs: { p: ['STRING', undefined, optional] } });
    assert.equal(unset, fingerprint({ inputs: { p: ['STRING', undefined, { ...optional, defaultValue: 'y' }] } }));
    assert.notEqual(unset, fingerprint({ inputs: { p: ['STRING', constant('x'), optional] } }));
  });
});

describe('what a step printed', () => {
  test('is an artifact of its last attempt, however that ended', () => {
    const driver = new PlanDriver(pipelineOf({ a: step({ retryPolicy: { maxRetryCount: 1 } }) })).settle();
    driver.end('root.a', { failure: { reason: 'Error', message: 'no', exitCode: 1 } }).end('root.a', { failure: { reason: 'Error', message: 'no', exitCode: 1 } });
    const { state, outputs, podName } = driver.task('root.a');
    assert.equal(state, 'FAILED');
    const [artifact, ...more] = [...driver.artifacts.values()];
    assert.deepEqual(more, []);
    assert.deepEqual(outputs.artifacts, { 'executor-logs': [artifact!.artifactId] });
    assert.match(artifact!.uri, /\/executor-logs-1$/);
    assert.deepEqual(artifact!.metadata, { pod_uid: `uid-${podName}` });
  });

  test('gives way to an output of the same name that the component declares', () => {
    const driver = new PlanDriver(pipelineOf({ a: step({ outputArtifacts: ['executor-logs'] }) })).settle().end('root.a');
    assert.deepEqual([...driver.artifacts.values()].map(({ type }) => type), ['system.Dataset']);
  });
});

describe('importers', () => {
  const importer = { artifactUri: { runtimeParameter: 'uri' }, typeSchema: { schemaTitle: 'system.Model' }, metadata: { of: "{{$.inputs.parameters['uri']}}", n: 1 } };
  const documentWith = (more: object) =>
    pipelineOf(
      {
        get: step({ importer: { ...importer, ...more }, inputs: { uri: ['STRING', parent('where')] }, outputArtifacts: ['artifact'] }),
        use: step({ artifacts: { model: outputArtifact('get', 'artifact') } }),
      },
      { inputs: { where: { parameterType: 'STRING' } } },
    );

  test('make a record at once, without a Pod', () => {
    const driver = new PlanDriver(documentWith({}), { parameters: { where: 's3://b/m' } }).settle();
    assert.equal(driver.task('root.get').type, 'IMPORTER');
    const [artifact] = driver.artifacts.values();
    assert.equal(artifact?.uri, 's3://b/m');
    assert.equal(artifact.type, 'system.Model');
    assert.deepEqual(artifact.metadata, { of: 's3://b/m', n: 1 });
    assert.deepEqual(driver.task('root.use').inputs.artifacts, { model: [artifact.artifactId] });
  });

  test('take a known artifact again, unless told to import anew', () => {
    const known = new PlanDriver(documentWith({}), { parameters: { where: 's3://b/m' } }).settle();
    for (const [isReimport, count] of [[false, 1], [true, 2]] as const) {
      const driver = new PlanDriver(documentWith({ reimport: isReimport }), { runId: 'second', parameters: { where: 's3://b/m' } });
      for (const [id, artifact] of known.artifacts) driver.artifacts.set(id, artifact);
      assert.equal(driver.settle().artifacts.size, count);
    }
  });

  test('two of the same that start together make one record', () => {
    const same = () => step({ importer, inputs: { uri: ['STRING', constant('s3://b/m')] }, outputArtifacts: ['artifact'] });
    const driver = new PlanDriver(pipelineOf({ a: same(), b: same() })).settle();
    assert.equal(driver.artifacts.size, 1);
    assert.deepEqual(driver.task('root.a').outputs, driver.task('root.b').outputs);
  });

  test('without a URI fail', () => {
    const driver = new PlanDriver(documentWith({}), { parameters: { where: '' } }).settle();
    assert.equal(driver.task('root.get').message, 'the importer was given no artifact URI');
  });
});

describe('what the Pod shows', () => {
  const document = pipelineOf({ a: step() });

  test('why it does not start, then that it runs', () => {
    const driver = new PlanDriver(document).settle();
    const waiting = { reason: 'PreparingEnvironment', message: 'installing pandas' };
    driver.setPodStatus('root.a', { phase: 'Pending', containerStatuses: [{ name: 'main', state: { waiting } }] });
    assert.equal(driver.task('root.a').message, 'installing pandas');
    const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes have a GPU' };
    driver.setPodStatus('root.a', { phase: 'Pending', conditions: [unschedulable] });
    assert.equal(driver.task('root.a').reason, 'Unschedulable');
    const startedAt = toRfc3339(driver.nowMs);
    driver.setPodStatus('root.a', { phase: 'Running', containerStatuses: [{ name: 'main', state: { running: { startedAt } } }] });
    assert.equal(driver.task('root.a').state, 'RUNNING');
    assert.equal(driver.task('root.a').startedAtMs, driver.nowMs);
  });

  test('a failed Pod fails the step with the Pod’s words', () => {
    const driver = new PlanDriver(document).settle();
    driver.setPodStatus('root.a', { phase: 'Failed', reason: 'NodeLost', message: 'the supervisor died' });
    assert.equal(driver.run.message, 'a failed: the supervisor died');
    const killed = new PlanDriver(document).settle();
    killed.setPodStatus('root.a', { phase: 'Failed', containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }] });
    assert.equal(killed.task('root.a').exitCode, 137);
    assert.equal(killed.task('root.a').reason, 'OOMKilled');
  });

  test('a Pod that ended well without a result counts as failed after a while', () => {
    const driver = new PlanDriver(document).settle();
    const finishedAt = toRfc3339(driver.nowMs);
    driver.setPodStatus('root.a', { phase: 'Succeeded', containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 0, finishedAt } } }] });
    assert.equal(driver.task('root.a').state, 'PENDING');
    assert.equal(driver.wait().task('root.a').reason, 'ResultMissing');
  });

  test('a missing Pod is asked for again, but only when all Pods are known', () => {
    const driver = new PlanDriver(document).settle();
    driver.pods.clear();
    driver.arePodsKnown = false;
    assert.equal(driver.settle().pods.size, 0);
    driver.arePodsKnown = true;
    assert.equal(driver.settle().pods.size, 1);
  });

  test('a request that was postponed is made again when its time has come', () => {
    const driver = new PlanDriver(document).settle();
    const { podName = '' } = driver.task('root.a');
    driver.pods.clear();
    const status = failureStatus('Forbidden', 'exceeded quota: pods');
    driver.podRequests.set(podName, { kind: 'postponed', status, retryAtMs: driver.nowMs + 500 });
    assert.equal(driver.settle().task('root.a').message, 'its Pod can not be created yet: exceeded quota: pods');
    assert.equal(driver.wait().pods.size, 1);
  });

  test('a request that was refused fails the step', () => {
    const driver = new PlanDriver(document).settle();
    driver.pods.clear();
    driver.podRequests.set(driver.task('root.a').podName ?? '', { kind: 'refused', status: failureStatus('Invalid', 'spec is invalid') });
    assert.equal(driver.settle().task('root.a').message, 'the Pod was refused: spec is invalid');
  });
});

describe('termination', () => {
  test('cancels everything, deletes Pods and ends when they are gone', () => {
    const driver = new PlanDriver(pipelineOf({ a: step(), b: step({ after: ['a'] }) })).settle();
    driver.terminate();
    assert.equal(driver.pods.size, 0);
    assert.equal(driver.settle().text(), [
      'run FAILED [Terminated] the run was terminated by request',
      'root CANCELED [Terminated] the run was terminated',
      'root.a CANCELED [Terminated] the run was terminated',
      'root.b CANCELED [Terminated] the run was terminated',
    ].join('\n'));
  });

  test('ends CANCELED where clients understand it', () => {
    const driver = new PlanDriver(pipelineOf({ a: step() }), { settings: { terminatedRunState: 'CANCELED' } }).settle().terminate();
    assert.equal(driver.settle().run.state, 'CANCELED');
  });

  test('does not wait for ever for a Pod that does not stop', () => {
    const driver = new PlanDriver(pipelineOf({ a: step() })).settle();
    const pod = driver.pod('root.a');
    driver.pods.set(pod.metadata.name, { ...pod, metadata: { ...pod.metadata, deletionTimestamp: toRfc3339(driver.nowMs) } });
    assert.equal(driver.terminate().run.state, 'CANCELING');
    assert.equal(driver.wait().run.message, 'the run was terminated by request; 1 Pods did not stop in time');
  });

  test('of a wide run takes several plannings, the tasks with Pods first', () => {
    const wide = pipelineOf({ each: group({ items: { raw: Array.from({ length: 300 }, (_, index) => index) }, tasks: { a: step() } }) });
    const driver = new PlanDriver(wide, { settings: { podsPerRunMax: 3 } }).settle();
    assert.equal(driver.pods.size, 3);
    driver.run = { ...driver.run, state: 'CANCELING', stateHistory: [...driver.run.stateHistory, { atMs: driver.nowMs, state: 'CANCELING' }] };
    driver.planOnce();
    assert.equal(driver.pods.size, 0);
    const canceledCount = () => [...driver.tasks.values()].filter(({ state }) => state === 'CANCELED').length;
    assert.ok(canceledCount() > 3 && canceledCount() < 100, `${canceledCount()} at once`);
    driver.settle();
    assert.equal(driver.run.state, 'FAILED');
    assert.equal(canceledCount(), 602);
  });
});

test('a wide run starts its steps in portions', () => {
  const items = Array.from({ length: STARTS_PER_PLANNING_MAX + 10 }, (_, index) => index);
  const driver = new PlanDriver(pipelineOf({ wide: group({ items: { raw: items }, itemType: 'NUMBER_INTEGER', tasks: { a: step() } }) }), { isTreeKept: true });
  driver.planOnce();
  assert.equal(driver.pods.size, STARTS_PER_PLANNING_MAX);
  assert.equal(driver.nextLookMs, driver.nowMs);
  assert.equal(driver.settle().pods.size, items.length);
});

test('a long list of items is read once, however many plannings its loop takes to grow', () => {
  let readCount = 0;
  const items = new Proxy(Array.from({ length: 300 }, (_, index) => index), {
    get: (list, key) => {
      if (key === 'map') readCount++;
      return Reflect.get(list, key) as unknown;
    },
  });
  const loop = group({ inputs: { list: ['LIST', parent('list')] }, items: { inputParameter: 'list' }, itemType: 'NUMBER_INTEGER', parallelism: 1, tasks: { a: step() } });
  const driver = new PlanDriver(pipelineOf({ loop }, { inputs: { list: { parameterType: 'LIST' } } }), { parameters: { list: items }, isTreeKept: true }).settle();
  assert.equal(driver.tasks.size, 303);
  assert.equal(readCount, 1);
});
