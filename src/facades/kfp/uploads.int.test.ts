import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { startFacadeServer } from '../testing/facade-server.ts';
import { aPipelineSpec, answerOf, assertRefused, call, upload } from '../testing/requests.ts';
import { tarOf } from '../testing/tar.ts';

const TEXT = JSON.stringify(aPipelineSpec());
const YAML = `
# PIPELINE DEFINITION
pipelineInfo: {name: greet}
schemaVersion: 2.1.0
root: {dag: {tasks: {greet: {componentRef: {name: comp-greet}}}}}
components: {comp-greet: {executorLabel: exec-greet}}
deploymentSpec: {executors: {exec-greet: {container: {image: alpine}}}}
`;
const PLATFORM = `---
platforms: {kubernetes: {deploymentSpec: {executors: {exec-greet: {}}}}}
`;
const bytes = (text: string) => Buffer.from(text);

test('an upload makes a pipeline and its first version of the same name', async () => {
  await using server = await startFacadeServer();
  const uploaded = await upload(server.url, 'upload?name=My+Pipe&description=some+desc&namespace=ns', 'pipe.yaml', YAML);
  assert.equal(uploaded.status, 200, JSON.stringify(uploaded.body));
  const id = String(uploaded.body['pipeline_id']);
  assert.equal(uploaded.body['display_name'], 'My Pipe');
  assert.equal(uploaded.body['name'], 'My Pipe');
  assert.equal(uploaded.body['description'], 'some desc');
  const versions = await call(server.url, 'GET', `/pipelines/${id}/versions`);
  const [version = {}] = versions.body['pipeline_versions'] as Record<string, unknown>[];
  assert.equal(version['name'], 'My Pipe');
  assert.deepEqual((version['pipeline_spec'] as Record<string, unknown>)['pipelineInfo'], { name: 'greet' });
  const second = await upload(server.url, `upload_version?name=v2&pipelineid=${id}&tags={"team":"x"}`, 'pipe.json', TEXT);
  assert.equal(second.status, 200, JSON.stringify(second.body));
  assert.deepEqual(second.body['tags'], { team: 'x' });
  assert.deepEqual(second.body['pipeline_spec'], aPipelineSpec());
  const unnamed = await upload(server.url, 'upload', 'pipe.yaml', YAML);
  assert.equal(unnamed.body['name'], 'greet', 'without a name the one of the IR');
  assert.deepEqual(server.faults, []);
});

test('a pipeline with a platform document is wrapped', async () => {
  await using server = await startFacadeServer();
  const uploaded = await upload(server.url, 'upload?name=p', 'pipe.yml', YAML + PLATFORM);
  const versions = await call(server.url, 'GET', `/pipelines/${String(uploaded.body['pipeline_id'])}/versions`);
  const [version] = versions.body['pipeline_versions'] as Record<string, Record<string, unknown>>[];
  assert.deepEqual(Object.keys(version?.['pipeline_spec'] ?? {}), ['pipeline_spec', 'platform_spec']);
});

test('archives are read by their magic bytes: pipeline.yaml, else the first file', async () => {
  await using server = await startFacadeServer();
  const other = YAML.replace('name: greet', 'name: other');
  const archives: [string, Uint8Array, string][] = [
    ['a.zip', zipSync({ 'x.yaml': bytes(other), 'pipeline.yaml': bytes(YAML) }), 'greet'],
    ['b', zipSync({ 'dir/x.yaml': bytes(other) }), 'other'],
    ['c.tar.gz', gzipSync(tarOf([{ name: 'x.json', text: '{}' }, { name: 'pipeline.yaml', text: YAML }])), 'greet'],
    ['d.bin', gzipSync(tarOf([{ name: 'x.yaml', text: other }])), 'other'],
  ];
  for (const [fileName, content, name] of archives) {
    const uploaded = await upload(server.url, `upload?name=${fileName}`, fileName, content);
    assert.equal(uploaded.status, 200, JSON.stringify(uploaded.body));
    const version = server.records.latestPipelineVersion(String(uploaded.body['pipeline_id']));
    assert.deepEqual(version?.pipelineSpec['pipelineInfo'], { name });
  }
});

test('hostile and wrong files are refused with a sentence, and nothing is written', async () => {
  await using server = await startFacadeServer();
  const bomb = zipSync({ 'pipeline.yaml': new Uint8Array(64 * 1024 * 1024) }, { level: 9 });
  const lyingBomb = Buffer.from(bomb);
  for (const at of [22, lyingBomb.indexOf('PK\x01\x02', 0, 'latin1') + 24]) lyingBomb.writeUInt32LE(100, at);
  const refused: [string, string | Uint8Array, RegExp][] = [
    ['wrong_format.png', Buffer.from('89504e470d0a1a0a', 'hex'), /must be a \.yaml/],
    ['empty.yaml', '', /empty/],
    ['a.yaml', 'just text', /not a valid pipeline/],
    ['a.yaml', 'a: [', /not a valid pipeline/],
    ['a.json', Buffer.from([0xff, 0xfe, 0x00]), /not UTF-8/],
    ['a.yaml', '{}', /pipelineInfo/],
    ['a.zip', zipSync({ '../pipeline.yaml': bytes(YAML) }), /leads out of the archive/],
    ['a.zip', zipSync({ '/etc/pipeline.yaml': bytes(YAML) }), /leads out of the archive/],
    ['a.zip', zipSync({}), /without files/],
    ['a.zip', zipSync({ 'readme.txt': bytes('hello') }), /no \.yaml/],
    ['a.zip', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(100)]), /cannot be read/],
    ['a.zip', bomb, /unpacks to more than/],
    ['a.zip', lyingBomb, /./],
    ['a.zip', zipSync(Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`f${i}`, new Uint8Array()]))), /more than 1000 files/],
    ['a.tgz', gzipSync(Buffer.alloc(64 * 1024 * 1024)), /unpacks to more than/],
    ['a.tgz', gzipSync(tarOf([{ name: 'a/../../pipeline.yaml', text: YAML }])), /leads out of the archive/],
    ['a.tgz', gzipSync(Buffer.alloc(2048, 1)), /not of a tar archive/],
    ['a.tgz', Buffer.from([0x1f, 0x8b, 8, 0, 0]), /cannot be read/],
    ['a.yaml', 'x'.repeat(33 * 1024 * 1024), /larger than/],
  ];
  for (const [fileName, content, sentence] of refused) {
    const answer = await upload(server.url, 'upload?name=n', fileName, content).catch(() => ({ status: 413, body: { message: 'larger than' } }));
    const status = content.length > 32 * 1024 * 1024 ? 413 : 400;
    assertRefused(answer, status, sentence);
  }
  assert.equal(server.records.pipelines({ limit: 1 }).totalSize, 0);
  assert.deepEqual(server.faults, []);
});

