// ReplicaSets on a real API server: so many Pods, whatever happens to them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PODS, REPLICA_SETS, REPLICATION_CONTROLLERS } from '../../../api/mod.ts';
import { systemClock, until } from '../../../base/mod.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

const SPEC = { containers: [{ name: 'main', image: 'busybox' }] };

test('a ReplicaSet keeps its number, takes over what fits, lets go of what does not', async (t) => {
  const world = await ControllersWorld.start(t);
  await world.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'loose', labels: { app: 'kept' } }, spec: SPEC });
  await world.create(REPLICA_SETS, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'kept' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'kept' } }, template: { metadata: { labels: { app: 'kept' } }, spec: SPEC } },
  });
  const three = await world.activePods('app=kept', 3);
  assert.ok(three.some(({ metadata }) => metadata.name === 'loose'));
  for (const pod of three) await world.report(pod, 'Running');
  await until('three available', async () => (await world.get(REPLICA_SETS, 'kept')).status?.['availableReplicas'] === 3);

  const victim = three.find(({ metadata }) => metadata.name !== 'loose')!.metadata.name;
  await world.patch(PODS, victim, { metadata: { labels: { app: 'elsewhere' } } });
  await until('the Pod to be free', async () => (await world.get(PODS, victim)).metadata.ownerReferences === undefined);
  const again = await world.activePods('app=kept', 3);
  await world.report(again.at(-1)!, 'Failed');
  await world.activePods('app=kept', 3);

  await world.patch(REPLICA_SETS, 'kept', { spec: { replicas: 1 } });
  const [last] = await world.activePods('app=kept', 1);
  assert.equal(last?.status?.['phase'], 'Running', 'those that do not run yet go first');
  await until('its status', async () => (await world.get(REPLICA_SETS, 'kept')).status?.['replicas'] === 1);
});

test('a ReplicationController is the same of old: its selector is what its template says', async (t) => {
  const world = await ControllersWorld.start(t);
  await world.create(REPLICATION_CONTROLLERS, { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'old' }, spec: { replicas: 2, template: { metadata: { labels: { app: 'old' } }, spec: SPEC } } });
  const made = await world.get(REPLICATION_CONTROLLERS, 'old');
  assert.deepEqual([made.metadata.labels, made.spec?.['selector']], [{ app: 'old' }, { app: 'old' }]);
  const two = await world.activePods('app=old', 2);
  assert.deepEqual(two.map(({ metadata }) => [metadata.ownerReferences?.[0]?.kind, metadata.ownerReferences?.[0]?.apiVersion]), [['ReplicationController', 'v1'], ['ReplicationController', 'v1']]);
  for (const pod of two) await world.report(pod, 'Running');
  await until('its status', async () => (await world.get(REPLICATION_CONTROLLERS, 'old')).status?.['availableReplicas'] === 2);
  const { resourceVersion } = (await world.get(REPLICATION_CONTROLLERS, 'old')).metadata;
  await world.patch(PODS, two[0]!.metadata.name, { metadata: { annotations: { look: 'again' } } });
  await world.patch(REPLICATION_CONTROLLERS, 'old', { spec: { replicas: 1 } });
  await world.activePods('app=old', 1);
  await until('fewer', async () => (await world.get(REPLICATION_CONTROLLERS, 'old')).status?.['replicas'] === 1);
  assert.notEqual((await world.get(REPLICATION_CONTROLLERS, 'old')).metadata.resourceVersion, resourceVersion);
});

test('Pods that fail as soon as they are made are made ever more seldom', async (t) => {
  const world = await ControllersWorld.start(t);
  await world.create(REPLICA_SETS, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'failing' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'failing' } }, template: { metadata: { labels: { app: 'failing' } }, spec: SPEC } },
  });
  const failedAtMs = new Map<string, number>();
  await until('five Pods', async () => {
    const pods = await world.pods('app=failing');
    if (pods.length === 5) return true;
    for (const pod of pods.filter(({ metadata }) => !failedAtMs.has(metadata.name))) {
      failedAtMs.set(pod.metadata.name, systemClock.steadyMs());
      await world.report(pod, 'Failed');
    }
    return false;
  });
  const pauseMs = systemClock.steadyMs() - [...failedAtMs.values()].at(-1)!;
  assert.ok(pauseMs >= 1_000, `the fifth came ${pauseMs} ms after the fourth had failed`);
});
