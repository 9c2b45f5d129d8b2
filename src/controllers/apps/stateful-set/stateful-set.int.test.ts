// StatefulSets on a real API server; tests say what becomes of the Pods.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { until, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { CLAIMS, CONTROLLER_REVISIONS, itemsAt, PODS, STATEFUL_SETS } from '../../../api/mod.ts';
import { must } from '../../../server/testing/test-server.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

const CLAIM = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

async function start(context: TestContext, spec: object) {
  const world = await ControllersWorld.start(context);
  const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'main', image: 'busybox' }] } };
  await world.create(STATEFUL_SETS, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template, ...spec },
  });
  const named = (pods: readonly KubeObject[]) => pods.map(({ metadata }) => metadata.name).toSorted();
  return {
    world,
    status: async () => (await world.get(STATEFUL_SETS, 'db')).status ?? {},
    /** Waits for so many members, and reports those that are new as running. */
    async run(count: number): Promise<readonly string[]> {
      await until(`${count} members that run`, async () => {
        const pods = await world.pods('app=db');
        for (const pod of pods.filter(({ status }) => status?.['phase'] === 'Pending')) await world.report(pod, 'Running');
        return pods.length === count && ((await world.get(STATEFUL_SETS, 'db')).status?.['readyReplicas'] ?? 0) === count;
      });
      return named(await world.pods('app=db'));
    },
    names: async () => named(await world.pods('app=db')),
    hashes: async () => Object.fromEntries((await world.pods('app=db')).map(({ metadata }) => [metadata.name, metadata.labels?.['controller-revision-hash']])),
    claims: async () => named(must(await world.api.list(CLAIMS, 'default')).items),
    setImage: (image: string) => world.patch(STATEFUL_SETS, 'db', { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } }),
  };
}

test('members come one after the other, with names, claims and hosts of their own, and go in the reverse order', async (t) => {
  const { world, run, names, claims, status } = await start(t, { replicas: 2, ordinals: { start: 3 }, volumeClaimTemplates: [CLAIM] });
  await until('the first member', async () => (await names()).length === 1);
  const first = await world.get(PODS, 'db-3');
  assert.equal(first.spec?.['hostname'], 'db-3');
  assert.equal(first.spec?.['subdomain'], 'db');
  assert.deepEqual(itemsAt(first, 'spec', 'volumes')[0], { name: 'data', persistentVolumeClaim: { claimName: 'data-db-3' } });
  assert.equal(first.metadata.labels?.['apps.kubernetes.io/pod-index'], '3');
  assert.deepEqual(await names(), ['db-3'], 'the second waits for the first');
  assert.deepEqual(await run(2), ['db-3', 'db-4']);
  const { currentRevision, updateRevision, ...counts } = await status();
  assert.equal(currentRevision, updateRevision);
  assert.deepEqual(counts, { observedGeneration: 1, replicas: 2, readyReplicas: 2, availableReplicas: 2, currentReplicas: 2, updatedReplicas: 2, collisionCount: 0 });

  await world.report(await world.get(PODS, 'db-4'), 'Failed');
  await until('a new second member', async () => (await world.pods('app=db')).some(({ metadata, status: of }) => metadata.name === 'db-4' && of?.['phase'] === 'Pending'));
  await run(2);
  await world.patch(STATEFUL_SETS, 'db', { spec: { replicas: 1 } });
  await until('one member', async () => (await names()).join() === 'db-3');
  assert.deepEqual(await claims(), ['data-db-3', 'data-db-4'], 'claims stay');
});

test('an update goes from the highest ordinal down to the partition; an earlier template comes back as the newest revision', async (t) => {
  const { world, run, hashes, status, setImage } = await start(t, { replicas: 3, podManagementPolicy: 'Parallel', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } });
  await run(3);
  const before = String((await status())['currentRevision']);
  await setImage('busybox:2');
  await until('two updated members', async () => {
    await run(3);
    return (await status())['updatedReplicas'] === 2;
  });
  const after = String((await status())['updateRevision']);
  assert.deepEqual(await hashes(), { 'db-0': before, 'db-1': after, 'db-2': after });
  await world.api.delete({ type: PODS, namespace: 'default', name: 'db-0' });
  await run(3);
  assert.equal((await hashes())['db-0'], before, 'below the partition it comes back as it was');

  await world.patch(STATEFUL_SETS, 'db', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
  await until('the end of the update', async () => {
    await run(3);
    return (await status())['currentRevision'] === after;
  });
  await setImage('busybox');
  await until('the way back', async () => {
    await run(3);
    return (await status())['currentRevision'] === before;
  });
  const revision = await world.get(CONTROLLER_REVISIONS, before);
  assert.equal(revision['revision'], 3);
  assert.equal(((revision['data'] as JsonObject)['spec'] as { template: JsonObject }).template['$patch'], 'replace');
});

test('OnDelete replaces nobody; a member that was deleted comes back updated', async (t) => {
  const { world, run, hashes, status, setImage } = await start(t, { replicas: 2, updateStrategy: { type: 'OnDelete' } });
  await run(2);
  await setImage('busybox:2');
  await until('the new revision', async () => (await status())['updateRevision'] !== (await status())['currentRevision']);
  await world.api.delete({ type: PODS, namespace: 'default', name: 'db-1' });
  await until('the updated member', async () => (await hashes())['db-1'] === (await status())['updateRevision']);
  assert.equal((await hashes())['db-0'], (await status())['currentRevision']);
});

test('claims go with the member that was scaled away and with the set, where the set says so', async (t) => {
  const { world, run, claims } = await start(t, { replicas: 2, volumeClaimTemplates: [CLAIM], persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' } });
  await run(2);
  await world.patch(STATEFUL_SETS, 'db', { spec: { replicas: 1 } });
  await until('one claim', async () => (await claims()).join() === 'data-db-0');
  await world.patch(STATEFUL_SETS, 'db', { spec: { replicas: 2 } });
  await run(2);
  assert.deepEqual(await claims(), ['data-db-0', 'data-db-1']);
  await world.api.delete({ type: STATEFUL_SETS, namespace: 'default', name: 'db' }, { propagationPolicy: 'Background' });
  await until('nothing left', async () => (await claims()).length === 0 && (await world.pods('app=db')).length === 0);
});
