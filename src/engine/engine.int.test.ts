import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { until, type JsonObject } from '../base/mod.ts';
import { PODS, RUN_ID_LABEL } from '../api/mod.ts';
import type { Run, Task } from '../records/mod.ts';
import { planRetry } from './retry.ts';
import { createWorld, type EngineWorld, type WorldOptions } from './testing/engine-world.ts';
import { constant, group, output, outputArtifact, pipelineOf, step } from './testing/pipelines.ts';

const worlds: EngineWorld[] = [];
after(async () => {
  for (const world of worlds) await world.close();
});

async function worldWith(options: WorldOptions = {}): Promise<EngineWorld> {
  const world = await createWorld(options);
  worlds.push(world);
  return world;
}

function tasksOf(world: EngineWorld, runId: string): ReadonlyMap<string, Task> {
  return new Map(world.records.snapshot(runId)?.tasks.map((task) => [task.path, task]));
}

const chain = pipelineOf({
  load: step({ outputs: { rows: 'NUMBER_INTEGER' }, outputArtifacts: ['table'] }),
  train: step({
    inputs: { rows: ['NUMBER_INTEGER', output('load', 'rows')] },
    artifacts: { table: outputArtifact('load', 'table') },
    outputArtifacts: ['model'],
  }),
  report: step({ artifacts: { model: outputArtifact('train', 'model') } }),
});

test('a run goes from its row to its end; every step is a Pod, every row has its history', async () => {
  const world = await worldWith();
  const runId = await world.submit(chain);
  const run = await world.ended(runId);
  assert.equal(run.state, 'SUCCEEDED', run.message);
  const tasks = tasksOf(world, runId);
  assert.deepEqual([...tasks.keys()], ['root', 'root.load', 'root.train', 'root.report']);
  for (const path of ['root.load', 'root.train', 'root.report']) {
    const task = tasks.get(path)!;
    assert.equal(task.state, 'SUCCEEDED');
    assert.notEqual(world.pods.get('kubeflow', task.podName!), undefined);
  }
  const [artifactId = ''] = tasks.get('root.report')!.inputs.artifacts['model'] ?? [];
  const artifact = world.records.artifact(artifactId);
  assert.equal(artifact?.producerTaskId, tasks.get('root.train')!.taskId);
  assert.equal(artifact?.sizeBytes, 'model'.length);
  assert.deepEqual(run.stateHistory.map(({ state }) => state), ['PENDING', 'RUNNING', 'SUCCEEDED']);
});

test('the engine is thrown away after every event; the run ends the same and no recorded step runs twice', async () => {
  const replacing: { world?: EngineWorld } = {};
  const document = pipelineOf({
    a: step({ outputs: { x: 'NUMBER_INTEGER' } }),
    b: step({ inputs: { x: ['NUMBER_INTEGER', output('a', 'x')] }, retryPolicy: { maxRetryCount: 1, backoffDuration: '0s' } }),
    loop: group({ items: { raw: ['p', 'q'] }, tasks: { c: step() }, after: ['b'] }),
    d: step({ after: ['loop'] }),
  });
  const world = await worldWith({
    behave: (_step, pod) => (isFirstTryOf(pod.metadata.name, 'demo-b-') ? { outcome: 'Failed', exitCode: 3 } : {}),
    afterReport: async () => replacing.world?.replaceEngine(),
  });
  replacing.world = world;
  const runId = await world.submit(document);
  await world.replaceEngine();
  const run = await world.ended(runId);
  assert.equal(run.state, 'SUCCEEDED', run.message);
  assert.equal(tasksOf(world, runId).get('root.b')!.attempt, 1);
  const recorded = world.recorded.map(({ taskId, attempt }) => `${taskId}/${attempt}`);
  assert.equal(new Set(recorded).size, recorded.length);
  assert.equal(recorded.length, 6);
});

const tried = new Set<string>();

function isFirstTryOf(podName: string, prefix: string): boolean {
  if (!podName.startsWith(prefix) || tried.has(prefix)) return false;
  tried.add(prefix);
  return true;
}

