import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints, created, withSpec } from '../testing/objects.ts';
import { priorityClassKind } from '../scheduling/priority-class.ts';
import { storageClassKind } from '../storage/storage-class.ts';
import { limitRangeKind } from './limit-range.ts';
import { persistentVolumeKind } from './persistent-volume.ts';
import { resourceQuotaKind } from './resource-quota.ts';

test('a quota counts what has a name, within scopes that fit each other and stay', () => {
  const quota = created(resourceQuotaKind, { spec: { hard: { pods: '4', 'requests.cpu': '0.0001' } } });
  assert.deepEqual(quota.spec?.['hard'], { pods: '4', 'requests.cpu': '1m' });
  assert.deepEqual(complaints(resourceQuotaKind, quota), []);
  const refused = (spec: object) => complaints(resourceQuotaKind, created(resourceQuotaKind, { spec }));
  assert.deepEqual(refused({ hard: { pods: '-1', 'a b': '1' } }), ['Invalid spec.hard[pods]', 'Invalid spec.hard[a b]']);
  assert.deepEqual(refused({ scopes: ['Terminating', 'NotTerminating', 'Sleeping'] }), ['Invalid spec.scopes', 'Invalid spec.scopes']);
  assert.deepEqual(refused({ hard: { 'requests.hugepages-2Mi': '1', 'count/jobs.batch': '2', 'requests.nvidia.com/gpu': '1', 'fast.storageclass.storage.k8s.io/requests.storage': '5Gi' } }), []);
  assert.deepEqual(refused({ hard: { gpu: '1', storage: '1', persistentvolumeclaims: '1.5' } }), ['Invalid spec.hard[gpu]', 'Invalid spec.hard[gpu]', 'Invalid spec.hard[storage]', 'Invalid spec.hard[persistentvolumeclaims]']);
  const expression = { scopeName: 'PriorityClass', operator: 'In' };
  assert.deepEqual(refused({ scopeSelector: { matchExpressions: [expression] } }), ['Required spec.scopeSelector.matchExpressions[0].values']);
  assert.deepEqual(complaints(resourceQuotaKind, withSpec(quota, { scopes: ['Terminating'] }), quota), ['Invalid spec.scopes']);
  const used = { ...quota, status: { hard: { pods: '4', 'limits.cpu': '2' }, used: { pods: '1' } } };
  assert.deepEqual(resourceQuotaKind.columns.slice(1, 3).map((column) => column.cell(used, 0)), ['pods: 1/4', 'limits.cpu: 0/2']);
});

test('a limit range: what a container may use is its limit, and its limit its request', () => {
  const range = created(limitRangeKind, { spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' }, default: { memory: '1Gi' } }] } });
  assert.deepEqual(range.spec?.['limits'], [
    { type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' }, default: { cpu: '2', memory: '1Gi' }, defaultRequest: { cpu: '2', memory: '1Gi' } },
  ]);
  assert.deepEqual(complaints(limitRangeKind, range), []);
  const refused = (...limits: object[]) => complaints(limitRangeKind, created(limitRangeKind, { spec: { limits } }));
  assert.deepEqual(refused({ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' }, default: { cpu: '1' } }, { type: 'Pod' }), [
    'Forbidden spec.limits[0].default',
    'Invalid spec.limits[0].min[cpu]',
    'Invalid spec.limits[0].default[cpu]',
    'Duplicate spec.limits[1].type',
  ]);
  assert.deepEqual(refused({ type: 'Cabin' }, { type: 'example.com/cabin' }), ['Invalid spec.limits[0].type']);
  assert.deepEqual(refused({ type: 'Pod', max: { gpu: '1', pods: '1', 'example.com/gpu': '1' } }), ['Invalid spec.limits[0].max[gpu]', 'Invalid spec.limits[0].max[gpu]', 'Invalid spec.limits[0].max[pods]']);
  assert.deepEqual(refused({ type: 'Pod', min: { cpu: '2' }, max: { cpu: '4' }, maxLimitRequestRatio: { cpu: '3' } }), ['Invalid spec.limits[0].maxLimitRequestRatio[cpu]']);
  assert.deepEqual(refused({ type: 'Pod', min: { cpu: '2' }, max: { cpu: '4' }, maxLimitRequestRatio: { cpu: '2' } }), []);
  assert.deepEqual(refused({ type: 'PersistentVolumeClaim', maxLimitRequestRatio: { storage: '0.5' } }), [
    'Required spec.limits[0].limits',
    'Invalid spec.limits[0].maxLimitRequestRatio[storage]',
  ]);
});

test('a volume has a capacity, access modes and one source that stays', () => {
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/x' } };
  const volume = created(persistentVolumeKind, { spec });
  assert.deepEqual(complaints(persistentVolumeKind, volume), []);
  const refused = (change: object) => complaints(persistentVolumeKind, created(persistentVolumeKind, { spec: { ...spec, ...change } }));
  assert.deepEqual(refused({ capacity: undefined, accessModes: undefined, hostPath: undefined }), ['Required spec.accessModes', 'Required spec.capacity', 'NotSupported spec.capacity', 'Required spec']);
  assert.deepEqual(refused({ capacity: { storage: '0' }, local: { path: '/x' }, persistentVolumeReclaimPolicy: 'Burn' }), [
    'Invalid spec.capacity[storage]',
    'NotSupported spec.persistentVolumeReclaimPolicy',
    'Forbidden spec.local',
    'Required spec.nodeAffinity',
  ]);
  assert.deepEqual(refused({ hostPath: { path: '/a/../b', type: 'Shed' } }), ['Invalid spec.hostPath.path', 'NotSupported spec.hostPath.type']);
  assert.deepEqual(refused({ hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' }), ['Forbidden spec.persistentVolumeReclaimPolicy']);
  assert.deepEqual(complaints(persistentVolumeKind, withSpec(volume, { hostPath: { path: '/tmp/y', type: '' }, volumeMode: 'Block' }), volume), [
    'Forbidden spec.persistentvolumesource',
    'Invalid volumeMode',
  ]);
});

test('classes of storage and of priority stay as they were', () => {
  const storage = created(storageClassKind, { provisioner: 'example.com/disks' }, { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } });
  assert.deepEqual(complaints(storageClassKind, storage), []);
  assert.equal(storageClassKind.columns[0]!.cell(storage, 0), 'x (default)');
  assert.deepEqual(complaints(storageClassKind, { ...storage, provisioner: 'other' }, storage), ['Invalid provisioner']);
  assert.deepEqual(complaints(storageClassKind, created(storageClassKind, { reclaimPolicy: 'Recycle' })), ['Required provisioner', 'NotSupported reclaimPolicy']);
  assert.deepEqual(complaints(storageClassKind, created(storageClassKind, { provisioner: 'example.com/disks', parameters: { '': 'x' } })), ['Invalid parameters']);
  const high = created(priorityClassKind, { value: 7 });
  assert.deepEqual(complaints(priorityClassKind, high), []);
  assert.deepEqual(complaints(priorityClassKind, { ...high, value: 8, preemptionPolicy: 'Never' }, high), ['Forbidden value', 'Invalid preemptionPolicy']);
  assert.deepEqual(complaints(priorityClassKind, created(priorityClassKind, { value: 2e9 })), ['Forbidden value']);
  assert.deepEqual(complaints(priorityClassKind, created(priorityClassKind, { value: 1 }, { name: 'system-mine' })), ['Forbidden metadata.name']);
  assert.deepEqual(complaints(priorityClassKind, created(priorityClassKind, { value: 2_000_001_000 }, { name: 'system-node-critical' })), []);
});
