// Pods for nodes of other clusters, on a real API server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENTS, NODES, PODS } from '../../../api/mod.ts';
import { until } from '../../../base/mod.ts';
import { must } from '../../../server/testing/test-server.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

test('a Pod that names a node which is not here is told what to do; one that names this one is not', async (t) => {
  const world = await ControllersWorld.start(t);
  must(await world.api.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'box' }, spec: {} }));
  const make = (name: string, nodeName: string) => world.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName, containers: [{ name: 'main', image: 'busybox' }] } });
  await make('here', 'box');
  await make('lost', 'minikube');
  await until('the event', async () => (await world.eventReasons('lost')).includes('NodeNotFound'));
  const { items } = must(await world.api.list(EVENTS, 'default'));
  assert.equal(items.find(({ reason }) => reason === 'NodeNotFound')?.['message'], 'It waits for the node minikube (spec.nodeName), which is not here: leave nodeName out, or name box.');
  assert.deepEqual(await world.eventReasons('here'), []);
});

test('a deleted Pod of a node which is not here goes, also when its grace would be long', async (t) => {
  const world = await ControllersWorld.start(t);
  must(await world.api.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'box' }, spec: {} }));
  await world.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lost' }, spec: { nodeName: 'minikube', terminationGracePeriodSeconds: 3600, containers: [{ name: 'main', image: 'busybox' }] } });
  must(await world.api.delete({ type: PODS, namespace: 'default', name: 'lost' }));
  await until('it is gone', async () => (await world.api.get({ type: PODS, namespace: 'default', name: 'lost' })).ok === false);
});
