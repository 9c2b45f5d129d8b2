import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { startFacadeServer } from '../testing/facade-server.ts';
import { answerOf, aPipelineSpec, assertRefused, call, upload } from '../testing/requests.ts';
import { aTask } from '../../records/testing/rows.ts';

const RUNTIME = { parameters: { who: 'you' } };

async function createRun(url: string, members: object = {}): Promise<JsonObject> {
  const answer = await call(url, 'POST', '/runs', { display_name: 'r', pipeline_spec: aPipelineSpec(), runtime_config: RUNTIME, ...members });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

test('a run of an inline pipeline is stored and echoed as it was sent', async () => {
  await using server = await startFacadeServer();
  const run = await createRun(server.url, { runtime_config: { parameters: { who: 'you', times: 3 }, pipeline_root: 's3://b/r' }, service_account: 'sa' });
  const runId = String(run['run_id']);
  assert.equal(run['state'], 'PENDING');
  assert.equal(run['storage_state'], 'AVAILABLE');
  assert.equal(run['finished_at'], '1970-01-01T00:00:00Z');
  assert.equal(JSON.stringify(run['pipeline_spec']), JSON.stringify(aPipelineSpec()), 'echoed in the same order');
  assert.deepEqual(run['runtime_config'], { parameters: { who: 'you', times: 3 }, pipeline_root: 's3://b/r' });
  assert.deepEqual((await call(server.url, 'GET', `/runs/${runId}`)).body, run);
  const row = server.records.run(runId);
  assert.equal(row?.creator, 'tester');
  assert.equal(row?.pipelineName, 'greet');
  for (const query of [`?experiment_id=${String(run['experiment_id'])}`, '?namespace=&page_token=&page_size=10&sort_by=', '?experiment_id=']) {
    assert.deepEqual((await call(server.url, 'GET', `/runs${query}`)).body, { runs: [run], total_size: 1 }, query);
  }
  assertRefused(await call(server.url, 'GET', '/runs?experiment_id=other'), 404, /no experiment with experiment_id "other"/);
  const { body: empty } = await call(server.url, 'POST', '/experiments', { display_name: 'empty' });
  assert.deepEqual((await call(server.url, 'GET', `/runs?experiment_id=${String(empty['experiment_id'])}`)).body, {});
});

test('a pipeline with its platform comes wrapped and goes back wrapped', async () => {
  await using server = await startFacadeServer();
  const wrapped = { pipeline_spec: aPipelineSpec(), platform_spec: { platforms: { kubernetes: {} } } };
  const run = await createRun(server.url, { pipeline_spec: wrapped });
  assert.deepEqual(run['pipeline_spec'], wrapped);
});

test('a run may name a version, or a pipeline whose newest version it takes', async () => {
  await using server = await startFacadeServer();
  const pipeline = await upload(server.url, 'upload?name=p', 'p.json', JSON.stringify(aPipelineSpec('first')));
  const pipelineId = String(pipeline.body['pipeline_id']);
  const version = await upload(server.url, `upload_version?name=v2&pipelineid=${pipelineId}`, 'p.json', JSON.stringify(aPipelineSpec('second')));
  const versionId = String(version.body['pipeline_version_id']);
  const latest = await createRun(server.url, { pipeline_spec: null, pipeline_version_reference: { pipeline_id: pipelineId } });
  assert.deepEqual(latest['pipeline_version_reference'], { pipeline_id: pipelineId, pipeline_version_id: versionId });
  assert.equal(latest['pipeline_spec'], undefined);
  const named = await createRun(server.url, { pipeline_spec: null, pipelineVersionReference: { pipelineId, pipelineVersionId: versionId } });
  assert.equal(server.records.run(String(named['run_id']))?.pipelineName, 'second');
  const refused: [object, number, RegExp][] = [
    [{ pipeline_version_reference: { pipeline_id: 'nope' } }, 404, /no pipeline with pipeline_id "nope"/],
    [{ pipeline_version_reference: { pipeline_id: pipelineId, pipeline_version_id: 'nope' } }, 404, /no pipeline version/],
    [{ pipeline_version_reference: { pipeline_id: 'other', pipeline_version_id: versionId } }, 404, /no pipeline version/],
    [{ pipeline_version_reference: {} }, 400, /pipeline_spec or pipeline_version_reference is missing/],
    [{ pipeline_version_reference: { pipeline_id: pipelineId }, pipeline_spec: aPipelineSpec() }, 400, /not both/],
  ];
  for (const [members, status, sentence] of refused) {
    assertRefused(await call(server.url, 'POST', '/runs', { display_name: 'r', runtime_config: RUNTIME, ...members }), status, sentence);
  }
  await call(server.url, 'DELETE', `/pipelines/${pipelineId}?cascade=true`);
  const path = `/runs/${String(named['run_id'])}`;
  assert.deepEqual((await call(server.url, 'GET', path)).body['pipeline_version_reference'], named['pipeline_version_reference']);
  const full = (await call(server.url, 'GET', `${path}?view=FULL`)).body;
  assert.deepEqual([full['pipeline_spec'], full['pipeline_version_reference']], [aPipelineSpec('second'), undefined], 'in full a run has its pipeline, also when that was deleted');
});

test('what is wrong with a run is named, and nothing is written', async () => {
  await using server = await startFacadeServer();
  const cyclic = aPipelineSpec();
  const refused: [object, number, RegExp][] = [
    [{ display_name: '' }, 400, /display_name is missing/],
    [{ display_name: 'x'.repeat(256) }, 400, /display_name has 256 characters; at most 255/],
    [{ colour: 'red' }, 400, /unknown field "colour"/],
    [{ runtime_config: { params: {} } }, 400, /unknown field "runtime_config.params"/],
    [{ runtime_config: { parameters: [] } }, 400, /"runtime_config.parameters" must be a JSON object/],
    [{ runtime_config: {} }, 400, /Parameter "who" is required/],
    [{ runtime_config: { parameters: { who: 'x', colour: 'red' } } }, 400, /Parameter "colour" is not a parameter/],
    [{ runtime_config: { parameters: { who: 'x', times: 'many' } } }, 400, /Parameter "times"/],
    [{ experiment_id: 'nope' }, 404, /no experiment with experiment_id "nope"/],
    [{ plugins_input: { mlflow: {} } }, 501, /plugins_input/],
    [{ service_account: 'x'.repeat(3_000) }, 400, /service_account is longer/],
    [{ pipeline_spec: {} }, 400, /pipeline_spec is not a valid pipeline/],
    [{ pipeline_spec: { ...cyclic, components: {} } }, 400, /comp-greet/],
    [{ pipeline_spec: 'text' }, 400, /"pipeline_spec" must be a JSON object/],
  ];
  for (const [members, status, sentence] of refused) {
    const answer = await call(server.url, 'POST', '/runs', { display_name: 'r', pipeline_spec: aPipelineSpec(), runtime_config: RUNTIME, ...members });
    assertRefused(answer, status, sentence);
  }
  const deep = `{"runtime_config": {"parameters": {"who": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}}`;
  const answer = await fetch(`${server.url}/apis/v2beta1/runs`, { method: 'POST', body: deep });
  assertRefused(await answerOf(answer), 400, /nests lists and objects deeper/);
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`parameter-${index}`, index]));
  const crowded = { display_name: 'r', pipeline_spec: aPipelineSpec(), runtime_config: { parameters: many } };
  assertRefused(await call(server.url, 'POST', '/runs', crowded), 400, /is not a parameter of this pipeline/);
  assert.equal(server.records.runs({ limit: 1 }).totalSize, 0);
  assert.equal(server.records.experiments({ limit: 1 }).totalSize, 0, 'not even the default experiment');
  assert.deepEqual(server.faults, []);
});

