// What must hold on each route, whichever they are: no path leads out of its place, nobody gets in who may not, no page of another
// site, and nothing of one origin on the hosts of another.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Installation } from '../../sim/installation.ts';
import { HOSTILE_SEGMENTS } from './support/hostile-kfp.ts';
import { listedRoutes, pathWith, placeCount, type ListedRoute } from './support/listed-routes.ts';
import { rawRequest, type RawResponse } from './support/raw-http.ts';

const CONTENT_HOST = 'artifact-x.localhost';
const ROUTES = listedRoutes();
const installation = new Installation();
let port = 0;
let secrets: readonly string[] = [];
let workerToken = '';

before(async () => {
  await installation.start();
  port = Number(new URL(installation.url).port);
  secrets = [readFileSync(join(installation.dataDir, 'token'), 'utf8').trim(), '-----BEGIN', 'root:x:'];
  const review = await installation.request<{ status: { token: string } }>('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
  workerToken = review.status.token;
});

after(() => installation.remove());

const methodOf = ({ method }: ListedRoute) => (method === 'any' ? 'GET' : method);
const shown = (route: ListedRoute, path: string) => `${methodOf(route)} ${path.slice(0, 120)}`;

function ask(route: ListedRoute, path: string, headers: Readonly<Record<string, string>> = {}): Promise<RawResponse> {
  const host = route.origin === 'content' ? { Host: `${CONTENT_HOST}:${port}` } : {};
  return rawRequest(port, { method: methodOf(route), path, headers: { 'Content-Type': 'application/json', ...host, ...headers } });
}

test('the list is whole', () => {
  assert.ok(ROUTES.length > 70, `${ROUTES.length} routes`);
  for (const who of ['anyone', 'user', 'asks']) assert.ok(ROUTES.some((route) => route.who === who), who);
  for (const path of ['/slipway/v1/artifacts/{artifact_id}/content', '/apis/v2beta1/pipelines/upload', '/api/*', '/artifact/{ticket}/*']) assert.ok(ROUTES.some((route) => route.path === path), path);
});

for (const route of ROUTES.filter((candidate) => placeCount(candidate) > 0)) {
  test(`no word in a path leads out of its place: ${route.method} ${route.path}`, { timeout: 120_000 }, async () => {
    for (let place = 0; place < placeCount(route); place++) {
      for (const segment of HOSTILE_SEGMENTS) {
        const path = pathWith(route, place, segment);
        const { status, text } = await ask(route, path);
        const isPublic = route.who === 'anyone' && status < 400;
        // What is not made yet says so.
        assert.ok(isPublic || (status >= 400 && status < 500) || status === 501, `${shown(route, path)}: ${status} ${text.slice(0, 300)}`);
        for (const secret of secrets) assert.ok(!text.includes(secret), `${shown(route, path)} tells a secret`);
      }
    }
  });
}

/** Over TLS nobody is known by where he is. */
function askOverTls(route: ListedRoute, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ host: '127.0.0.1', port, path, method: methodOf(route), headers: { host: `localhost:${port}`, ...headers }, rejectUnauthorized: false, agent: false }, (response) => {
      resolve(response.statusCode!);
      response.destroy();
    });
    request.once('error', reject);
    request.end();
  });
}

test('nobody gets in without a token, with a wrong one, or by a header; a ServiceAccount gets nothing of the owner’s', { timeout: 120_000 }, async () => {
  const strangers: readonly Readonly<Record<string, string>>[] = [
    {},
    { authorization: 'Bearer wrong' },
    { authorization: 'Basic YWRtaW46YWRtaW4=' },
    { authorization: `Bearer ${workerToken.slice(0, -4)}AAAA` },
    { 'kubeflow-userid': 'admin', 'x-remote-user': 'admin', 'x-remote-group': 'system:masters', 'x-forwarded-for': '127.0.0.1', 'impersonate-user': 'system:admin' },
  ];
  for (const route of ROUTES.filter(({ origin, who }) => origin === 'api' && who !== 'anyone')) {
    const path = pathWith(route, -1, '');
    for (const headers of strangers) assert.equal(await askOverTls(route, path, headers), 401, `${shown(route, path)} ${JSON.stringify(headers)}`);
    if (route.who === 'user') assert.equal(await askOverTls(route, path, { authorization: `Bearer ${workerToken}` }), 403, shown(route, path));
  }
});

test('no page of another site reaches a route, and no name but its own', { timeout: 120_000 }, async () => {
  const foreign: readonly Readonly<Record<string, string>>[] = [
    { Host: 'evil.example' },
    { Host: `localhost.evil.example:${port}` },
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: `http://localhost:${port + 1}` },
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
    { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' },
  ];
  for (const route of ROUTES) {
    const path = pathWith(route, -1, '');
    for (const headers of foreign) {
      // Hosts of artifacts serve sandboxed pages, whose every request is a foreign one.
      if (route.origin === 'content' && headers['Host'] === undefined) continue;
      const { status, headers: answered } = await ask(route, path, headers);
      assert.equal(status, 403, `${shown(route, path)} ${JSON.stringify(headers)}`);
      assert.equal(answered['access-control-allow-origin'], undefined, shown(route, path));
    }
  }
});

test('no route answers on a host of another origin', { timeout: 120_000 }, async () => {
  for (const route of ROUTES) {
    const path = pathWith(route, -1, '');
    const { status } = await ask(route, path, { Host: route.origin === 'content' ? `localhost:${port}` : `${CONTENT_HOST}:${port}` });
    assert.equal(status, 404, shown(route, path));
  }
});

test('the server found no fault in itself', () => {
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
