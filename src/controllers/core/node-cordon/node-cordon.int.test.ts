// Cordoned Nodes on a real API server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../base/mod.ts';
import { itemsAt, NODES } from '../../../api/mod.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

test('a cordoned Node has the taint of a cluster, an uncordoned one keeps those of users alone', async (t) => {
  const world = await ControllersWorld.start(t);
  const ref = { type: NODES, name: 'n' };
  const own = { key: 'own', value: 'x', effect: 'NoExecute' };
  await world.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: { unschedulable: true, taints: [own] } });
  const taints = async () => {
    const found = await world.api.get(ref);
    assert.ok(found.ok);
    return itemsAt(found.value, 'spec', 'taints') as readonly { key: string; effect: string; timeAdded?: string }[];
  };
  await until('the taint', async () => (await taints()).length === 2);
  const [kept, cordon] = await taints();
  assert.deepEqual(kept, own);
  assert.deepEqual([cordon?.key, cordon?.effect], ['node.kubernetes.io/unschedulable', 'NoSchedule']);
  assert.ok(cordon?.timeAdded?.endsWith('Z'));
  assert.ok((await world.api.patch(ref, 'merge', { spec: { unschedulable: null } })).ok);
  await until('no taint', async () => (await taints()).length === 1);
  assert.deepEqual(await taints(), [own]);
});
