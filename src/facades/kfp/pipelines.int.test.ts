import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFacadeServer } from '../testing/facade-server.ts';
import { aPipelineSpec, assertRefused, call, filterOf, upload } from '../testing/requests.ts';

const TEXT = JSON.stringify(aPipelineSpec());

test('a pipeline lives: create, find by name and tag, change, delete', async () => {
  await using server = await startFacadeServer();
  const created = await call(server.url, 'POST', '/pipelines', { display_name: 'My pipe', tags: { team: 'vision' }, namespace: 'ns' });
  const id = String(created.body['pipeline_id']);
  assert.deepEqual(created.body, { pipeline_id: id, display_name: 'My pipe', name: 'My pipe', created_at: created.body['created_at'], tags: { team: 'vision' } });
  assert.deepEqual((await call(server.url, 'GET', '/pipelines/names/My%20pipe?namespace=')).body, created.body);
  assertRefused(await call(server.url, 'GET', '/pipelines/names/other'), 404, /no pipeline with the name "other"/);
  const tagged = filterOf({ operation: 'EQUALS', key: 'tags.team', string_value: 'vision' });
  assert.deepEqual((await call(server.url, 'GET', `/pipelines?filter=${tagged}`)).body, { pipelines: [created.body], total_size: 1 });
  const changed = await call(server.url, 'PATCH', `/pipelines/${id}`, { pipeline_id: id, display_name: 'Better', tags: {} });
  assert.deepEqual(changed.body, { pipeline_id: id, display_name: 'Better', name: 'My pipe', created_at: created.body['created_at'] });
  assert.deepEqual((await call(server.url, 'GET', `/pipelines/${id}`)).body, changed.body);
  assertRefused(await call(server.url, 'PATCH', `/pipelines/${id}`, { name: 'other' }), 400, /name cannot be changed/);
  assertRefused(await call(server.url, 'PATCH', `/pipelines/${id}`, { pipeline_id: 'other' }), 400, /pipeline_id of the body/);
  assertRefused(await call(server.url, 'POST', '/pipelines', { name: 'My pipe' }), 409, /already exists/);
  assertRefused(await call(server.url, 'POST', '/pipelines', {}), 400, /name is missing/);
  assertRefused(await call(server.url, 'POST', '/pipelines', { name: 'x', tags: { 'a.b': 'c' } }), 400, /no dot/);
  assertRefused(await call(server.url, 'POST', '/pipelines', { name: 'x', tags: { a: 'b'.repeat(64) } }), 400, /longer than 63/);
  assert.equal((await call(server.url, 'DELETE', `/pipelines/${id}`)).status, 200);
  assertRefused(await call(server.url, 'DELETE', `/pipelines/${id}`), 404, /no pipeline with pipeline_id/);
  assert.deepEqual(server.faults, []);
});

test('versions: create from the spec itself, change, delete; a pipeline that has some needs cascade', async () => {
  await using server = await startFacadeServer();
  const body = { pipeline: { display_name: 'p' }, pipeline_version: { pipeline_spec: aPipelineSpec(), code_source_url: 'https://example.org/p.py' } };
  const pipeline = await call(server.url, 'POST', '/pipelines/create', body);
  assert.equal(pipeline.status, 200, JSON.stringify(pipeline.body));
  const path = `/pipelines/${String(pipeline.body['pipeline_id'])}`;
  const second = await call(server.url, 'POST', `${path}/versions`, { display_name: 'v2', pipeline_spec: aPipelineSpec(), tags: { a: 'b' } });
  assert.deepEqual(second.body['tags'], { a: 'b' });
  const listed = (await call(server.url, 'GET', `${path}/versions?sort_by=${encodeURIComponent('created_at desc')}`)).body;
  assert.equal(listed['total_size'], 2);
  const first = (listed['pipeline_versions'] as Record<string, unknown>[])[1];
  assert.equal(first?.['name'], 'p');
  assert.equal(first?.['code_source_url'], 'https://example.org/p.py');
  const one = `${path}/versions/${String(second.body['pipeline_version_id'])}`;
  const changed = await call(server.url, 'PATCH', one, { display_name: 'v2 renamed' });
  assert.deepEqual(changed.body, { ...second.body, display_name: 'v2 renamed' });
  assertRefused(await call(server.url, 'PATCH', one, { pipeline_version_id: 'other' }), 400, /pipeline_version_id of the body/);
  assertRefused(await call(server.url, 'POST', `${path}/versions`, { name: 'v2', pipeline_spec: aPipelineSpec() }), 409, /already has a version/);
  assertRefused(await call(server.url, 'POST', `${path}/versions`, { name: 'v3' }), 400, /package_url.pipeline_url or pipeline_spec is missing/);
  assertRefused(await call(server.url, 'POST', `${path}/versions`, { name: 'v3', package_url: { pipeline_url: 'https://x/p.yaml' } }), 501, /downloads no pipelines/);
  assertRefused(await call(server.url, 'POST', `${path}/versions`, { name: 'v3', pipeline_spec: {} }), 400, /pipeline_spec is not a valid pipeline/);
  assertRefused(await call(server.url, 'GET', `/pipelines/other/versions/${String(second.body['pipeline_version_id'])}`), 404, /no pipeline version/);
  assertRefused(await call(server.url, 'DELETE', path), 400, /has versions/);
  assertRefused(await call(server.url, 'DELETE', `${path}?cascade=yes`), 400, /cascade is "yes"/);
  assert.equal((await call(server.url, 'DELETE', one)).status, 200);
  assert.equal((await call(server.url, 'DELETE', `${path}?cascade=True`)).status, 200);
  assert.equal(server.records.pipelineVersions({ limit: 1 }).totalSize, 0);
});

