import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFacadeServer } from '../testing/facade-server.ts';
import { aPipelineSpec, assertRefused, call, filterOf } from '../testing/requests.ts';

test('an experiment lives: create, find, archive, restore, delete', async () => {
  await using server = await startFacadeServer();
  const created = await call(server.url, 'POST', '/experiments', { display_name: 'first', description: 'd', namespace: '' });
  assert.equal(created.status, 200);
  const id = String(created.body['experiment_id']);
  assert.deepEqual(created.body, {
    experiment_id: id,
    display_name: 'first',
    description: 'd',
    created_at: created.body['created_at'],
    storage_state: 'AVAILABLE',
    last_run_created_at: '1970-01-01T00:00:00Z',
  });
  const filter = filterOf({ operation: 1, key: 'display_name', stringValue: 'first' });
  for (const query of ['', '?namespace=', '?namespace=kubeflow', `?filter=${filter}&namespace=`, '?page_token=&page_size=10&sort_by=&namespace=']) {
    const listed = await call(server.url, 'GET', `/experiments${query}`);
    assert.deepEqual(listed.body, { experiments: [created.body], total_size: 1 }, query);
  }
  assert.deepEqual((await call(server.url, 'GET', `/experiments/${id}`)).body, created.body);
  assert.deepEqual((await call(server.url, 'POST', `/experiments/${id}:archive`)).body, {});
  assert.equal((await call(server.url, 'GET', `/experiments/${id}`)).body['storage_state'], 'ARCHIVED');
  await call(server.url, 'POST', `/experiments/${id}:unarchive`);
  assert.equal((await call(server.url, 'GET', `/experiments/${id}`)).body['storage_state'], 'AVAILABLE');
  assert.deepEqual(await call(server.url, 'DELETE', `/experiments/${id}`), { status: 200, body: {} });
  assertRefused(await call(server.url, 'GET', `/experiments/${id}`), 404, /no experiment with experiment_id/);
  assert.deepEqual((await call(server.url, 'GET', '/experiments')).body, {});
  assert.deepEqual(server.faults, []);
});

test('refusals have the body of grpc-gateway, name the field, and write nothing', async () => {
  await using server = await startFacadeServer();
  await call(server.url, 'POST', '/experiments', { display_name: 'taken' });
  const duplicate = await call(server.url, 'POST', '/experiments', { displayName: 'taken' });
  const message = 'an experiment with display_name "taken" already exists';
  const details = [{ '@type': 'type.googleapis.com/google.rpc.Status', code: 6, message }];
  assert.deepEqual(duplicate, { status: 409, body: { error: message, code: 6, message, details } });
  const refused: [unknown, RegExp][] = [
    [{}, /display_name is missing/],
    [{ display_name: ' ' }, /display_name is missing/],
    [{ display_name: 7 }, /"display_name" must be a string/],
    [{ display_name: 'a'.repeat(129) }, /display_name has 129 characters/],
    [{ display_name: 'a\u0000b' }, /display_name has a control character/],
    [{ display_name: '\ud800' }, /"display_name" is not valid Unicode/],
    [{ display_name: 'x', colour: 'red' }, /unknown field "colour"/],
    [{ display_name: 'x', displayName: 'y' }, /"displayName" is given twice/],
    [[], /the body must be a JSON object/],
    ['text', /the body must be a JSON object/],
  ];
  for (const [body, sentence] of refused) assertRefused(await call(server.url, 'POST', '/experiments', body), 400, sentence);
  const notJson = await fetch(`${server.url}/apis/v2beta1/experiments`, { method: 'POST', body: '{"display_name": ' });
  assert.equal(notJson.status, 400);
  assert.equal(server.records.experiments({ limit: 10 }).totalSize, 1);
  assert.deepEqual(server.faults, []);
});

test('the default experiment cannot be deleted; archiving an experiment archives its runs', async () => {
  await using server = await startFacadeServer();

  const run = await call(server.url, 'POST', '/runs', {
    display_name: 'r',
    pipeline_spec: aPipelineSpec(),
    runtime_config: { parameters: { who: 'you' } },
  });
  assert.equal(run.status, 200, JSON.stringify(run.body));
  const experimentId = String(run.body['experiment_id']);
  const runId = String(run.body['run_id']);
  const experiment = await call(server.url, 'GET', `/experiments/${experimentId}`);
  assert.equal(experiment.body['display_name'], 'Default');
  assert.equal(experiment.body['last_run_created_at'], run.body['created_at']);
  assertRefused(await call(server.url, 'DELETE', `/experiments/${experimentId}`), 400, /default experiment/);
  await call(server.url, 'POST', `/experiments/${experimentId}:archive`);
  assert.equal((await call(server.url, 'GET', `/runs/${runId}`)).body['storage_state'], 'ARCHIVED');
  assertRefused(await call(server.url, 'POST', `/runs/${runId}:unarchive`), 400, /restore the experiment first/);
  await call(server.url, 'POST', `/experiments/${experimentId}:unarchive`);
  assert.equal((await call(server.url, 'GET', `/runs/${runId}`)).body['storage_state'], 'ARCHIVED');
  assert.equal((await call(server.url, 'POST', `/runs/${runId}:unarchive`)).status, 200);
});
