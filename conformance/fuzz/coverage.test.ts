// The corpus begins at every entrance that there is: each route of the server, each verb of the Kubernetes API, each command, each field of
// the configuration. What is added without a beginning is told here.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/testing/entrances.ts';
import { CONFIG_FIELDS } from '../../src/main/mod.ts';
import { createRouteTable, type Route } from '../../src/web/mod.ts';
import { listedRoutes } from '../system/support/listed-routes.ts';
import { corpusOf } from './campaign.ts';
import { ENTRANCES } from './entrances.ts';
import { parseRequest, pathOf } from './testing/http-request.ts';

/** They take nothing but their path. */
const WITHOUT_INPUT = ['GET /metrics'];
const OF_REQUESTS = ['pipelines-api', 'form', 'url', 'kubernetes-api', 'upgrade'];
/** Resources, subresources and ways to write that are handled by code of their own. */
const KUBERNETES: Readonly<Record<string, (request: ReturnType<typeof parseRequest>) => boolean>> = {
  list: ({ method, target }) => method === 'GET' && /\/pods\?/.test(target),
  watch: ({ target }) => /watch=(true|1)/.test(target),
  create: ({ method, target }) => method === 'POST' && target.endsWith('/configmaps'),
  update: ({ method }) => method === 'PUT',
  delete: ({ method, target }) => method === 'DELETE' && /\/\w+\/target/.test(target),
  deletecollection: ({ method, target }) => method === 'DELETE' && /\/configmaps\?/.test(target),
  ...Object.fromEntries(['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml', 'vnd.kubernetes.protobuf', 'yaml'].map((type) => [type, ({ headers }: ReturnType<typeof parseRequest>) => headers['content-type'] === `application/${type}`])),
  ...Object.fromEntries(['status', 'scale', 'log', 'exec', 'attach', 'portforward', 'binding', 'eviction', 'ephemeralcontainers', 'token', 'finalize'].map((name) => [name, ({ target }: ReturnType<typeof parseRequest>) => new RegExp(`/${name}(\\?|$)`).test(target)])),
};

const entranceOf = (name: string) => ENTRANCES.find((entrance) => entrance.name === name)!;
const requestsOf = (names: readonly string[]) => names.flatMap((name) => corpusOf(entranceOf(name)).map(parseRequest));

test('every directory of the corpus is that of an entrance, and every entrance has one', () => {
  assert.deepEqual(readdirSync(join(import.meta.dirname, 'corpus')).toSorted(), ENTRANCES.map(({ name }) => name).toSorted());
});

test('every route has a beginning', () => {
  const routes = listedRoutes().map(({ method, path }): Route => ({ method: method === 'any' ? '*' : (method as Route['method']), path, origin: 'api', authorization: { kind: 'user' }, bodyBytesMax: 0, handle: async () => ({ status: 200 }) }));
  const table = createRouteTable(routes);
  const found = new Set(requestsOf(OF_REQUESTS).flatMap((request) => {
    const match = table.match(request.method, pathOf(request));
    return match.kind === 'found' ? [`${match.route.method} ${match.route.path}`] : [];
  }));
  const missing = routes.map(({ method, path }) => `${method} ${path}`).filter((route) => !found.has(route) && !WITHOUT_INPUT.includes(route));
  assert.deepEqual(missing, [], 'add requests to conformance/fuzz/corpus');
});

test('every verb and subresource of the Kubernetes API has a beginning', () => {
  const requests = requestsOf(['kubernetes-api', 'upgrade']);
  const missing = Object.entries(KUBERNETES).filter(([, isIt]) => !requests.some(isIt)).map(([name]) => name);
  assert.deepEqual(missing, []);
  const protocols = new Set(requestsOf(['upgrade']).map(({ headers }) => headers['sec-websocket-protocol'] ?? headers['x-stream-protocol-version']));
  for (const protocol of ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'SPDY/3.1+portforward.k8s.io', 'portforward.k8s.io']) assert.ok(protocols.has(protocol), protocol);
});

test('every command and every field of the configuration is a word of its entrance', () => {
  const commandLines = corpusOf(entranceOf('command-line')).map((input) => input.toString().split('\n')[0]!);
  const words = entranceOf('configuration').words.join();
  for (const { name } of CONFIG_FIELDS) assert.ok(words.includes(`${name}=`), name);
  for (const { name, operandCount, options } of COMMANDS) {
    const hasInput = operandCount.max > 0 || options.length > 0;
    assert.ok(!hasInput || commandLines.includes(name), `no command line of ${name}`);
  }
});