test('a package is fetched through the port of the installation when it has one', async () => {
  await using server = await startFacadeServer({ fetchPackage: (url) => Promise.resolve(Buffer.from(url.endsWith('/p.json') ? TEXT : 'x')) });
  const create = (pipelineUrl: string) =>
    call(server.url, 'POST', '/pipelines/create', { pipeline: { name: pipelineUrl }, pipeline_version: { packageUrl: { pipelineUrl } } });
  assert.equal((await create('https://example.org/p.json')).status, 200);
  assertRefused(await create('https://example.org/other.yaml'), 400, /not a valid pipeline/);
  assertRefused(await create('file:///etc/passwd.yaml'), 400, /not a http or https URL/);
});

test('the second client (kfp.kubeflow_client) gets what it asks for, in its own words', async () => {
  await using server = await startFacadeServer();
  const byName = (name: string) => filterOf({ operation: 'EQUALS', key: 'display_name', stringValue: name });
  assert.deepEqual((await call(server.url, 'GET', `/pipelines?namespace=kubeflow&filter=${byName('n')}`)).body, {});
  const { body: pipeline } = await upload(server.url, 'upload?name=n&namespace=kubeflow', 'pipe.json', TEXT);
  const pipelineId = String(pipeline['pipeline_id']);
  const newest = await call(server.url, 'GET', `/pipelines/${pipelineId}/versions?page_size=1&sort_by=created_at+desc`);
  const [version] = newest.body['pipeline_versions'] as Record<string, unknown>[];
  const versionId = String(version?.['pipeline_version_id']);
  const renamed = await call(server.url, 'PATCH', `/pipelines/${pipelineId}/versions/${versionId}`, {
    pipeline_id: pipelineId,
    pipeline_version_id: versionId,
    display_name: 'v9',
  });
  assert.equal(renamed.body['display_name'], 'v9');
  const found = await call(server.url, 'GET', `/pipelines/${pipelineId}/versions?filter=${byName('v9')}`);
  assert.equal(found.body['total_size'], 1);
  const run = await call(server.url, 'POST', '/runs', {
    display_name: 'n 2026-11-23 11-27-45',
    pipeline_version_reference: { pipeline_id: pipelineId, pipeline_version_id: versionId },
    runtime_config: { parameters: { who: 'x' } },
  });
  assert.equal(run.status, 200, JSON.stringify(run.body));
  const ofState = (state: string) => filterOf({ operation: 'EQUALS', key: 'state', stringValue: state });
  const listRuns = (state: string) => call(server.url, 'GET', `/runs?namespace=kubeflow&experiment_id=&page_token=&page_size=10&filter=${ofState(state)}`);
  assert.equal((await listRuns('PENDING')).body['total_size'], 1);
  assert.deepEqual((await listRuns('SUCCEEDED')).body, {});
  assert.equal((await call(server.url, 'DELETE', `/pipelines/${pipelineId}?cascade=True`)).status, 200);
  assert.equal((await call(server.url, 'GET', `/runs/${String(run.body['run_id'])}`)).status, 200, 'the run outlives its pipeline');
});

test('pages go on where the last one ended, and the health check writes what is false', async () => {
  await using server = await startFacadeServer();
  for (let i = 0; i < 7; i++) await call(server.url, 'POST', '/pipelines', { name: `p${i}` });
  const names: unknown[] = [];
  for (let token = '', pages = 0; pages < 10; pages++) {
    const { body } = await call(server.url, 'GET', `/pipelines?page_size=3&page_token=${token}&sort_by=name%20desc`);
    names.push(...(body['pipelines'] as Record<string, unknown>[]).map((row) => row['name']));
    assert.equal(body['total_size'], 7);
    token = String(body['next_page_token'] ?? '');
    if (token === '') break;
  }
  assert.deepEqual(names, ['p6', 'p5', 'p4', 'p3', 'p2', 'p1', 'p0']);
  assertRefused(await call(server.url, 'GET', '/pipelines?sort_by=colour'), 400, /sort_by "colour" is not possible/);
  assertRefused(await call(server.url, 'GET', '/pipelines?page_size=many'), 400, /page_size is "many"/);
  const health = await call(server.url, 'GET', '/healthz');
  assert.deepEqual(health.body, { commit_sha: 'none', tag_name: '0.0.0', multi_user: false, pipeline_store: 'database' });
});
