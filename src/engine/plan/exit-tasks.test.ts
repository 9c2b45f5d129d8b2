import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toRfc3339, type JsonObject } from '../../base/mod.ts';
import { PlanDriver } from '../testing/plan-driver.ts';
import { group, pipelineOf, step, type TaskText } from '../testing/pipelines.ts';

const watches = (producerTask: string): JsonObject => ({ taskFinalStatus: { producerTask } });

/** As `dsl.ExitHandler` compiles: the tasks are a group, the exit task waits for its end. */
function handled(tasks: Readonly<Record<string, TaskText>>, more: Readonly<Record<string, TaskText>> = {}): JsonObject {
  const clean = step({ after: ['exit-handler-1'], isAnyEndFine: true, inputs: { status: ['TASK_FINAL_STATUS', watches('exit-handler-1'), { isOptional: true }] } });
  return pipelineOf({ 'exit-handler-1': group({ tasks }), clean, ...more });
}

const statesOf = (driver: PlanDriver) => Object.fromEntries([...driver.tasks.values()].map(({ path, state }) => [path.replace(/^root\./, ''), state]));

for (const isTreeKept of [false, true]) {
  describe(`exit tasks of a run that is terminated, its tree ${isTreeKept ? 'kept' : 'built anew each time'}`, () => {
    const driverOf = (document: JsonObject) => new PlanDriver(document, { isTreeKept }).settle();

    test('run once what they watch has stopped, are told how it ended, and the run ends FAILED after them', () => {
      const driver = driverOf(handled({ work: step(), more: step({ after: ['work'] }) }, { later: step({ after: ['exit-handler-1'] }) }));
      const pod = driver.pod('root.exit-handler-1.work');
      driver.pods.set(pod.metadata.name, { ...pod, metadata: { ...pod.metadata, deletionTimestamp: toRfc3339(driver.nowMs) } });
      driver.terminate();
      assert.equal(driver.task('root.clean').state, 'WAITING', 'a Pod is still stopping');
      driver.pods.delete(pod.metadata.name);
      driver.settle();
      const status = { error: { code: 1, message: 'the run was terminated' }, pipelineJobResourceName: 'demo-0d4vr', pipelineTaskName: 'exit-handler-1', state: 'CANCELLED' };
      const input = driver.executorInput('root.clean') as { inputs: { parameterValues: { status: JsonObject } } };
      assert.deepEqual({ ...input.inputs.parameterValues.status, pipelineJobResourceName: 'demo-0d4vr' }, status);
      assert.equal(driver.run.state, 'CANCELING');
      driver.end('root.clean').settle();
      assert.deepEqual([driver.run.state, driver.run.reason, driver.run.message], ['FAILED', 'Terminated', 'the run was terminated by request']);
      assert.deepEqual(statesOf(driver), {
        root: 'CANCELED',
        'exit-handler-1': 'CANCELED',
        'exit-handler-1.work': 'CANCELED',
        'exit-handler-1.more': 'CANCELED',
        clean: 'SUCCEEDED',
        later: 'CANCELED',
      });
    });

    test('are stopped when it is terminated again', () => {
      const driver = driverOf(handled({ work: step() })).terminate();
      assert.equal(driver.task('root.clean').state, 'PENDING');
      driver.terminate();
      assert.deepEqual([driver.run.state, driver.pods.size, driver.task('root.clean').state], ['FAILED', 0, 'CANCELED']);
    });

    test('that have not begun do not begin when it is terminated again', () => {
      const driver = driverOf(handled({ work: step() }));
      const pod = driver.pod('root.exit-handler-1.work');
      driver.pods.set(pod.metadata.name, { ...pod, metadata: { ...pod.metadata, deletionTimestamp: toRfc3339(driver.nowMs) } });
      driver.terminate().terminate();
      driver.pods.clear();
      driver.settle();
      assert.deepEqual([driver.run.state, driver.task('root.clean').state], ['FAILED', 'CANCELED']);
    });

    test('that run already go on, and are tried again as their policy says', () => {
      const clean = step({ after: ['work'], isAnyEndFine: true, retryPolicy: { maxRetryCount: 1, backoffDuration: '5s' } });
      const driver = driverOf(pipelineOf({ work: step(), clean, other: step() })).end('root.work').terminate();
      assert.deepEqual([driver.task('root.clean').state, driver.task('root.other').state], ['PENDING', 'CANCELED']);
      driver.end('root.clean', { failure: { reason: 'Error', message: 'no route', exitCode: 1 } });
      assert.equal(driver.task('root.clean').reason, 'WaitingForRetry');
      driver.wait().end('root.clean').settle();
      assert.deepEqual([driver.run.state, driver.task('root.clean').state], ['FAILED', 'SUCCEEDED']);
    });

    test('of what had not begun do not run', () => {
      const clean = step({ after: ['work'], isAnyEndFine: true });
      const driver = driverOf(pipelineOf({ first: step(), work: step({ after: ['first'] }), clean })).terminate();
      assert.deepEqual([driver.run.state, driver.task('root.clean').state], ['FAILED', 'CANCELED']);
    });

    test('run one after the other, as whole pipelines with loops and exit tasks of their own', () => {
      const inner = group({
        after: ['work'],
        isAnyEndFine: true,
        tasks: { each: group({ items: { raw: [1, 2] }, parallelism: 1, tasks: { drop: step() } }), tell: step({ after: ['each'], isAnyEndFine: true }) },
      });
      const driver = driverOf(pipelineOf({ work: step(), undo: inner, last: step({ after: ['undo'], isAnyEndFine: true }) })).terminate();
      assert.equal(driver.task('root.last').state, 'WAITING');
      driver.end('root.undo.each[0].drop').end('root.undo.each[1].drop', { failure: { reason: 'Error', message: 'gone', exitCode: 1 } });
      driver.end('root.undo.tell');
      assert.equal(driver.task('root.undo').state, 'FAILED');
      driver.end('root.last').settle();
      assert.deepEqual([driver.run.state, driver.run.reason], ['FAILED', 'Terminated']);
    });

    test('in groups and iterations run before those around them', () => {
      const tasks = { work: step(), undo: step({ after: ['work'], isAnyEndFine: true }) };
      const loop = group({ items: { raw: ['a', 'b'] }, parallelism: 1, tasks });
      const driver = driverOf(handled({ loop })).terminate();
      const running = () => [...driver.tasks.values()].filter(({ state }) => state === 'PENDING').map(({ path }) => path);
      assert.deepEqual(running(), ['root.exit-handler-1.loop[0].undo'], 'the second iteration had not begun');
      driver.end('root.exit-handler-1.loop[0].undo').settle();
      assert.deepEqual(running(), ['root.clean']);
      driver.end('root.clean').settle();
      assert.equal(driver.run.state, 'FAILED');
    });

    test('that fail at once, for want of an input, let those around them go on', () => {
      const undo = step({ after: ['work'], isAnyEndFine: true, inputs: { x: ['STRING', { taskOutputParameter: { producerTask: 'work', outputParameterKey: 'x' } }] } });
      const driver = driverOf(handled({ work: step({ outputs: { x: 'STRING' } }), undo })).terminate();
      assert.match(driver.task('root.exit-handler-1.undo').message, /work is CANCELED and gave no "x"/);
      driver.end('root.clean').settle();
      assert.equal(driver.run.state, 'FAILED');
    });

    test('run again when the run is retried', () => {
      const driver = driverOf(handled({ work: step() })).terminate().end('root.clean').settle().retry();
      assert.deepEqual([driver.task('root.exit-handler-1.work').state, driver.task('root.clean').state], ['PENDING', 'WAITING']);
      driver.terminate().end('root.clean').settle();
      assert.equal(driver.run.state, 'FAILED');
    });

    test('of a DAG that is still growing get their rows, and run', () => {
      const many = Object.fromEntries(Array.from({ length: 150 }, (_, index): [string, TaskText] => [`t${index}`, step()]));
      const driver = new PlanDriver(pipelineOf({ ...many, clean: step({ after: ['t0'], isAnyEndFine: true }) }), { isTreeKept });
      driver.planOnce();
      assert.ok(driver.tasks.size < 100);
      driver.terminate().end('root.clean').settle();
      assert.deepEqual([driver.run.state, driver.pods.size], ['FAILED', 1]);
    });

    test('run as well when the run took too long', () => {
      const platform = { pipelineConfig: { activeDeadlineSeconds: '60' } };
      const clean = step({ after: ['work'], isAnyEndFine: true });
      const driver = driverOf(pipelineOf({ work: step(), clean }, { platform }));
      driver.wait();
      assert.deepEqual([driver.run.state, driver.task('root.work').state, driver.task('root.clean').state], ['CANCELING', 'CANCELED', 'PENDING']);
      driver.end('root.clean').settle();
      assert.deepEqual([driver.run.state, driver.run.reason], ['FAILED', 'DeadlineExceeded']);
    });
  });
}
