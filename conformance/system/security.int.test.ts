// Attacks of docs/reference/security.md that no other test makes: the doctor's own ones, requests that the server would make
// for an attacker, tokens that were changed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
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

/** Answers whatever is sent with the same words. */
async function carelessServer(t: TestContext, answerTo: (request: string) => string): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      socket.end(answerTo(bytes.toString('latin1')));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answered = (status: string, body: string, headers = '') => `HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

test('doctor --security sees what a careless server lets through: each of its attacks can be told from a refusal', async (t) => {
  const url = await carelessServer(t, (request) => answered('200 OK', `root:x:0:0 {"multi_user":false} ${request}`, 'access-control-allow-origin: *\r\nset-cookie: a=b\r\n'));
  const { code, stdout } = await slipwayCommand(['doctor', '--security', '--server', url]);
  assert.equal(code, 1, stdout);
  const lines = stdout.split('\n');
  assert.deepEqual(lines.filter((line) => /^[✓·]/.test(line) && !line.includes('from the network:')), [], 'these were taken for refused');
  assert.ok(lines.filter((line) => line.startsWith('✗')).length >= 44, stdout);
});

test('doctor --security takes no other program for a Slipway that refuses everything, and nobody for its owner', async (t) => {
  const other = await carelessServer(t, () => answered('404 Not Found', 'nothing here'));
  const stranger = await slipwayCommand(['doctor', '--security', '--server', other]);
  assert.equal(stranger.code, 1, stranger.stdout);
  assert.match(stranger.stderr, /answers, but not as Slipway does; name the right address with --server URL/);
  const closed = await carelessServer(t, (request) => (request.includes('/healthz ') ? answered('200 OK', '{"multi_user":false}') : answered('401 Unauthorized', '{}')));
  const { stdout } = await slipwayCommand(['doctor', '--security', '--server', closed]);
  assert.match(stdout, /^· a page token of SQL +not tried +nobody gets so far without the token/m);
  assert.match(stdout, /^All \d+ attacks were refused\. \d+ were not tried: see the lines with ·\.$|^\d+ of \d+ attacks were not refused.* \d+ were not tried/m);
  const nobody = await slipwayCommand(['doctor', '--security', '--server', 'http://127.0.0.1:1']);
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /no Slipway answers at http:\/\/127\.0\.0\.1:1; start one/);
});

test('doctor --security sees files that others may read', async () => {
  chmodSync(join(installation.dataDir, 'token'), 0o644);
  const { code, stdout } = await slipwayCommand(['doctor', '--security', '--data-dir', installation.dataDir]);
  chmodSync(join(installation.dataDir, 'token'), 0o600);
  assert.equal(code, 1, stdout);
  assert.match(stdout, /^✗ other users of this machine: token +problem +mode 0644: others can read it; chmod go= /m);
  assert.match(stdout, /^1 of \d+ attacks were not refused/m);
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

test('no token and no Secret comes into the log, also when it says all that it can', { timeout: 120_000 }, async (t) => {
  const talkative = new Installation(undefined, { logLevel: 'debug' });
  t.after(() => talkative.remove());
  await talkative.start();
  const token = readFileSync(join(talkative.dataDir, 'token'), 'utf8').trim();
  const { status } = await talkative.request<{ status: { token: string } }>('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
  const secrets = { token, account: status.token, wrong: 'wrong-token-5f2e', basic: 'cGFzc3dvcmQtOWM0MQ', query: 'query-token-77aa', content: 'content-of-secret-31bd' };
  await talkative.request('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 's' }, stringData: { password: secrets.content } });
  const { port } = new URL(talkative.url);
  const ask = (path: string, authorization: string, method = 'GET', body = '', headers: Readonly<Record<string, string>> = {}) =>
    new Promise<number>((resolve, reject) => {
      const request = httpsRequest({ host: '127.0.0.1', port, path, method, headers: { authorization, 'content-type': 'application/json', ...headers }, rejectUnauthorized: false, agent: false }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode!));
      });
      request.once('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode!);
      });
      request.once('error', reject);
      request.end(body);
    });
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
  assert.equal(await ask('/apis/v2beta1/runs', `Bearer ${token}`), 200);
  assert.equal(await ask('/apis/v2beta1/runs', `Bearer ${status.token}`), 403);
  assert.equal(await ask('/api/v1/secrets', `Bearer ${status.token}`), 403);
  assert.equal(await ask('/apis/v2beta1/runs', `Bearer ${secrets.wrong}`), 401);
  assert.equal(await ask('/api/v1/pods', `Basic ${secrets.basic}`), 401);
  assert.equal(await ask(`/apis/v2beta1/nothing?token=${secrets.query}&access_token=${secrets.query}`, `Bearer ${token}`), 404);
  assert.equal(await ask('/api/v1/namespaces/default/pods/none/exec?command=id&stdout=true', `Bearer ${token}`, 'GET', '', upgrade), 404);
  assert.equal(await ask('/api/v1/namespaces/default/secrets', `Bearer ${token}`, 'POST', `{"metadata":{"name":"Not A Name"},"stringData":{"a":"${secrets.content}"}}`), 422);
  assert.equal(await ask('/api/v1/namespaces/default/secrets', `Bearer ${token}`, 'POST', `{"stringData":{"a":"${secrets.content}"`), 400);
  assert.equal(await ask('/apis/authentication.k8s.io/v1/tokenreviews', `Bearer ${token}`, 'POST', JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: status.token } })), 201);
  await talkative.kill('SIGTERM');
  assert.match(talkative.output, /"level":20|"level":30/, 'it says nothing at all');
  for (const [name, secret] of Object.entries(secrets)) assert.ok(!talkative.output.includes(secret), `${name} stands in the log`);
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
