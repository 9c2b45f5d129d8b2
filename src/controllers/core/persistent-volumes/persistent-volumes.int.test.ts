// Claims and volumes on a real API server: how they find each other, what is made for those that find none, and what is said meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { CLAIMS, DIRECTORY_DRIVER, EVENTS, PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES } from '../../../api/mod.ts';
import { must } from '../../../server/testing/test-server.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

const claim = (name: string, spec: JsonObject = {}, storage = '1Gi') => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec },
});
const volume = (name: string, spec: JsonObject = {}, storage = '1Gi', labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name, labels },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage }, hostPath: { path: '/srv/x' }, storageClassName: 'by-hand', ...spec },
});

class VolumesWorld {
  readonly world: ControllersWorld;

  constructor(world: ControllersWorld) {
    this.world = world;
  }

  async claimIn(name: string, wanted: string): Promise<KubeObject> {
    return until(`claim ${name} to be ${wanted}`, async () => {
      const found = await this.world.api.get({ type: CLAIMS, namespace: 'default', name });
      return found.ok && found.value.status?.['phase'] === wanted ? found.value : undefined;
    });
  }

  async volume(name: string): Promise<KubeObject | undefined> {
    const outcome = await this.world.api.get({ type: PERSISTENT_VOLUMES, name });
    return outcome.ok ? outcome.value : undefined;
  }

  volumeIn(name: string, wanted: string): Promise<KubeObject> {
    return until(`volume ${name} to be ${wanted}`, async () => {
      const found = await this.volume(name);
      return found?.status?.['phase'] === wanted ? found : undefined;
    });
  }

  async hears(name: string, wanted: RegExp): Promise<void> {
    await until(`an event about ${name}: ${wanted.source}`, async () => {
      const { items } = must(await this.world.api.list(EVENTS, 'default'));
      return items.some((event) => (event['involvedObject'] as { name?: string }).name === name && wanted.test(String(event['message'])));
    });
  }

  async ask(name: string, spec: JsonObject = {}): Promise<KubeObject> {
    return this.world.create(CLAIMS, claim(name, spec));
  }

  async grow(name: string, storage: string): Promise<string> {
    return JSON.stringify(await this.world.api.patch({ type: CLAIMS, namespace: 'default', name }, 'merge', { spec: { resources: { requests: { storage } } } }));
  }
}

test('volumes that are made for claims', async (t) => {
  const world = await ControllersWorld.start(t);
  const volumes = new VolumesWorld(world);
  await t.test('a claim of the default class waits for its first Pod, then a directory is made for it', async () => {
    await until('the class', async () => (await world.api.get({ type: STORAGE_CLASSES, name: 'standard' })).ok);
    const made = await volumes.ask('data');
    assert.equal(made.spec?.['storageClassName'], 'standard');
    await volumes.hears('data', /^waiting for first consumer to be created before binding$/);
    assert.equal((await world.get(CLAIMS, 'data')).status?.['phase'], 'Pending');
    const mounted = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    await world.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'user' }, spec: { nodeName: 'elsewhere', containers: [{ name: 'main', image: 'busybox' }], volumes: mounted } });
    const bound = await volumes.claimIn('data', 'Bound');
    const name = `pvc-${made.metadata.uid ?? ''}`;
    assert.equal(bound.spec?.['volumeName'], name);
    assert.deepEqual(bound.status, { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } });
    const { spec, metadata } = await volumes.volumeIn(name, 'Bound');
    assert.deepEqual(spec?.['csi'], { driver: DIRECTORY_DRIVER, volumeHandle: `default/data/${made.metadata.uid ?? ''}` });
    assert.equal(spec?.['persistentVolumeReclaimPolicy'], 'Delete');
    assert.ok(metadata.finalizers?.includes('kubernetes.io/pv-protection'));
  });

  await t.test('a claim that was called bound before there were volumes keeps its directory', async () => {
    await world.api.delete({ type: STORAGE_CLASSES, name: 'standard' });
    const old = await volumes.ask('old');
    assert.equal(old.spec?.['storageClassName'], undefined);
    await volumes.hears('old', /no storage class is set/);
    await world.api.patch({ type: CLAIMS, namespace: 'default', name: 'old' }, 'merge', { status: { phase: 'Bound' } }, { subresource: 'status' });
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    await world.create(STORAGE_CLASSES, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'standard', annotations }, provisioner: DIRECTORY_DRIVER, volumeBindingMode: 'WaitForFirstConsumer', allowVolumeExpansion: true });
    const volumeName = await until('its volume', async () => (await world.get(CLAIMS, 'old')).spec?.['volumeName']);
    const { spec = {} } = await volumes.volumeIn(String(volumeName), 'Bound');
    assert.equal((spec['csi'] as JsonObject)['volumeHandle'], `default/old/${old.metadata.uid ?? ''}`);
  });

  await t.test('it grows, and does not shrink', async () => {
    await volumes.grow('data', '2Gi');
    await until('its new size', async () => JSON.stringify((await world.get(CLAIMS, 'data')).status?.['capacity']) === '{"storage":"2Gi"}');
    assert.match(await volumes.grow('data', '1Gi'), /can not be less than status\.capacity/);
    await world.create(STORAGE_CLASSES, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'rigid' }, provisioner: DIRECTORY_DRIVER });
    await volumes.ask('rigid', { storageClassName: 'rigid' });
    await volumes.claimIn('rigid', 'Bound');
    assert.match(await volumes.grow('rigid', '2Gi'), /the storageclass that provisions the pvc must support resize/);
  });

  await t.test('a class that is not here is served by a directory, which the claim is told', async () => {
    await volumes.ask('foreign', { storageClassName: 'gp2' });
    await volumes.claimIn('foreign', 'Bound');
    await volumes.hears('foreign', /there is no StorageClass "gp2" here, so a directory of this machine serves it/);
  });
});