test('the form itself may be wrong', async () => {
  await using server = await startFacadeServer();
  const post = async (body: string | FormData, contentType?: string) =>
    answerOf(
      await fetch(`${server.url}/apis/v2beta1/pipelines/upload`, {
        method: 'POST',
        body,
        ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
      }),
    );
  assertRefused(await post('{}', 'application/json'), 400, /must be multipart\/form-data/);
  assertRefused(await post('x', 'multipart/form-data'), 400, /cannot be read/);
  assertRefused(await post('x', 'multipart/form-data; boundary=b'), 400, /cannot be read/);
  assertRefused(await post('--b\r\nContent-Disposition: form-data; name="uploadfile"; filename="a.yaml"\r\n\r\nx', 'multipart/form-data; boundary=b'), 400, /cannot be read/);
  // The stream of a part that nobody reads fails, too: uncaught, it would end the server.
  assertRefused(await post('--b\r\nContent-Disposition: form-data; name="other"; filename="a.yaml"\r\n\r\nx', 'multipart/form-data; boundary=b'), 400, /cannot be read/);
  const otherField = new FormData();
  otherField.append('file', new Blob([YAML]), 'pipe.yaml');
  assertRefused(await post(otherField), 400, /no file in the field uploadfile/);
  const twice = new FormData();
  for (let i = 0; i < 2; i++) twice.append('uploadfile', new Blob([YAML]), 'pipe.yaml');
  assertRefused(await post(twice), 400, /more than one file/);
  const many = new FormData();
  for (let i = 0; i < 20; i++) many.append(`f${i}`, 'x');
  assertRefused(await post(many), 400, /more than 16 parts/);
  assert.deepEqual(server.faults, []);
});

test('no bytes in a form make the server fail', async () => {
  await using server = await startFacadeServer();
  const piece = fc.constantFrom('--b', '--b--', '\r\n', '\r\n\r\n', 'Content-Disposition: form-data; name="uploadfile"; filename="a.yaml"', ': ', '; filename*=UTF-8\'\'%', YAML, '\0');
  const form = fc.array(fc.oneof(piece, fc.string({ maxLength: 20 })), { maxLength: 12 }).map((parts) => parts.join(''));
  const property = fc.asyncProperty(form, fc.constantFrom('multipart/form-data; boundary=b', 'multipart/form-data; boundary="', 'multipart/form-data;;'), async (body, contentType) => {
    const response = await fetch(`${server.url}/apis/v2beta1/pipelines/upload?name=n`, { method: 'POST', body, headers: { 'content-type': contentType } });
    await response.text();
    assert.ok(response.status < 500, `status ${response.status}`);
  });
  await fc.assert(property, { numRuns: 200 });
  assert.deepEqual(server.faults, []);
});

test('names are unique: 409 in the words of the upload endpoint', async () => {
  await using server = await startFacadeServer();
  const first = await upload(server.url, 'upload?name=p', 'pipe.yaml', YAML);
  const again = await upload(server.url, 'upload?name=p', 'pipe.yaml', YAML);
  assert.equal(again.status, 409);
  assert.deepEqual(Object.keys(again.body), ['error_message', 'error_details']);
  const id = String(first.body['pipeline_id']);
  assertRefused(await upload(server.url, `upload_version?name=p&pipelineid=${id}`, 'pipe.yaml', YAML), 409, /already has a version/);
  assertRefused(await upload(server.url, 'upload_version?name=x', 'pipe.yaml', YAML), 400, /pipelineid is missing/);
  assertRefused(await upload(server.url, 'upload_version?name=x&pipelineid=nope', 'pipe.yaml', YAML), 404, /no pipeline with/);
  assertRefused(await upload(server.url, 'upload?name=q&tags=[1]', 'pipe.yaml', YAML), 400, /tags must be a JSON object/);
  assertRefused(await upload(server.url, `upload?name=q&tags=${encodeURIComponent('{"a.b":"c"}')}`, 'pipe.yaml', YAML), 400, /no dot/);
});

test('a large package is parsed in a worker', async () => {
  await using server = await startFacadeServer();
  const spec = { ...aPipelineSpec('big'), components: { ...(aPipelineSpec()['components'] as object) } };
  const components = spec.components as Record<string, object>;
  for (let i = 0; i < 6_000; i++) components[`comp-${i}`] = { executorLabel: 'exec-greet' };
  const uploaded = await upload(server.url, 'upload', 'big.json', JSON.stringify(spec));
  assert.equal(uploaded.status, 200, JSON.stringify(uploaded.body).slice(0, 300));
  assert.equal(uploaded.body['name'], 'big');
});