describe('termination', () => {
  test('tasks are canceled, Pods are deleted, the run ends FAILED', async () => {
    const world = await worldWith({ behave: () => undefined });
    const runId = await world.submit(chain);
    const pod = await until('the Pod', () => world.pods.list('kubeflow')[0]);
    await terminate(world, runId);
    const run = await world.ended(runId);
    assert.equal(run.state, 'FAILED');
    assert.equal(run.reason, 'Terminated');
    assert.equal(world.pods.get('kubeflow', pod.metadata.name), undefined);
    const states = [...tasksOf(world, runId).values()].map(({ state }) => state);
    assert.deepEqual(new Set(states), new Set(['CANCELED']));
  });

  test('an exit task runs after it, also when the engine is thrown away in between, and nothing else does', async () => {
    const world = await worldWith({ behave: (_step, pod) => (pod.metadata.name.startsWith('demo-clean-') ? {} : undefined) });
    const document = pipelineOf({ work: step(), after: step({ after: ['work'] }), clean: step({ after: ['work'], isAnyEndFine: true }) });
    const runId = await world.submit(document);
    await until('the Pod', () => world.pods.list('kubeflow')[0]);
    await Promise.all([terminate(world, runId), world.replaceEngine()]);
    const run = await world.ended(runId);
    assert.deepEqual([run.state, run.reason], ['FAILED', 'Terminated']);
    const tasks = tasksOf(world, runId);
    assert.deepEqual(['work', 'after', 'clean'].map((name) => tasks.get(`root.${name}`)!.state), ['CANCELED', 'CANCELED', 'SUCCEEDED']);
    assert.equal(world.recorded.length, 1);
  });

  test('a step that ends while the news of it is on its way ends as recorded, and so does the run', async () => {
    const world = await worldWith({ behave: () => undefined });
    const runId = await world.submit(pipelineOf({ work: step(), loop: group({ items: { raw: ['p', 'q'] }, tasks: { x: step() }, after: ['work'] }) }));
    const pod = await until('the Pod', () => world.pods.list('kubeflow')[0]);
    const { taskId } = tasksOf(world, runId).get('root.work')!;
    const result = { runId, taskId, attempt: 0, podUid: pod.metadata.uid!, outcome: 'Succeeded', exitCode: 0, finishedAtMs: Date.now(), parameterTexts: {}, artifacts: {} } as const;
    const receptions: Promise<unknown>[] = [];
    const unsubscribe = world.records.onChange((changes) => {
      const isNews = changes.some(({ table, id }) => table === 'runs' && id === runId) && world.records.run(runId)?.state === 'CANCELING';
      if (isNews && receptions.length === 0) receptions.push(world.engine().stepResults.report(result));
    });
    await world.replaceEngine(); // It hears of changes after the listener above.
    await terminate(world, runId);
    const run = await world.ended(runId);
    unsubscribe();
    assert.deepEqual([run.state, run.reason], ['FAILED', 'Terminated']);
    assert.equal(receptions.length, 1);
    const isRecorded = (await receptions[0]) !== 'stale';
    assert.equal(tasksOf(world, runId).get('root.work')!.state, isRecorded ? 'SUCCEEDED' : 'CANCELED');
  });

  test('a run that is deleted while it runs takes its Pods and its workspace with it', async () => {
    const world = await worldWith({ behave: () => undefined });
    const platform = { pipelineConfig: { workspace: { size: '1Gi' } } };
    const runId = await world.submit(pipelineOf({ a: step({ container: { args: ['{{$.workspace_path}}'] } }) }, { platform }));
    const claims = async () => {
      const listed = await world.api.list({ group: '', version: 'v1', resource: 'persistentvolumeclaims' }, 'kubeflow');
      return listed.ok ? listed.value.items.length : -1;
    };
    await until('the Pod', () => world.pods.list('kubeflow')[0]);
    assert.equal(await claims(), 1);
    await world.records.write((writer) => writer.deleteRun(runId));
    await until('the Pod to be gone', () => world.pods.list('kubeflow').length === 0);
    await until('the workspace to be gone', async () => (await claims()) === 0);
    assert.equal(world.records.snapshot(runId), undefined);
    assert.equal(world.engine().status().activeRunCount, 0);
  });
});

test('what a run leaves behind goes when its pipeline says so, also when the engine was thrown away in between; what was recorded stays', async () => {
  const world = await worldWith({ behave: () => ({ outcome: 'Failed', reason: 'Error' }) });
  const platform = (pipelineConfig: JsonObject) => ({ platform: { pipelineConfig: { workspace: { size: '1Gi' }, ...pipelineConfig } } });
  const tasks = { a: step({ container: { args: ['{{$.workspace_path}}'] } }) };
  const kept = await world.submit(pipelineOf(tasks, platform({ resourceTtlOnSuccess: 1 })));
  const runId = await world.submit(pipelineOf(tasks, platform({ resourceTtlOnCompletion: 3600, resourceTtlOnFailure: 1 })));
  await Promise.all([world.ended(kept), world.ended(runId)]);
  await world.replaceEngine();
  const podsOf = (id: string) => world.pods.list('kubeflow').filter(({ metadata }) => metadata.labels?.[RUN_ID_LABEL] === id).length;
  const claimsOf = async (id: string) => {
    const listed = await world.api.list({ group: '', version: 'v1', resource: 'persistentvolumeclaims' }, 'kubeflow', { labelSelector: `${RUN_ID_LABEL}=${id}` });
    return listed.ok ? listed.value.items.length : -1;
  };
  assert.equal(await claimsOf(runId), 1);
  await until('its Pod to be gone', () => podsOf(runId) === 0);
  await until('its workspace to be gone', async () => (await claimsOf(runId)) === 0);
  assert.deepEqual([podsOf(kept), await claimsOf(kept)], [1, 1]);
  assert.equal(world.records.run(runId)?.state, 'FAILED');
});

