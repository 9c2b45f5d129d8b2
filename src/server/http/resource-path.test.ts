import { test } from 'node:test';
import assert from 'node:assert/strict';
import { parseApiPath } from './resource-path.ts';

const PATHS: readonly [string, unknown][] = [
  ['/api', { kind: 'api-root' }],
  ['/apis/', { kind: 'groups-root' }],
  ['/apis/batch', { kind: 'group', group: 'batch' }],
  ['/api/v1/', { kind: 'group-version', group: '', version: 'v1' }],
  ['/api/v1/pods', { group: '', version: 'v1', resource: 'pods' }],
  ['/api/v1/nodes/n1', { group: '', version: 'v1', resource: 'nodes', name: 'n1' }],
  ['/api/v1/namespaces', { group: '', version: 'v1', resource: 'namespaces' }],
  ['/api/v1/namespaces/x', { group: '', version: 'v1', resource: 'namespaces', name: 'x' }],
  ['/api/v1/namespaces/x/finalize', { group: '', version: 'v1', resource: 'namespaces', name: 'x', subresource: 'finalize' }],
  ['/api/v1/namespaces/x/pods', { group: '', version: 'v1', resource: 'pods', namespace: 'x' }],
  ['/api/v1/namespaces/x/pods/p/log', { group: '', version: 'v1', resource: 'pods', namespace: 'x', name: 'p', subresource: 'log' }],
  ['/apis/batch/v1/namespaces/x/jobs/j', { group: 'batch', version: 'v1', resource: 'jobs', namespace: 'x', name: 'j' }],
  ['/apis/g/v1/namespaces/x/status', { group: 'g', version: 'v1', resource: 'status', namespace: 'x' }],
  ['/api/v1/watch/pods', { kind: 'watch', path: '/api/v1/pods' }],
  ['/apis/batch/v1/watch/namespaces/x/jobs/j', { kind: 'watch', path: '/apis/batch/v1/namespaces/x/jobs', name: 'j' }],
  ['/api/v1/watch/namespaces/x', { kind: 'watch', path: '/api/v1/namespaces', name: 'x' }],
  ['/apis/g/v1/watch', { group: 'g', version: 'v1', resource: 'watch' }],
  ['/api/v1/nodes/a%2Fb', { group: '', version: 'v1', resource: 'nodes', name: 'a/b' }],
];

test('paths of the API', () => {
  for (const [path, expected] of PATHS) {
    const parsed = parseApiPath(path);
    assert.deepEqual(parsed?.kind === 'resource' ? parsed.target : parsed, expected, path);
  }
});

test('other paths, and stray percent signs, are none', () => {
  assert.equal(parseApiPath('/version'), undefined);
  assert.equal(parseApiPath('/api/v1/nodes/%zz'), undefined);
  assert.equal(parseApiPath('/api/v1/watch/watch/pods'), undefined);
  assert.equal(parseApiPath('/api/v1/watch/namespaces/x/pods/p/log'), undefined);
});
