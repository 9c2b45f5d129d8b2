import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRouteTable } from './route-table.ts';
import type { Route } from './route.ts';

function route(method: Route['method'], path: string): Route {
  return { method, path, origin: 'api', authorization: { kind: 'user' }, bodyBytesMax: 0, handle: async () => ({ status: 200 }) };
}

const TABLE = createRouteTable([
  route('GET', '/runs'),
  route('POST', '/runs'),
  route('GET', '/runs/{run_id}'),
  route('POST', '/runs/{run_id}:retry'),
  route('GET', '/runs:events'),
  route('*', '/api/*'),
]);

function pathOf(method: string, path: string): string {
  const match = TABLE.match(method, path);
  return match.kind === 'found' ? `${match.route.path} ${JSON.stringify(match.params)}` : match.kind;
}

test('the most literal route wins, parameters are decoded, a verb after a colon belongs to the path', () => {
  assert.equal(pathOf('GET', '/runs'), '/runs {}');
  assert.equal(pathOf('GET', '/runs/a%20b'), '/runs/{run_id} {"run_id":"a b"}');
  assert.equal(pathOf('POST', '/runs/a:retry'), '/runs/{run_id}:retry {"run_id":"a"}');
  assert.equal(pathOf('GET', '/runs:events'), '/runs:events {}');
  assert.equal(pathOf('DELETE', '/api/v1/pods'), '/api/* {"*":"v1/pods"}');
});

test('another method is told which ones there are', () => {
  assert.deepEqual(TABLE.match('DELETE', '/runs'), { kind: 'method-not-allowed', allowed: ['GET', 'POST'] });
  assert.equal(pathOf('GET', '/nothing'), 'not-found');
});

test('a route without a declared authorization does not start', () => {
  const { authorization: _authorization, ...undeclared } = route('GET', '/open');
  assert.throws(() => createRouteTable([undeclared as Route]), /route GET \/open declares no authorization/);
});

test('no path makes the table throw', () => {
  const segments = fc.array(fc.oneof(fc.string(), fc.constantFrom('runs', '..', '%2e%2e', '%', '%ff', '%00', 'a:retry', ':', '')));
  fc.assert(fc.property(fc.constantFrom('GET', 'POST', 'BREW', ''), segments, (method, parts) => {
    assert.ok(['found', 'not-found', 'method-not-allowed'].includes(TABLE.match(method, `/${parts.join('/')}`).kind));
  }));
});
