// Attacks of docs/reference/security.md that no other test makes: the doctor's own ones, requests that the server would make
// for an attacker, tokens that were changed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Installation } from '../../sim/installation.ts';
import { slipwayCommand } from './support/slipway-command.ts';
import { shellPipeline } from './support/shell-pipeline.ts';

const installation = new Installation();
before(() => installation.start());
after(() => installation.remove());

async function listen(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('doctor --security: everything is refused here', async () => {
  const { code, stdout, stderr } = await slipwayCommand(['doctor', '--security', '--data-dir', installation.dataDir]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^All \d+ attacks were refused\.$/m);
  assert.ok(stdout.split('\n').filter((line) => /^✓ .* refused /.test(line)).length >= 40, stdout);
});

test('doctor --security sees what a careless server lets through', async (t) => {
  const { server, url } = await listen((request, response) => {
    request.resume();
    response.setHeader('access-control-allow-origin', '*');
    response.end(`root:x:0:0 ${JSON.stringify(request.headers)}`);
  });
  t.after(() => server.close());
  const { code, stdout } = await slipwayCommand(['doctor', '--security', '--server', url]);
  assert.equal(code, 1, stdout);
  const problems = stdout.split('\n').filter((line) => line.startsWith('✗'));
  for (const attack of ['DNS rebinding: another host name', 'a foreign Origin', 'leave to read for another site', 'a forged token', 'an identity in a header ', 'pages: /%2e%2e', 'artifact id', 'a page token of SQL', 'the pages in a frame', 'an open proxy']) {
    assert.ok(problems.some((line) => line.includes(attack)), `${attack} was taken for refused:\n${stdout}`);
  }
  const nobody = await slipwayCommand(['doctor', '--security', '--server', 'http://127.0.0.1:1']);
  assert.match(nobody.stderr, /no Slipway answers at http:\/\/127\.0\.0\.1:1; start one/);
});

/** A pipeline that imports what lies at the URI. */
function importing(uri: string): object {
  const artifactType = { schemaTitle: 'system.Artifact', schemaVersion: '0.0.1' };
  return {
    ...shellPipeline('importing', []),
    deploymentSpec: { executors: { 'exec-take': { importer: { artifactUri: { constant: uri }, typeSchema: artifactType } } } },
    components: { 'comp-take': { executorLabel: 'exec-take', outputDefinitions: { artifacts: { artifact: { artifactType } } } } },
    root: { dag: { tasks: { take: { taskInfo: { name: 'take' }, componentRef: { name: 'comp-take' }, cachingOptions: {} } } } },
  };
}

test('nothing that is imported, uploaded by URL or read makes the server ask somebody else, or read a file of its own', { timeout: 120_000 }, async (t) => {
  let askedCount = 0;
  const { server, url } = await listen((_, response) => {
    askedCount++;
    response.end('secret of another service');
  });
  t.after(() => server.close());
  const uris = [`${url}/latest/meta-data`, 'http://169.254.169.254/latest/meta-data/', 'file:///etc/passwd', '/etc/passwd', 'minio://mlpipeline/../../../../etc/passwd', 'minio://mlpipeline/%2e%2e/%2e%2e/etc/passwd', `s3://bucket/../${installation.dataDir}/token`, 'minio://mlpipeline/a?x=../../etc/passwd', 'minio://mlpipeline/a#/../../etc/passwd', '..\\..\\etc\\passwd', 'dict://127.0.0.1:6379/info', 'gopher://127.0.0.1/'];
  const runIds = await Promise.all(uris.map(async (uri) => (await installation.submit(uri, importing(uri))).run_id));
  for (const runId of runIds) assert.match((await installation.waitForRun(runId)).state, /SUCCEEDED|FAILED/);
  const { artifacts } = await installation.request<{ artifacts: { artifact_id: string; uri: string }[] }>('GET', '/apis/v2beta1/artifacts?page_size=100');
  assert.ok(artifacts.length >= 5, 'some URIs are records, kept as they are');
  for (const { artifact_id: id, uri } of artifacts) {
    for (const part of ['content', 'archive', 'table', 'entries', 'content?path=../../../etc/passwd', 'content?path=%2fetc%2fpasswd']) {
      const response = await fetch(`${installation.url}/slipway/v1/artifacts/${id}/${part}`);
      const text = await response.text();
      assert.ok(response.status >= 400 && response.status < 500, `${uri} ${part}: ${response.status} ${text.slice(0, 200)}`);
      assert.doesNotMatch(text, /root:|secret of another/);
    }
  }
  const byUrl = await fetch(`${installation.url}/apis/v2beta1/pipelines/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pipeline: { display_name: 'x' }, pipeline_version: { display_name: 'x', package_url: { pipeline_url: `${url}/p.yaml` } } }),
  });
  assert.ok(byUrl.status >= 400, String(byUrl.status));
  assert.equal(askedCount, 0, 'the server called the address');
});

test('a page token continues its own list, filter and order, and nothing else', async () => {
  for (const name of ['a', 'b', 'c']) await installation.request('POST', '/apis/v2beta1/experiments', { display_name: name });
  const list = '/apis/v2beta1/experiments?page_size=1';
  const { next_page_token: token } = await installation.request<{ next_page_token: string }>('GET', list);
  assert.equal((await fetch(`${installation.url}${list}&page_token=${token}`)).status, 200);
  const bytes = Buffer.from(token, 'base64url').toString('utf8');
  const [digest, payload] = [bytes.slice(0, 16), bytes.slice(16)];
  // Its digest is no secret: a payload that is made by hand must do no harm either.
  const signed = (text: string) => Buffer.from(createHash('sha256').update(`kfp-page-token\0${text}`).digest('hex').slice(0, 16) + text).toString('base64url');
  assert.equal(signed(payload), token, 'the test makes tokens as the server does');
  const tampered = Buffer.from(digest + payload.replace('experiments', 'pipelines')).toString('base64url');
  const forged = { ...(JSON.parse(payload) as object), sortBy: "1) UNION SELECT * FROM artifacts --" };
  const cases: readonly (readonly [string, string])[] = [
    [`${list}&sort_by=display_name%20desc`, token],
    [`${list}&filter=${encodeURIComponent('{"predicates":[{"operation":"EQUALS","key":"display_name","string_value":"a"}]}')}`, token],
    ['/apis/v2beta1/pipelines?page_size=1', token],
    ['/apis/v2beta1/runs?page_size=1', token],
    [list, tampered],
    [list, signed(JSON.stringify(forged))],
    [list, signed(payload.replace('experiments', "experiments' --"))],
    [list, signed('{"list":{"__proto__":1}}')],
  ];
  for (const [path, used] of cases) {
    const response = await fetch(`${installation.url}${path}&page_token=${used}`);
    assert.equal(response.status, 400, `${path} took ${Buffer.from(used, 'base64url').toString()}`);
    assert.match(await response.text(), /page_token|sort_by/);
  }
  const position = signed(payload.replace(/"id":"[^"]*"/, `"id":"' OR 1=1 --"`));
  assert.equal((await fetch(`${installation.url}${list}&page_token=${position}`)).status, 200, 'positions are values, never SQL');
});

test('the page of attacks names tests that exist', () => {
  const root = join(import.meta.dirname, '../..');
  const page = readFileSync(join(root, 'docs/reference/security.md'), 'utf8');
  const named = [...page.matchAll(/`([\w./-]+\.test\.ts)`(?: “([^”]+)”)?/g)];
  assert.ok(named.length >= 20);
  for (const [, file = '', name] of named) {
    assert.ok(existsSync(join(root, file)), `${file} is not there`);
    if (name !== undefined) assert.ok(readFileSync(join(root, file), 'utf8').includes(name), `${file} has no test “${name}”`);
  }
});
