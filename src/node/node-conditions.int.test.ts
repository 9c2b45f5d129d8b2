// What the Node says of memory and disk, written to a real API server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NODES } from '../api/mod.ts';
import { objectsOf, systemClock, type JsonObject } from '../base/mod.ts';
import { publishConditions } from './node-conditions.ts';
import { must, NODE_NAME, NodeWorld } from './testing/node-world.ts';

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld().start();
});
after(() => world.close());

async function said(): Promise<{ readonly conditions: Readonly<Record<string, unknown>>; readonly taints: readonly unknown[] }> {
  const { spec, status } = must(await world.api.get({ type: NODES, name: NODE_NAME }));
  const conditions = objectsOf((status as JsonObject)['conditions']).map(({ type, status: value }) => [String(type), value]);
  return { conditions: Object.fromEntries(conditions), taints: objectsOf(spec?.['taints']).map(({ key }) => key) };
}

test('a shortage is a condition and a taint beside those of others, and goes again', async () => {
  const options = { api: world.api, name: NODE_NAME, clock: systemClock };
  must(await world.api.patch({ type: NODES, name: NODE_NAME }, 'merge', { spec: { taints: [{ key: 'of.others', effect: 'NoSchedule' }] } }));
  await publishConditions(options, new Set(['ephemeral-storage']));
  const scarce = await said();
  assert.deepEqual([scarce.conditions['DiskPressure'], scarce.conditions['MemoryPressure'], scarce.conditions['Ready']], ['True', 'False', 'True']);
  assert.deepEqual(scarce.taints, ['of.others', 'node.kubernetes.io/disk-pressure']);
  await publishConditions(options, new Set(['memory']));
  assert.deepEqual((await said()).taints, ['of.others', 'node.kubernetes.io/memory-pressure']);
  await publishConditions(options, new Set());
  const enough = await said();
  assert.deepEqual([enough.conditions['DiskPressure'], enough.conditions['MemoryPressure'], enough.taints], ['False', 'False', ['of.others']]);
});

test('the node says which addresses its Pods have, also after others were chosen', async () => {
  const ref = { type: NODES, name: NODE_NAME };
  const range = async () => must(await world.api.get(ref)).spec;
  assert.deepEqual([(await range())?.['podCIDR'], (await range())?.['podCIDRs']], ['10.88.0.0/16', ['10.88.0.0/16']]);
  must(await world.api.patch(ref, 'merge', { spec: { podCIDR: '10.1.0.0/16', podCIDRs: ['10.1.0.0/16'] } }));
  await world.restart();
  assert.deepEqual([(await range())?.['podCIDR'], (await range())?.['podCIDRs']], ['10.88.0.0/16', ['10.88.0.0/16']]);
});

test('the time of a change stays while nothing changes, through restarts, too; conditions of others and labels stay', async () => {
  const ref = { type: NODES, name: NODE_NAME };
  const since = '2020-01-01T00:00:00Z';
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: since }, { type: 'OfOthers', status: 'True', lastTransitionTime: since }];
  must(await world.api.patch(ref, 'strategic', { status: { conditions } }, { subresource: 'status' }));
  must(await world.api.patch(ref, 'merge', { metadata: { labels: { 'kubernetes.io/arch': 'other', own: 'label' } } }));
  await world.restart();
  const node = must(await world.api.get(ref));
  const timeOf = (type: string, member: string) => objectsOf((node.status as JsonObject)['conditions']).find((condition) => condition['type'] === type)?.[member];
  assert.deepEqual([timeOf('Ready', 'lastTransitionTime'), timeOf('OfOthers', 'lastTransitionTime')], [since, since]);
  assert.notEqual(timeOf('Ready', 'lastHeartbeatTime'), undefined);
  assert.equal(node.metadata.labels?.['own'], 'label');
  assert.notEqual(node.metadata.labels?.['kubernetes.io/arch'], 'other');
  must(await world.api.delete(ref));
  assert.equal(await publishConditions({ api: world.api, name: NODE_NAME, clock: systemClock }, new Set()), false);
});
