import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../base/mod.ts';
import { startFacadeServer, type FacadeServer } from '../testing/facade-server.ts';
import { aPipelineSpec, assertRefused, call } from '../testing/requests.ts';
import { aTask } from '../../records/testing/rows.ts';
import { snapshotTexts } from './run-events.ts';

interface ReceivedEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads server-sent events until it is closed. */
async function listen(url: string, path: string) {
  const abort = new AbortController();
  const response = await fetch(`${url}/apis/v2beta1${path}`, { signal: abort.signal });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const events: ReceivedEvent[] = [];
  const ended = (async () => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const texts = (rest + chunk).split('\n\n');
      rest = texts.pop() ?? '';
      for (const text of texts) {
        const match = /^event: (\w+)\ndata: (.*)$/.exec(text);
        if (match?.[2] !== undefined) events.push({ event: match[1]!, data: JSON.parse(match[2]) as Record<string, unknown> });
      }
    }
  })().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });
  return { events, ended, close: () => abort.abort() };
}

async function createRun(server: FacadeServer): Promise<string> {
  const body = { display_name: 'r', pipeline_spec: aPipelineSpec(), runtime_config: { parameters: { who: 'you' } } };
  return String((await call(server.url, 'POST', '/runs', body)).body['run_id']);
}

test('the snapshot of a run with many tasks is one event, written in turns', async () => {
  await using server = await startFacadeServer();
  const runId = await createRun(server);
  await server.records.write((writer) => {
    for (let index = 0; index < 120; index++) writer.putTask(aTask({ taskId: `t${index}`, runId }));
  });
  const pieces: string[] = [];
  for await (const piece of snapshotTexts(server.records, server.records.snapshot(runId)!)) pieces.push(piece);
  assert.equal(pieces.length, 5, 'its head, three times at most fifty tasks, its end');
  const stream = await listen(server.url, `/runs/${runId}/events`);
  await until('the snapshot', () => stream.events.length === 1);
  assert.equal(pieces.join(''), `event: snapshot\ndata: ${JSON.stringify(stream.events[0]!.data)}\n\n`);
  assert.equal((stream.events[0]!.data['tasks'] as unknown[]).length, 120);
  stream.close();
  await stream.ended;
});

test('a run is told live: the snapshot, then every change, then its end', async () => {
  await using server = await startFacadeServer();
  const runId = await createRun(server);
  await server.records.write((writer) => writer.putTask(aTask({ taskId: 'a', runId })));
  const stream = await listen(server.url, `/runs/${runId}/events`);
  await until('the snapshot', () => stream.events.length === 1);
  const snapshot = stream.events[0]!;
  assert.equal(snapshot.event, 'snapshot');
  assert.deepEqual((snapshot.data['run'] as Record<string, unknown>)['pipeline_spec'], aPipelineSpec());
  assert.equal((snapshot.data['tasks'] as unknown[]).length, 1);

  await server.records.write((writer) => writer.putTask(aTask({ taskId: 'a', runId, state: 'RUNNING' })));
  await until('the task', () => stream.events.length === 2);
  assert.equal(stream.events[1]?.event, 'task');
  assert.equal(stream.events[1]?.data['state'], 'RUNNING');

  await server.records.write((writer) => {
    const run = writer.read.run(runId)!;
    writer.putRun({ ...run, state: 'RUNNING', reason: 'WaitingForSlot', message: 'waiting for a free slot' });
    writer.deleteTask('a');
  });
  await until('the run', () => stream.events.length === 4);
  assert.deepEqual(stream.events[2], { event: 'task_deleted', data: { task_id: 'a' } });
  const { event, data } = stream.events[3]!;
  assert.equal(event, 'run');
  assert.equal(data['state_message'], 'waiting for a free slot');
  assert.equal(data['pipeline_spec'], undefined);

  await call(server.url, 'DELETE', `/runs/${runId}`);
  await stream.ended;
  assert.deepEqual(stream.events.at(-1), { event: 'deleted', data: { run_id: runId } });
  assert.equal((await call(server.url, 'GET', `/runs/${runId}/events`)).status, 404);
  assert.deepEqual(server.faults, []);
});

