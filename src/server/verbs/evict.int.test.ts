import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { httpServer } from '../testing/http-client.ts';
import { must, pod, PODS } from '../testing/test-server.ts';

test('an eviction takes from the budget, and is refused when there is nothing left', async (t) => {
  const { call, objectApi } = await httpServer(t);
  const status = { observedGeneration: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, disruptionsAllowed: 1 };
  const running = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const budgets = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };
  must(await objectApi.create(budgets, 'a', { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b' }, spec: { minAvailable: 2, selector: { matchLabels: { tier: 'web' } } } }));
  const budget = { type: budgets, namespace: 'a', name: 'b' };
  for (const name of ['one', 'two', 'waiting', 'other']) {
    must(await objectApi.create(PODS, 'a', { ...pod(name, { nodeName: 'n' }), metadata: { name, labels: { tier: name === 'other' ? 'db' : 'web' } } }));
    if (name !== 'waiting') must(await objectApi.patch({ type: PODS, namespace: 'a', name }, 'merge', { status: running }, { subresource: 'status' }));
  }
  const evict = (name: string, deleteOptions: object = {}) =>
    call('POST', `/api/v1/namespaces/a/pods/${name}/eviction`, { body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'a' }, deleteOptions } });

  const early = await evict('one');
  assert.deepEqual([early.code, early.headers.get('retry-after')], [429, '10'], 'nobody has counted yet');
  must(await objectApi.patch(budget, 'merge', { status }, { subresource: 'status' }));
  assert.equal((await evict('one', { dryRun: ['All'] })).code, 201);
  assert.equal((await call('GET', '/api/v1/namespaces/a/pods/one')).json['metadata']!['deletionTimestamp'], undefined);
  assert.equal((await evict('one')).code, 201);
  const evicted = must(await objectApi.get({ type: PODS, namespace: 'a', name: 'one' }));
  assert.ok(evicted.metadata.deletionTimestamp);
  assert.deepEqual((evicted.status!['conditions'] as JsonObject[]).map(({ type, reason }) => [type, reason]), [['Ready', undefined], ['DisruptionTarget', 'EvictionByEvictionAPI']]);
  assert.equal(must(await objectApi.get(budget)).status!['disruptionsAllowed'], 0);
  const refused = await evict('two');
  assert.equal(refused.code, 429);
  assert.match(refused.text, /"reason":"DisruptionBudget","message":"The disruption budget b needs 2 healthy pods and has 3 currently"/);
  assert.equal(refused.headers.get('retry-after'), null);
  const failed = { disruptionsAllowed: 0, conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'found no controllers for pod "two"', lastTransitionTime: '2030-01-01T00:00:00Z' }] };
  must(await objectApi.patch(budget, 'merge', { status: failed }, { subresource: 'status' }));
  assert.match((await evict('two')).text, /The disruption budget b does not allow evicting pods currently because it failed sync: found no controllers for pod/);
  assert.equal((await evict('two', { preconditions: { resourceVersion: '1' } })).code, 409);
  must(await objectApi.patch({ type: PODS, namespace: 'a', name: 'two' }, 'merge', { status: { conditions: [] } }, { subresource: 'status' }));
  assert.equal((await evict('two')).code, 201, 'it is not ready, and enough others are');
  assert.equal((await evict('waiting')).code, 201, 'it does not run yet');
  assert.equal((await evict('other')).code, 201, 'no budget is about it');
  assert.equal((await evict('nobody')).code, 404);
});