async function terminate(world: EngineWorld, runId: string): Promise<void> {
  await world.records.write((writer) => {
    const run = writer.read.run(runId)!;
    const stateHistory = [...run.stateHistory, { atMs: Date.now(), state: 'CANCELING' as const }];
    writer.putRun({ ...run, state: 'CANCELING', stateHistory });
  });
}

test('a failed run that is retried runs only what had not succeeded, in Pods of its own', async () => {
  let isBroken = true;
  const world = await worldWith({
    behave: (_step, pod) => (isBroken && pod.metadata.name.startsWith('demo-train-') ? { outcome: 'Failed', reason: 'Error' } : {}),
  });
  const runId = await world.submit(chain);
  const failed = await world.ended(runId);
  assert.equal(failed.message, 'train failed: the step ended with exit code 1');
  const firstPod = tasksOf(world, runId).get('root.train')!.podName;
  isBroken = false;
  await retry(world, runId);
  const run = await world.ended(runId);
  assert.equal(run.state, 'SUCCEEDED');
  assert.notEqual(tasksOf(world, runId).get('root.train')!.podName, firstPod);
  const loads = world.recorded.filter(({ taskId }) => taskId === tasksOf(world, runId).get('root.load')!.taskId);
  assert.equal(loads.length, 1);
});

async function retry(world: EngineWorld, runId: string): Promise<void> {
  await world.records.write((writer) => {
    const plan = planRetry(writer.read.snapshot(runId)!, Date.now());
    assert.ok(plan.ok);
    writer.putRun(plan.run);
    for (const task of plan.tasks) writer.putTask(task);
    for (const taskId of plan.deletedTaskIds) writer.deleteTask(taskId);
  });
}

describe('the cache', () => {
  const cached = pipelineOf({
    make: step({ outputArtifacts: ['table'], isCached: true }),
    use: step({ artifacts: { table: outputArtifact('make', 'table') }, isCached: true }),
  });

  test('an equal step is not run again; its outputs are the same records', async () => {
    const world = await worldWith();
    const first = await world.submit(cached);
    await world.ended(first);
    const second = await world.submit(cached);
    assert.equal((await world.ended(second)).state, 'SUCCEEDED');
    const [before, now] = [tasksOf(world, first), tasksOf(world, second)];
    for (const path of ['root.make', 'root.use']) {
      assert.equal(now.get(path)!.state, 'CACHED');
      assert.equal(now.get(path)!.cachedFromTaskId, before.get(path)!.taskId);
      assert.deepEqual(now.get(path)!.outputs, before.get(path)!.outputs);
    }
    assert.equal(world.recorded.length, 2);
  });

  test('outputs whose bytes are gone are made again, and the row says so', async () => {
    const world = await worldWith();
    const first = await world.submit(cached);
    await world.ended(first);
    const [artifactId = ''] = tasksOf(world, first).get('root.make')!.outputs.artifacts['table'] ?? [];
    const { uri } = world.records.artifact(artifactId)!;
    await rm(world.blobs.localPathOf(uri), { recursive: true });
    const second = await world.submit(cached);
    await world.ended(second);
    const make = tasksOf(world, second).get('root.make')!;
    assert.equal(make.state, 'SUCCEEDED');
    const messages = make.stateHistory.map(({ message }) => message).join('\n');
    assert.match(messages, /not taken from the cache: minio:\/\/.* is gone/);
  });
});

