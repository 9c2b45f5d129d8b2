import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanDriver } from './testing/plan-driver.ts';
import { group, pipelineOf, step } from './testing/pipelines.ts';

const failure = { reason: 'Error', message: 'it broke', exitCode: 1 };

function statesOf(driver: PlanDriver): Record<string, string> {
  return Object.fromEntries([...driver.tasks.values()].map(({ path, state }) => [path.replace('root.', ''), state]));
}

test('what succeeded stays, what failed or was skipped by it starts anew, an exit task runs once more', () => {
  const driver = new PlanDriver(
    pipelineOf({
      'exit-handler-1': group({ tasks: { good: step(), bad: step(), never: step({ after: ['bad'] }), no: step({ when: 'false' }) } }),
      goodbye: step({ after: ['exit-handler-1'], isAnyEndFine: true }),
    }),
  ).settle();
  driver.end('root.exit-handler-1.good').end('root.exit-handler-1.bad', { failure }).end('root.goodbye');
  assert.equal(driver.run.state, 'FAILED');
  const podBefore = driver.task('root.exit-handler-1.bad').podName;
  driver.retry();
  assert.deepEqual(statesOf(driver), {
    root: 'RUNNING',
    'exit-handler-1': 'RUNNING',
    goodbye: 'WAITING',
    'exit-handler-1.good': 'SUCCEEDED',
    'exit-handler-1.bad': 'PENDING',
    'exit-handler-1.never': 'WAITING',
    'exit-handler-1.no': 'SKIPPED',
  });
  assert.notEqual(driver.task('root.exit-handler-1.bad').podName, podBefore);
  assert.equal(driver.run.retryCount, 1);
  assert.equal(driver.run.finishedAtMs, undefined);
  driver.end('root.exit-handler-1.bad').end('root.exit-handler-1.never').end('root.goodbye');
  assert.equal(driver.run.state, 'SUCCEEDED');
});

test('a group that comes after a retried task begins again from its first row', () => {
  const driver = new PlanDriver(
    pipelineOf({ a: step(), after: group({ after: ['a'], isAnyEndFine: true, items: { raw: ['x', 'y'] }, tasks: { b: step() } }) }),
  ).settle();
  driver.end('root.a', { failure }).end('root.after[0].b').end('root.after[1].b');
  assert.equal(driver.run.state, 'FAILED');
  assert.deepEqual(statesOf(driver.retry()), { root: 'RUNNING', a: 'PENDING', after: 'WAITING' });
  driver.end('root.a').end('root.after[0].b').end('root.after[1].b');
  assert.equal(driver.run.state, 'SUCCEEDED');
});

test('of a loop only the iterations that failed run again', () => {
  const driver = new PlanDriver(pipelineOf({ loop: group({ items: { raw: ['x', 'y'] }, tasks: { b: step() } }) })).settle();
  driver.end('root.loop[0].b').end('root.loop[1].b', { failure });
  driver.retry();
  assert.equal(driver.task('root.loop[0].b').state, 'SUCCEEDED');
  assert.equal(driver.task('root.loop[1].b').state, 'PENDING');
});

test('a terminated run can be retried; one that succeeded can not', () => {
  const document = pipelineOf({ a: step(), b: step({ after: ['a'] }) });
  const terminated = new PlanDriver(document).settle().end('root.a').terminate().settle().retry();
  assert.deepEqual(statesOf(terminated), { root: 'RUNNING', a: 'SUCCEEDED', b: 'PENDING' });
  const succeeded = new PlanDriver(document).settle().end('root.a').end('root.b');
  assert.throws(() => succeeded.retry(), /only a run that has failed can be retried, and this one is SUCCEEDED/);
});
