import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog, systemClock, until, type JsonObject } from '../../base/mod.ts';
import { openLocalBlobs } from '../../blobs/mod.ts';
import { openLogs } from '../../logs/mod.ts';
import { startFacadeServer, type FacadeServer } from '../testing/facade-server.ts';
import { aPipelineSpec, assertRefused, call } from '../testing/requests.ts';
import { anArtifact, aTask } from '../../records/testing/rows.ts';

async function createRun(server: FacadeServer): Promise<string> {
  const body = { display_name: 'r', pipeline_spec: aPipelineSpec(), runtime_config: { parameters: { who: 'you' } } };
  return String((await call(server.url, 'POST', '/runs', body)).body['run_id']);
}

/** A root with a finished step that made a model and a metric, and a loop iteration that waits. */
async function putTasks(server: FacadeServer, runId: string): Promise<void> {
  await server.records.write((writer) => {
    writer.putTask(aTask({ taskId: 'root', runId, type: 'ROOT', state: 'RUNNING', path: 'root' }));
    writer.putTask(
      aTask({
        taskId: 'train',
        runId,
        parentTaskId: 'root',
        state: 'SUCCEEDED',
        startedAtMs: 2_000,
        finishedAtMs: 3_500,
        podName: 'pod-1',
        podUid: 'uid-1',
        podNamespace: 'kubeflow',
        outputs: { parameters: { accuracy: 0.9 }, artifacts: { model: ['m1'] } },
        stateHistory: [{ atMs: 2_000, state: 'RUNNING' }, { atMs: 3_500, state: 'SUCCEEDED' }],
      }),
    );
    writer.putTask(aTask({ taskId: 'wait', runId, parentTaskId: 'root', reason: 'WaitingForUpstream', message: 'waiting for train', iterationIndex: 0 }));
    writer.putArtifact(anArtifact({ artifactId: 'm1', runId, type: 'system.Model', producerKey: 'model', metadata: { framework: 'x' } }));
  });
}

test('tasks are told in the shape of kfp 2.x and in the newer one', async () => {
  await using server = await startFacadeServer();
  const runId = await createRun(server);
  await putTasks(server, runId);
  const run = (await call(server.url, 'GET', `/runs/${runId}`)).body;
  assert.equal(run['task_count'], 3);
  assert.equal(run['tasks'], undefined);
  const { task_details: details } = run['run_details'] as { task_details: Record<string, unknown>[] };
  assert.deepEqual(details[1], {
    run_id: runId,
    task_id: 'train',
    display_name: 'train',
    create_time: '1970-01-01T00:00:01Z',
    start_time: '1970-01-01T00:00:02Z',
    end_time: '1970-01-01T00:00:03.500Z',
    state: 'SUCCEEDED',
    parent_task_id: 'root',
    state_history: [{ update_time: '1970-01-01T00:00:02Z', state: 'RUNNING' }, { update_time: '1970-01-01T00:00:03.500Z', state: 'SUCCEEDED' }],
    pod_name: 'pod-1',
  });
  assert.deepEqual(details[0]?.['child_tasks'], [{ task_id: 'train' }, { task_id: 'wait' }]);
  assert.equal(details[2]?.['state'], 'PENDING');
  const full = (await call(server.url, 'GET', `/runs/${runId}?view=FULL`)).body;
  const tasks = full['tasks'] as Record<string, unknown>[];
  const listed = (await call(server.url, 'GET', `/runs/${runId}/tasks?page_size=10`)).body;
  assert.deepEqual(listed, { tasks, total_size: 3 });
  const artifact = {
    artifact_id: 'm1',
    name: 'model',
    type: 'Model',
    uri: 'minio://bucket/m1',
    metadata: { framework: 'x' },
    created_at: '1970-01-01T00:00:01Z',
  };
  assert.deepEqual(tasks[1]?.['outputs'], {
    parameters: [{ value: 0.9, type: 'OUTPUT', parameter_key: 'accuracy' }],
    artifacts: [{ artifacts: [artifact], type: 'OUTPUT', artifact_key: 'model' }],
  });
  assert.deepEqual(tasks[1]?.['pods'], [{ name: 'pod-1', uid: 'uid-1', type: 'EXECUTOR' }]);
  assert.deepEqual(tasks[2]?.['status_metadata'], {
    message: 'waiting for train',
    custom_properties: { state: 'WAITING', component_name: 'comp-wait', reason: 'WaitingForUpstream' },
  });
  assert.deepEqual(tasks[2]?.['type_attributes'], { iteration_index: '0' });
  assert.deepEqual((await call(server.url, 'GET', `/runs/${runId}/tasks/wait`)).body, tasks[2]);
  assert.deepEqual((await call(server.url, 'GET', `/runs/${runId}/tasks?parent_id=root&order_by=${encodeURIComponent('name desc')}`)).body['tasks'], [tasks[2], tasks[1]]);
  assertRefused(await call(server.url, 'GET', `/runs/${runId}/tasks/nope`), 404, /no task with task_id "nope"/);
  assertRefused(await call(server.url, 'GET', '/runs/nope/tasks/wait'), 404, /no run with run_id "nope"/);
  assertRefused(await call(server.url, 'GET', `/runs/${runId}?view=HALF`), 400, /view is "HALF"/);
  assert.deepEqual((await call(server.url, 'GET', '/artifacts/m1')).body, artifact);
  assert.deepEqual((await call(server.url, 'GET', '/artifacts')).body, { artifacts: [artifact], total_size: 1 });
  assertRefused(await call(server.url, 'GET', '/artifacts/nope'), 404, /no artifact/);
  assertRefused(await call(server.url, 'GET', `/runs/${runId}/nodes/train/artifacts/model:read`), 501, /keeps no artifacts/);
  assertRefused(await call(server.url, 'GET', `/runs/${runId}/nodes/train/artifacts/__proto__:read`), 404, /no output artifact/);
  assertRefused(await call(server.url, 'GET', `/runs/${runId}/tasks/wait/log`), 501, /keeps no logs/);
});