describe('Pods', () => {
  test('one that is deleted before the step ended fails the step, or tries it again when it may', async () => {
    let podCount = 0;
    const world = await worldWith({ behave: () => (++podCount === 1 ? undefined : {}) });
    const runId = await world.submit(pipelineOf({ a: step({ retryPolicy: { maxRetryCount: 1 } }) }));
    const pod = await until('the Pod', () => world.pods.list('kubeflow')[0]);
    await world.api.patch({ type: PODS, namespace: 'kubeflow', name: pod.metadata.name }, 'merge', { status: { phase: 'Running' } }, { subresource: 'status' });
    await until('the task to run', () => tasksOf(world, runId).get('root.a')?.state === 'RUNNING');
    await world.api.delete({ type: PODS, namespace: 'kubeflow', name: pod.metadata.name }, { gracePeriodSeconds: 0 });
    const run = await world.ended(runId);
    assert.equal(run.state, 'SUCCEEDED');
    const messages = tasksOf(world, runId).get('root.a')!.stateHistory.map(({ message }) => message ?? '');
    assert.ok(messages.includes('retry 1 of 1: the Pod was deleted before the step ended'), messages.join('\n'));
  });

  test('one that the API server refuses fails the step with the reason', async () => {
    const world = await worldWith();
    const runId = await world.submit(pipelineOf({ a: step({ container: { image: 'python', env: [{ name: 'a=b', value: 'c' }] } }) }));
    const run = await world.ended(runId);
    assert.equal(run.reason, 'StepFailed');
    const task = tasksOf(world, runId).get('root.a')!;
    assert.equal(task.reason, 'PodRefused');
    assert.match(task.message, /the Pod was refused: .*env/);
  });

  test('one that outlived its run is deleted', async () => {
    const world = await worldWith({ behave: () => undefined });
    const spec: JsonObject = { restartPolicy: 'Never', nodeName: 'node', containers: [{ name: 'main', image: 'python' }] };
    const metadata = { name: 'orphan', namespace: 'kubeflow', labels: { [RUN_ID_LABEL]: 'no-such-run' } };
    await world.api.create(PODS, 'kubeflow', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    await until('the Pod to be gone', async () => !(await world.api.get({ type: PODS, namespace: 'kubeflow', name: 'orphan' })).ok);
  });
});

test('a Pod whose run ends before it does stays to be looked at', async () => {
  const meanwhile: { touch?: () => Promise<void> } = {};
  const world = await worldWith({ afterReport: async () => meanwhile.touch?.() });
  const thePod = () => until('the Pod', () => world.pods.list('kubeflow')[0]);
  meanwhile.touch = async () => {
    await world.ended('late');
    const { name } = (await thePod()).metadata;
    await world.api.patch({ type: PODS, namespace: 'kubeflow', name }, 'merge', { metadata: { annotations: { seen: 'late' } } });
    await until('the engine to see it', () => world.pods.get('kubeflow', name)?.metadata.annotations?.['seen'] === 'late');
  };
  await world.submit(pipelineOf({ a: step() }), { runId: 'late' });
  await world.ended('late');
  const pod = await until('the Pod to end', async () => {
    const { metadata, status } = await thePod();
    return status?.['phase'] === 'Succeeded' || metadata.deletionTimestamp !== undefined ? metadata : undefined;
  });
  assert.deepEqual([pod.annotations?.['seen'], pod.deletionTimestamp], ['late', undefined]);
});

test('writes that fail leave nothing half done: the run goes on when the disk has room again', async () => {
  const seed = Date.now() % 1_000_000;
  const world = await worldWith({ isDiskFull: seededFaults(seed, 0.4) });
  const runId = await world.submit(pipelineOf({ loop: group({ items: { raw: [1, 2, 3, 4] }, itemType: 'NUMBER_INTEGER', tasks: { a: step(), b: step({ after: ['a'] }) } }) }));
  const run = await world.ended(runId);
  assert.equal(run.state, 'SUCCEEDED', `${run.message} (seed ${seed})`);
  // The run has ended with the commit of its last result, a moment before the node is told that it was recorded.
  await until('every result to be recorded', () => world.recorded.length >= 8);
  assert.equal(world.recorded.length, 8, `seed ${seed}`);
  assert.equal(world.pods.list('kubeflow').length, 8, `seed ${seed}`);
});

/** A linear congruential generator: the same seed gives the same faults. */
function seededFaults(seed: number, share: number): () => boolean {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31 < share;
  };
}

test('a pipeline that can not be read fails the run with the field', async () => {
  const world = await worldWith();
  const runId = await world.submit({ pipelineInfo: { name: 'demo' }, root: {} });
  const run: Run = await world.ended(runId);
  assert.equal(run.reason, 'InvalidPipeline');
  assert.match(run.message, /^the pipeline can not be read: schemaVersion|^the pipeline can not be read: root/);
});

test('a hundred wide: every step runs once', async () => {
  const world = await worldWith();
  const document = pipelineOf({
    wide: group({ items: { raw: Array.from({ length: 100 }, (_, i) => `item ${i}`) }, tasks: { work: step({ inputs: { x: ['STRING', constant('y')] } }) } }),
  });
  const runId = await world.submit(document);
  assert.equal((await world.ended(runId)).state, 'SUCCEEDED');
  await until('every result to be recorded', () => world.recorded.length >= 100);
  assert.equal(world.recorded.length, 100);
});
