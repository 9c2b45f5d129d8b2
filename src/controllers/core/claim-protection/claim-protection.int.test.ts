// Claims on a real API server: what a Pod uses stays until the Pod has ended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLAIMS, PODS } from '../../../api/mod.ts';
import { until } from '../../../base/mod.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';
import { PROTECTION_FINALIZER } from './plan.ts';

const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const claim = (name: string) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec });

test('a claim in use goes when its Pod has ended, one that nobody uses at once', async (t) => {
  const world = await ControllersWorld.start(t);
  const find = async (name: string) => {
    const found = await world.api.get({ type: CLAIMS, namespace: 'default', name });
    return found.ok ? found.value : undefined;
  };
  for (const name of ['used', 'free', 'user-own']) {
    await world.create(CLAIMS, claim(name));
    await until(`protection of ${name}`, async () => (await find(name))?.metadata.finalizers?.includes(PROTECTION_FINALIZER));
  }
  const volumes = [
    { name: 'data', persistentVolumeClaim: { claimName: 'used' } },
    { name: 'own', ephemeral: { volumeClaimTemplate: { spec } } },
  ];
  const pod = await world.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'user' }, spec: { nodeName: 'elsewhere', containers: [{ name: 'main', image: 'busybox' }], volumes } });
  await world.report(pod, 'Running');
  for (const name of ['used', 'free', 'user-own']) await world.api.delete({ type: CLAIMS, namespace: 'default', name });
  await until('the free one to be gone', async () => (await find('free')) === undefined);
  for (const name of ['used', 'user-own']) assert.notEqual((await find(name))?.metadata.deletionTimestamp, undefined, `${name} waits`);
  await world.report(pod, 'Succeeded');
  await until('the others to be gone', async () => (await find('used')) === undefined && (await find('user-own')) === undefined);
});