test('a log is followed over the attempts of a task until it ends', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-kfp-log-'));
  try {
    const logs = openLogs({ directory, clock: systemClock, log: silentLog });
    await using server = await startFacadeServer({ logs });
    const runId = await createRun(server);
    const pod = (attempt: number) => ({ podName: `pod-${attempt}`, podUid: `uid-${attempt}`, podNamespace: 'kubeflow', attempt });
    const put = (members: object) => server.records.write((writer) => writer.putTask(aTask({ taskId: 't', runId, ...members })));
    const append = async (attempt: number, text: string) => {
      const path = await logs.fileFor({ podUid: `uid-${attempt}`, container: 'main', restart: 0 });
      await appendFile(path, `2026-01-01T00:00:00.000000000Z stdout F ${text}\n`);
    };
    await put({ state: 'WAITING' });
    assertRefused(await call(server.url, 'GET', `/runs/${runId}/tasks/t/log`), 404, /has not started a Pod/);
    const response = await fetch(`${server.url}/apis/v2beta1/runs/${runId}/tasks/t/log?follow=true`);
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
    })();
    await put({ state: 'RUNNING', ...pod(0) });
    await append(0, 'first try');
    await until('the first line', () => text === 'first try\n');
    await put({ state: 'WAITING', reason: 'WaitingForRetry', ...pod(0) });
    await put({ state: 'RUNNING', ...pod(1) });
    await append(1, 'second try');
    await until('the second line', () => text === 'first try\nsecond try\n');
    await put({ state: 'SUCCEEDED', ...pod(1) });
    await reading;
    assert.equal(text, 'first try\nsecond try\n');
    for (const node of ['t', 'pod-1']) {
      const old = await fetch(`${server.url}/apis/v1alpha1/runs/${runId}/nodes/${node}/log`);
      assert.equal(await old.text(), 'second try\n');
      assert.equal(old.headers.get('content-type'), 'text/plain; charset=utf-8');
      const published = await call(server.url, 'GET', `/runs/${runId}/nodes/${node}/artifacts/executor-logs:read`);
      assert.deepEqual(published.body, { data: Buffer.from('second try\n').toString('base64') });
    }
    await put({ taskId: 'reuser', state: 'CACHED', cachedFromTaskId: 't' });
    const reused = await fetch(`${server.url}/apis/v2beta1/runs/${runId}/tasks/reuser/log`);
    assert.equal(await reused.text(), 'second try\n', 'a cached task shows the log of the task that did the work');
    assert.deepEqual(server.faults, []);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('the logs of earlier tries of a step, while it waits for the next one too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-kfp-log-'));
  try {
    const logs = openLogs({ directory, clock: systemClock, log: silentLog });
    await using server = await startFacadeServer({ logs });
    const runId = await createRun(server);
    const earlierPods = [{ number: 7, name: 'pod-7', uid: 'uid-7' }, { number: 8, name: 'pod-8', uid: 'uid-8' }];
    const put = (members: object) => server.records.write((writer) => writer.putTask(aTask({ taskId: 't', runId, earlierPods, ...members })));
    for (const number of [7, 8, 9]) {
      await writeFile(await logs.fileFor({ podUid: `uid-${number}`, container: 'main', restart: 0 }), `2026-01-01T00:00:00.000000000Z stdout F try ${number}\n`);
    }
    const read = async (path: string) => (await fetch(`${server.url}/apis/${path.replace('RUN', runId)}`)).text();
    const log = 'v2beta1/runs/RUN/tasks/t/log';
    await put({ state: 'WAITING', attempt: 2 });
    assert.equal(await read(log), 'try 8\n');
    await put({ state: 'RUNNING', attempt: 2, podName: 'pod-9', podUid: 'uid-9' });
    assert.deepEqual([await read(log), await read(`${log}?try=9`), await read(`${log}?try=7`), await read(`${log}?try=8&follow=true`)], ['try 9\n', 'try 9\n', 'try 7\n', 'try 8\n']);
    assert.equal(await read('v1alpha1/runs/RUN/nodes/pod-7/log'), 'try 7\n');
    assertRefused(await call(server.url, 'GET', `/runs/${runId}/tasks/t/log?try=1`), 404, /no log of try 1: there are those of 7, 8, 9/);
    const found = await call(server.url, 'GET', `/runs/${runId}/tasks/t/log:search?text=TRY&try=7`);
    assert.deepEqual((found.body['matches'] as JsonObject[]).map(({ text }) => text), ['try 7']);
    const { body } = await call(server.url, 'GET', `/runs/${runId}/tasks/t`);
    const properties = (body['status_metadata'] as JsonObject)['custom_properties'] as JsonObject;
    assert.deepEqual(properties['earlier_tries'], [{ number: 7, pod_name: 'pod-7', pod_uid: 'uid-7' }, { number: 8, pod_name: 'pod-8', pod_uid: 'uid-8' }]);
    assert.deepEqual(server.faults, []);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('lines of a log are found by their text, in any case, from its beginning', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-kfp-log-'));
  try {
    const logs = openLogs({ directory, clock: systemClock, log: silentLog });
    await using server = await startFacadeServer({ logs });
    const runId = await createRun(server);
    await server.records.write((writer) => writer.putTask(aTask({ taskId: 't', runId, state: 'SUCCEEDED', podName: 'pod', podUid: 'uid' })));
    const time = '2026-01-01T00:00:00.000000000Z';
    const lines = ['epoch 1 (loss 0.5)', 'Epoch 2 (loss 0.4)', 'done in 3 [s]', 'epochs: 2'];
    await writeFile(await logs.fileFor({ podUid: 'uid', container: 'main', restart: 0 }), lines.map((text) => `${time} stdout F ${text}\n`).join(''));
    const search = (query: string) => call(server.url, 'GET', `/runs/${runId}/tasks/t/log:search?${query}`);
    const found = (numbers: readonly number[]) => numbers.map((number) => ({ line_number: number, time, text: lines[number - 1] }));
    assert.deepEqual((await search('text=EPOCH')).body, { matches: found([1, 2, 4]), is_cut: false });
    assert.deepEqual((await search('text=epoch&match_count_max=2')).body, { matches: found([1, 2]), is_cut: true });
    assert.deepEqual((await search(`text=${encodeURIComponent('3 [s]')}`)).body, { matches: found([3]), is_cut: false }, 'the text is no pattern');
    assert.deepEqual((await search('text=.*')).body, { matches: [], is_cut: false });
    assertRefused(await search(''), 400, /text is missing/);
    assertRefused(await search(`text=${'x'.repeat(201)}`), 400, /201 characters/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('the bytes of an output artifact come as base64', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-kfp-blob-'));
  try {
    const blobs = openLocalBlobs({ directory, defaultRootUri: 'minio://mlpipeline/v2/artifacts', log: silentLog });
    await using server = await startFacadeServer({ blobs });
    const runId = await createRun(server);
    await putTasks(server, runId);
    const uri = `${blobs.defaultRootUri}/p/${runId}/train/u`;
    await writeFile(join(await blobs.prepare(uri), 'model'), 'weights');
    await server.records.write((writer) => writer.putArtifact(anArtifact({ artifactId: 'm1', runId, uri: `${uri}/model` })));
    const read = await call(server.url, 'GET', `/runs/${runId}/nodes/train/artifacts/model:read`);
    assert.deepEqual(read.body, { data: Buffer.from('weights').toString('base64') });
    await server.records.write((writer) => writer.putArtifact(anArtifact({ artifactId: 'm1', runId, uri })));
    assertRefused(await call(server.url, 'GET', `/runs/${runId}/nodes/train/artifacts/model:read`), 400, /is a directory/);
    await server.records.write((writer) => writer.putArtifact(anArtifact({ artifactId: 'm1', runId, uri: 'minio://mlpipeline/../../etc/passwd' })));
    assert.ok((await call(server.url, 'GET', `/runs/${runId}/nodes/train/artifacts/model:read`)).status < 500);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