test('a run may be named after a pipeline with the longest name and the time, as the SDK does', async () => {
  await using server = await startFacadeServer();
  const name = `${'p'.repeat(128)} 2026-01-31 12-00-00`;
  assert.equal((await createRun(server.url, { display_name: name }))['display_name'], name);
});

test('macros in string parameters are expanded once', async () => {
  await using server = await startFacadeServer();
  const run = await createRun(server.url, { runtime_config: { parameters: { who: 'run [[RunUUID]] at [[CurrentTime.2006]] [[Index]]' } } });
  const { parameters } = run['runtime_config'] as { parameters: JsonObject };
  assert.equal(parameters['who'], `run ${String(run['run_id'])} at ${new Date().getUTCFullYear()} [[Index]]`);
});

test('archive, restore, terminate and delete', async () => {
  await using server = await startFacadeServer();
  const path = `/runs/${String((await createRun(server.url))['run_id'])}`;
  const stateOf = async () => (await call(server.url, 'GET', path)).body;
  assert.deepEqual(await call(server.url, 'POST', `${path}:archive`), { status: 200, body: {} });
  assert.equal((await stateOf())['storage_state'], 'ARCHIVED');
  assertRefused(await call(server.url, 'POST', `${path}:retry`), 400, /archived: restore it first/);
  await call(server.url, 'POST', `${path}:unarchive`);
  assert.equal((await stateOf())['storage_state'], 'AVAILABLE');
  assert.deepEqual(await call(server.url, 'POST', `${path}:terminate`), { status: 200, body: {} });
  const terminated = await stateOf();
  assert.equal(terminated['state'], 'CANCELING');
  assert.deepEqual(terminated['error'], { code: 1, message: 'terminated by a user' });
  assert.equal((await call(server.url, 'POST', `${path}:terminate`)).status, 200);
  assert.deepEqual((await stateOf())['error'], { code: 1, message: 'terminated by a user again: what still runs is stopped, exit tasks, too' });
  const historyLength = () => server.records.run(path.slice('/runs/'.length))!.stateHistory.length;
  const before = historyLength();
  assert.equal((await call(server.url, 'POST', `${path}:terminate`)).status, 200, 'a third time changes nothing');
  assert.equal(historyLength(), before);
  assertRefused(await call(server.url, 'POST', `${path}:retry`), 400, /no engine here/);
  assert.equal((await call(server.url, 'POST', `${path}:explode`)).status, 405);
  assert.deepEqual(await call(server.url, 'DELETE', path), { status: 200, body: {} });
  for (const [method, suffix] of [['GET', ''], ['DELETE', ''], ['POST', ':archive'], ['POST', ':unarchive'], ['POST', ':terminate'], ['POST', ':retry']] as const) {
    assertRefused(await call(server.url, method, path + suffix), 404, /no run with run_id/);
  }
});