test('many changes of one task reach a client as a few, and the last state arrives', async () => {
  await using server = await startFacadeServer();
  const runId = await createRun(server);
  const stream = await listen(server.url, `/runs/${runId}/events`);
  await until('the snapshot', () => stream.events.length === 1);
  await server.records.write((writer) => {
    for (let attempt = 0; attempt <= 500; attempt++) writer.putTask(aTask({ taskId: 'a', runId, attempt }));
  });
  const attemptOf = ({ data }: ReceivedEvent) => (data['status_metadata'] as { custom_properties: { attempt?: number } } | undefined)?.custom_properties.attempt;
  await until('the last attempt', () => stream.events.some((event) => attemptOf(event) === 500));
  assert.equal(stream.events.length, 2);
  stream.close();
  await stream.ended;
});

test('lists are told live: reset, then changed and deleted rows', async () => {
  await using server = await startFacadeServer();
  const all = await listen(server.url, '/runs:events?experiment_id=');
  const others = await listen(server.url, '/runs:events?experiment_id=other');
  const experiments = await listen(server.url, '/experiments:events');
  const pipelines = await listen(server.url, '/pipelines:events');
  const streams = [all, others, experiments, pipelines];
  await until('the resets', () => streams.every(({ events }) => events[0]?.event === 'reset'));
  const runId = await createRun(server);
  await until('the run', () => all.events.length === 2);
  assert.equal(all.events[1]?.event, 'changed');
  assert.equal(all.events[1]?.data['run_id'], runId);
  await until('the experiment', () => experiments.events.length === 2);
  assert.equal(experiments.events[1]?.data['display_name'], 'Default');
  await call(server.url, 'DELETE', `/runs/${runId}`);
  await until('the end of the run', () => all.events.length === 3 && others.events.length === 2);
  assert.deepEqual(all.events[2], { event: 'deleted', data: { run_id: runId } });
  assert.equal(others.events[1]?.event, 'deleted', 'deletions are told to everybody');
  const created = await call(server.url, 'POST', '/pipelines', { display_name: 'p' });
  await until('the pipeline', () => pipelines.events.length === 2);
  assert.deepEqual(pipelines.events[1]?.data, created.body);
  for (const stream of streams) stream.close();
  await Promise.all(streams.map(({ ended }) => ended));
  assert.deepEqual(server.faults, []);
});

test('versions of a pipeline are told live, without their pipelines and without those of others', async () => {
  await using server = await startFacadeServer();
  const create = async (name: string) => String((await call(server.url, 'POST', '/pipelines', { display_name: name })).body['pipeline_id']);
  const [mine, other] = [await create('mine'), await create('other')];
  const stream = await listen(server.url, `/pipelines/${mine}/versions:events`);
  await until('the start', () => stream.events.length === 1);
  const addVersion = (pipelineId: string, name: string) =>
    server.records.write((writer) =>
      writer.putPipelineVersion({ pipelineVersionId: name, pipelineId, namespace: '', creator: '', createdAtMs: 1, name, displayName: name, description: '', codeSourceUrl: '', tags: {}, pipelineSpec: aPipelineSpec() }),
    );
  await addVersion(other, 'v0');
  await addVersion(mine, 'v1');
  await until('the version', () => stream.events.length === 2);
  assert.equal(stream.events[1]?.data['pipeline_version_id'], 'v1');
  assert.equal(stream.events[1]?.data['pipeline_spec'], undefined);
  const { body } = await call(server.url, 'GET', `/pipelines/${mine}/versions?view=SUMMARY`);
  assert.deepEqual((body['pipeline_versions'] as object[]).map((version) => Object.hasOwn(version, 'pipeline_spec')), [false]);
  stream.close();
  await stream.ended;
});

test('a stream that could tell nothing is refused before it begins', async () => {
  await using server = await startFacadeServer();
  for (const query of ['experiment_id=a&experiment_id=b', 'experiment_id=a%00']) {
    assertRefused(await call(server.url, 'GET', `/runs:events?${query}`), 400, /the query parameter experiment_id/);
  }
  assertRefused(await call(server.url, 'GET', '/pipelines/none/versions:events'), 404, /pipeline_id "none"/);
});
