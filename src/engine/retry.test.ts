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

test('iterations that run again keep to the limit of their loop', () => {
  const loop = group({ items: { raw: ['x', 'y', 'z'] }, parallelism: 1, tasks: { a: step(), b: step({ after: ['a'] }) } });
  const driver = new PlanDriver(pipelineOf({ loop })).settle();
  for (const item of [0, 1, 2]) driver.end(`root.loop[${item}].a`).end(`root.loop[${item}].b`, { failure });
  driver.retry();
  for (const item of [0, 1, 2]) {
    const running = [...driver.tasks.values()].filter(({ state }) => state === 'PENDING');
    assert.deepEqual(running.map(({ path }) => path), [`root.loop[${item}].b`]);
    driver.end(`root.loop[${item}].b`);
  }
  assert.equal(driver.run.state, 'SUCCEEDED');
});

test('a nested pipeline is tried again as its policy says; its steps and their own retries begin anew, what succeeded stays', () => {
  const bad = step({ after: ['good'], retryPolicy: { maxRetryCount: 1 } });
  const after = group({ after: ['bad'], isAnyEndFine: true, items: { raw: [1] }, tasks: { c: step() } });
  const sub = group({ retryPolicy: { maxRetryCount: 2, backoffDuration: '10s' }, tasks: { good: step(), bad, after } });
  const driver = new PlanDriver(pipelineOf({ sub, next: step({ after: ['sub'] }) })).settle();
  const pods = new Set<string | undefined>();
  const failBoth = () => {
    for (const _attempt of [0, 1]) {
      pods.add(driver.task('root.sub.bad').podName);
      driver.end('root.sub.bad', { failure });
    }
    driver.end('root.sub.after[0].c');
  };
  driver.end('root.sub.good');
  failBoth();
  const { state, reason, message } = driver.task('root.sub');
  assert.deepEqual([state, reason, message], ['WAITING', 'WaitingForRetry', 'retry 1 of 2 in 10 s: sub.bad failed: it broke']);
  driver.wait();
  assert.deepEqual(statesOf(driver), { root: 'RUNNING', sub: 'RUNNING', next: 'WAITING', 'sub.good': 'SUCCEEDED', 'sub.bad': 'PENDING', 'sub.after': 'WAITING' });
  failBoth();
  assert.equal(driver.task('root.sub').message, 'retry 2 of 2 in 20 s: sub.bad failed: it broke');
  driver.wait().end('root.sub.bad').end('root.sub.after[0].c').end('root.next');
  assert.equal(driver.run.state, 'SUCCEEDED');
  assert.equal(pods.size, 4);
});

test('the policy of a loop is that of its iterations', () => {
  const loop = group({ retryPolicy: { maxRetryCount: 1 }, items: { raw: ['x', 'y'] }, parallelism: 1, tasks: { a: step(), b: step({ after: ['a'] }) } });
  const driver = new PlanDriver(pipelineOf({ loop })).settle();
  driver.end('root.loop[0].a').end('root.loop[0].b', { failure });
  assert.equal(driver.task('root.loop[0]').message, 'retry 1 of 1: loop[0].b failed: it broke');
  driver.end('root.loop[0].b').end('root.loop[1].a').end('root.loop[1].b', { failure }).end('root.loop[1].b', { failure });
  assert.equal(driver.run.message, 'loop[1].b failed: it broke');
});

test('a terminated run can be retried; one that succeeded can not', () => {
  const document = pipelineOf({ a: step(), b: step({ after: ['a'] }) });
  const terminated = new PlanDriver(document).settle().end('root.a').terminate().settle().retry();
  assert.deepEqual(statesOf(terminated), { root: 'RUNNING', a: 'SUCCEEDED', b: 'PENDING' });
  const succeeded = new PlanDriver(document).settle().end('root.a').end('root.b');
  assert.throws(() => succeeded.retry(), /only a run that has failed can be retried, and this one is SUCCEEDED/);
});