test('volumes that are there', async (t) => {
  const world = await ControllersWorld.start(t);
  const volumes = new VolumesWorld(world);
  await t.test('of the volumes by hand the smallest that fits is taken; size, class, mode and labels count', async () => {
    await world.create(STORAGE_CLASSES, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'by-hand' }, provisioner: 'kubernetes.io/no-provisioner' });
    await volumes.ask('manual', { storageClassName: 'by-hand', selector: { matchLabels: { disk: 'fast' } } });
    await volumes.hears('manual', /no persistent volume of the class "by-hand" fits this claim/);
    await world.create(PERSISTENT_VOLUMES, volume('small', {}, '500Mi', { disk: 'fast' }));
    await world.create(PERSISTENT_VOLUMES, volume('slow', {}, '1Gi', { disk: 'slow' }));
    await world.create(PERSISTENT_VOLUMES, volume('shared', { accessModes: ['ReadOnlyMany'] }, '1Gi', { disk: 'fast' }));
    await world.create(PERSISTENT_VOLUMES, volume('huge', {}, '8Gi', { disk: 'fast' }));
    const bound = await volumes.claimIn('manual', 'Bound');
    assert.equal(bound.spec?.['volumeName'], 'huge');
    assert.deepEqual(bound.status?.['capacity'], { storage: '8Gi' });
    for (const name of ['small', 'slow', 'shared']) await volumes.volumeIn(name, 'Available');
  });

  await t.test('a claim names its volume, and a volume its claim', async () => {
    await volumes.ask('chooser', { storageClassName: '', volumeName: 'chosen' });
    await volumes.hears('chooser', /the volume "chosen" that it names does not exist/);
    await world.create(PERSISTENT_VOLUMES, volume('chosen', { storageClassName: '' }));
    await volumes.claimIn('chooser', 'Bound');
    await volumes.ask('late', { storageClassName: '', volumeName: 'chosen' });
    await volumes.hears('late', /already bound to a different claim/);
    await world.create(PERSISTENT_VOLUMES, volume('meant', { storageClassName: '', claimRef: { namespace: 'default', name: 'expected' } }));
    await volumes.ask('other', { storageClassName: '' });
    await volumes.hears('other', /no persistent volumes available for this claim and no storage class is set/);
    await volumes.ask('expected', { storageClassName: '' });
    assert.equal((await volumes.claimIn('expected', 'Bound')).spec?.['volumeName'], 'meant');
  });

  await t.test('what becomes of a volume without its claim: kept, left as it is, or handed to the node to remove', async () => {
    const release = async (name: string) => void (await world.api.delete({ type: CLAIMS, namespace: 'default', name }));
    await release('chooser');
    await volumes.volumeIn('chosen', 'Released');
    await world.create(PERSISTENT_VOLUMES, volume('deletable', { storageClassName: '', persistentVolumeReclaimPolicy: 'Delete', claimRef: { namespace: 'default', name: 'short' } }));
    await volumes.ask('short', { storageClassName: '' });
    await volumes.claimIn('short', 'Bound');
    await release('short');
    assert.match(String((await volumes.volumeIn('deletable', 'Failed')).status?.['message']), /was not made by Slipway and is left as it is/);
    await volumes.ask('foreign', { storageClassName: 'gp2' });
    const { spec = {} } = await volumes.claimIn('foreign', 'Bound');
    await release('foreign');
    assert.ok((await volumes.volumeIn(String(spec['volumeName']), 'Released')).metadata.finalizers?.includes('external-provisioner.volume.kubernetes.io/finalizer'));
  });

  await t.test('a volume in use stays until its claim is gone; a claim without its volume is lost', async () => {
    await world.api.delete({ type: PERSISTENT_VOLUMES, name: 'huge' });
    assert.notEqual((await volumes.volume('huge'))?.metadata.deletionTimestamp, undefined);
    await world.api.patch({ type: PERSISTENT_VOLUMES, name: 'huge' }, 'merge', { metadata: { finalizers: null } });
    await volumes.claimIn('manual', 'Lost');
    await volumes.hears('manual', /has lost its PersistentVolume/);
    await world.api.delete({ type: PERSISTENT_VOLUMES, name: 'chosen' });
    await until('the released one to be gone', async () => (await volumes.volume('chosen')) === undefined);
  });
});
