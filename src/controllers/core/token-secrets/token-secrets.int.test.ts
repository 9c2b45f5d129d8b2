// Secrets with tokens on a real API server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECRETS, SERVICE_ACCOUNTS } from '../../../api/mod.ts';
import { until } from '../../../base/mod.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

test('a token goes with its account, and no other Secret does', async (t) => {
  const world = await ControllersWorld.start(t);
  const account = async (name: string) => (await world.create(SERVICE_ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } })).metadata.uid!;
  const secret = async (name: string, accountName: string, uid: string, type = 'kubernetes.io/service-account-token') => {
    const annotations = { 'kubernetes.io/service-account.name': accountName, 'kubernetes.io/service-account.uid': uid };
    await world.create(SECRETS, { apiVersion: 'v1', kind: 'Secret', metadata: { name, annotations }, type });
  };
  const names = async () => {
    const listed = await world.api.list(SECRETS, 'default');
    return listed.ok ? listed.value.items.map(({ metadata }) => metadata.name) : [];
  };
  const [leaving, staying] = [await account('leaves'), await account('stays')];
  await secret('gone', 'leaves', leaving);
  await secret('kept', 'stays', staying);
  await secret('of-no-token', 'leaves', leaving, 'Opaque');
  await world.api.delete({ type: SERVICE_ACCOUNTS, namespace: 'default', name: 'leaves' });
  await until('the token to be gone', async () => !(await names()).includes('gone'));
  assert.deepEqual(await names(), ['kept', 'of-no-token']);
});