test('a retry writes what the engine planned', async () => {
  await using server = await startFacadeServer({
    planRetry: ({ run, tasks }) => ({
      ok: true,
      run: { ...run, state: 'PENDING', retryCount: run.retryCount + 1 },
      tasks: [{ ...tasks[0]!, state: 'WAITING' }],
      deletedTaskIds: [tasks[1]!.taskId],
    }),
  });
  const runId = String((await createRun(server.url))['run_id']);
  await server.records.write((writer) => {
    writer.putTask(aTask({ taskId: 'a', runId, state: 'FAILED' }));
    writer.putTask(aTask({ taskId: 'b', runId, state: 'SKIPPED' }));
  });
  assert.equal((await call(server.url, 'POST', `/runs/${runId}:retry`)).status, 200);
  const snapshot = server.records.snapshot(runId);
  assert.equal(snapshot?.run.retryCount, 1);
  assert.deepEqual(snapshot?.tasks.map(({ taskId, state }) => `${taskId} ${state}`), ['a WAITING']);
});

test('a large pipeline in a body is read in a worker, and what is wrong with it is told as for a small one', async () => {
  await using server = await startFacadeServer();
  const spec = aPipelineSpec('large');
  const components = { ...(spec['components'] as object) } as Record<string, object>;
  for (let number = 0; number < 6_000; number++) components[`comp-${number}`] = { executorLabel: 'exec-greet' };
  const large = { ...spec, components };
  const run = await createRun(server.url, { pipeline_spec: large });
  assert.equal(JSON.stringify(run['pipeline_spec']), JSON.stringify(large), 'echoed in the same order');
  const again = await createRun(server.url, { pipeline_spec: large });
  assert.equal(server.records.run(String(run['run_id']))?.pipelineSpec, server.records.run(String(again['run_id']))?.pipelineSpec, 'both share one document');
  const broken = await call(server.url, 'POST', '/runs', { display_name: 'r', pipeline_spec: { ...large, root: { dag: { tasks: {} } } } });
  assertRefused(broken, 400, /^pipeline_spec is not a valid pipeline: root\.dag\.tasks has no task/);
  const unnamed = await call(server.url, 'POST', '/runs', { pipeline_spec: large, runtime_config: RUNTIME });
  assertRefused(unnamed, 400, /display_name/);
  assertRefused(await call(server.url, 'POST', '/runs', { display_name: 'r', pipeline_spec: null, description: 'x'.repeat(200_000) }), 400, /description/);
});
