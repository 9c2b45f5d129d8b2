import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { startFacadeServer } from '../testing/facade-server.ts';
import { aPipelineSpec, assertRefused, call, upload } from '../testing/requests.ts';

const HOURLY = { periodic_schedule: { interval_second: '3600' } };

async function createRecurringRun(url: string, members: object = {}): Promise<JsonObject> {
  const answer = await call(url, 'POST', '/recurringruns', { display_name: 's', pipeline_spec: aPipelineSpec(), runtime_config: { parameters: { who: 'you' } }, trigger: HOURLY, mode: 'ENABLE', max_concurrency: '2', ...members });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

test('a recurring run is stored and answered as it was sent, with when it strikes next', async () => {
  await using server = await startFacadeServer();
  const trigger = { cron_schedule: { cron: '0 30 9 * * 1-5', start_time: '2031-01-01T00:00:00Z', end_time: '2032-01-01T00:00:00Z' } };
  const series = await createRecurringRun(server.url, { trigger, no_catchup: true, description: 'd', service_account: 'sa' });
  assert.deepEqual(series['trigger'], trigger);
  assert.equal(series['next_run_at'], '2031-01-01T09:30:00Z');
  assert.deepEqual([series['mode'], series['status'], series['max_concurrency'], series['no_catchup']], ['ENABLE', 'ENABLED', '2', true]);
  const id = String(series['recurring_run_id']);
  assert.deepEqual((await call(server.url, 'GET', `/recurringruns/${id}`)).body, series);
  assert.deepEqual((await call(server.url, 'GET', `/recurringruns?experiment_id=${String(series['experiment_id'])}`)).body, { recurringRuns: [series], total_size: 1 });
  assert.deepEqual((await call(server.url, 'POST', `/recurringruns/${id}:disable`)).body, {});
  const disabled = (await call(server.url, 'GET', `/recurringruns/${id}`)).body;
  assert.deepEqual([disabled['mode'], disabled['status'], disabled['next_run_at']], ['DISABLE', 'DISABLED', undefined]);
  await call(server.url, 'DELETE', `/recurringruns/${id}`);
  for (const [method, path] of [['GET', id], ['DELETE', id], ['POST', `${id}:enable`]] as const) {
    assertRefused(await call(server.url, method, `/recurringruns/${path}`), 404, /no recurring run with recurring_run_id/);
  }
});

test('a pipeline without a version stays without one, for each run has the newest', async () => {
  await using server = await startFacadeServer();
  const pipeline = await upload(server.url, 'upload?name=p', 'p.json', JSON.stringify(aPipelineSpec('first')));
  const reference = { pipeline_id: String(pipeline.body['pipeline_id']) };
  const series = await createRecurringRun(server.url, { pipeline_spec: null, pipeline_version_reference: reference });
  assert.deepEqual([series['pipeline_version_reference'], series['pipeline_spec']], [reference, undefined]);
});

test('an archived experiment disables its recurring runs and takes no new ones; a deleted one takes them along', async () => {
  await using server = await startFacadeServer();
  const { body: experiment } = await call(server.url, 'POST', '/experiments', { display_name: 'e' });
  const experimentId = String(experiment['experiment_id']);
  const id = String((await createRecurringRun(server.url, { experiment_id: experimentId }))['recurring_run_id']);
  await call(server.url, 'POST', `/experiments/${experimentId}:archive`);
  assert.equal((await call(server.url, 'GET', `/recurringruns/${id}`)).body['status'], 'DISABLED');
  assertRefused(await call(server.url, 'POST', `/recurringruns/${id}:enable`), 400, /restore the experiment first/);
  assertRefused(await call(server.url, 'POST', '/recurringruns', { display_name: 's', pipeline_spec: aPipelineSpec(), runtime_config: { parameters: { who: 'you' } }, trigger: HOURLY, experiment_id: experimentId }), 400, /the experiment is archived/);
  await call(server.url, 'POST', `/experiments/${experimentId}:unarchive`);
  await call(server.url, 'POST', `/recurringruns/${id}:enable`);
  assert.equal((await call(server.url, 'GET', `/recurringruns/${id}`)).body['status'], 'ENABLED');
  await call(server.url, 'DELETE', `/experiments/${experimentId}`);
  assertRefused(await call(server.url, 'GET', `/recurringruns/${id}`), 404, /no recurring run/);
});

test('what is wrong with a recurring run is named, and nothing is written', async () => {
  await using server = await startFacadeServer();
  const refused: [object, RegExp][] = [
    [{ trigger: undefined }, /trigger is missing/],
    [{ trigger: { ...HOURLY, cron_schedule: { cron: '@daily' } } }, /not both/],
    [{ trigger: { cron_schedule: { cron: '0 99 * * * *' } } }, /trigger.cron_schedule.cron "0 99 \* \* \* \*" is no schedule of second, minute/],
    [{ trigger: { cron_schedule: {} } }, /expected 5 to 6 fields, found 0/],
    [{ trigger: { periodic_schedule: {} } }, /interval_second is 0, it must be 1 to/],
    [{ trigger: { periodic_schedule: { interval_second: 1, start_time: '2031-01-02T00:00:00Z', end_time: '2031-01-01T00:00:00Z' } } }, /end_time is before/],
    [{ max_concurrency: 11 }, /max_concurrency is 11, it must be 1 to 10/],
    [{ display_name: '' }, /display_name is missing/],
    [{ runtime_config: { parameters: { who: 1 } } }, /runtime_config.parameters/],
    [{ mode: 'SOMETIMES' }, /"mode" must be one of/],
    [{ pipeline_spec: undefined }, /pipeline_spec or pipeline_version_reference is missing/],
  ];
  for (const [members, pattern] of refused) {
    const body = { display_name: 's', pipeline_spec: aPipelineSpec(), runtime_config: { parameters: { who: 'you' } }, trigger: HOURLY, ...members };
    assertRefused(await call(server.url, 'POST', '/recurringruns', body), 400, pattern);
  }
  assert.deepEqual((await call(server.url, 'GET', '/recurringruns')).body, {});
});

test('when a schedule would strike is told before anything is made of it', async () => {
  await using server = await startFacadeServer();
  const strikesOf = (trigger: object) => call(server.url, 'POST', '/recurringruns:strikes', { trigger });
  const cron = { cron: '0 30 9 * * 1-5', start_time: '2031-01-02T00:00:00Z', end_time: '2031-01-03T10:00:00Z' };
  assert.deepEqual((await strikesOf({ cron_schedule: cron })).body, { strikes: ['2031-01-02T09:30:00Z', '2031-01-03T09:30:00Z'] });
  const interval = { interval_second: '3600', start_time: '2031-01-02T00:00:00Z' };
  assert.deepEqual((await strikesOf({ periodic_schedule: interval })).body, { strikes: ['2031-01-02T01:00:00Z', '2031-01-02T02:00:00Z', '2031-01-02T03:00:00Z'] });
  assertRefused(await strikesOf({ cron_schedule: { cron: 'daily' } }), 400, /expected 5 to 6 fields, found 1/);
  assert.deepEqual((await call(server.url, 'GET', '/recurringruns')).body, {});
});
