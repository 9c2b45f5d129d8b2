import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepFreeze, type KubeObject } from '../../base/mod.ts';
import { leaseKind } from '../coordination/lease.ts';
import type { KindDefinition } from '../kind.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { validateObject } from '../validation.ts';
import { configMapKind } from './config-map.ts';
import { eventKind } from './event.ts';
import { namespaceKind } from './namespace.ts';
import { nodeKind } from './node.ts';
import { persistentVolumeClaimKind } from './persistent-volume-claim.ts';
import { secretKind } from './secret.ts';
import { serviceAccountKind } from './service-account.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

function object(kind: KindDefinition, members: object, metadata: object = {}): KubeObject {
  const namespace = kind.isNamespaced ? { namespace: 'default' } : {};
  const created = { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z', ...namespace, ...metadata };
  return deepFreeze(applyDefaults(kind, deepFreeze({ apiVersion: 'v1', kind: kind.kind, metadata: created, ...members } as KubeObject)));
}

function fieldsOf(kind: KindDefinition, members: object, old?: object, metadata: object = {}): readonly string[] {
  const causes = validateObject(kind, object(kind, members, metadata), old === undefined ? undefined : object(kind, old, metadata));
  return causes.map(({ reason, field }) => `${reason?.slice('FieldValue'.length)} ${field}`);
}

function cellsOf(kind: KindDefinition, members: object, metadata: object = {}): readonly unknown[] {
  const built = object(kind, members, metadata);
  return kind.columns.map((column) => column.cell(built, NOW));
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a namespace is labelled with its name, active, and held by its finalizer', () => {
  const namespace = object(namespaceKind, {});
  assert.deepEqual(namespace.metadata.labels, { 'kubernetes.io/metadata.name': 'x' });
  const created = namespaceKind.prepareForCreate!(namespace, NOW);
  assert.deepEqual([created.spec, created.status], [{ finalizers: ['kubernetes'] }, { phase: 'Active' }]);
  assert.deepEqual(namespaceKind.prepareForCreate!(created, NOW).spec, { finalizers: ['kubernetes'] });
  const updated = namespaceKind.prepareForUpdate!({ ...created, spec: {}, status: { phase: 'Gone' } }, created);
  assert.deepEqual([updated.spec, updated.status], [created.spec, created.status]);
  assert.deepEqual(fieldsOf(namespaceKind, {}), []);
  assert.deepEqual(fieldsOf(namespaceKind, { spec: { finalizers: ['kubernetes', 'example.com/x', 'odd'] } }), ['Invalid spec.finalizers']);
  assert.deepEqual(fieldsOf(namespaceKind, {}, undefined, { name: 'a.b' }), ['Invalid metadata.name']);
  assert.deepEqual(cellsOf(namespaceKind, { status: { phase: 'Terminating' } }), ['x', 'Terminating', '10m']);
});

test('config maps: keys, size, immutability', () => {
  assert.deepEqual(fieldsOf(configMapKind, { data: { 'a.b-c_D': 'x' }, binaryData: { z: base64('x') } }), []);
  assert.deepEqual(fieldsOf(configMapKind, { data: { 'a/b': 'x', '..c': 'y', both: '' }, binaryData: { both: '' } }), ['Invalid data[a/b]', 'Invalid data[..c]', 'Invalid data[both]']);
  assert.deepEqual(fieldsOf(configMapKind, { data: { big: 'x'.repeat(1_048_576), more: 'y' } }), ['TooLong data']);
  const fixed = { immutable: true, data: { a: '1' } };
  assert.deepEqual(fieldsOf(configMapKind, fixed, fixed), []);
  assert.deepEqual(fieldsOf(configMapKind, { data: { a: '2' } }, fixed), ['Forbidden immutable', 'Forbidden data']);
  assert.deepEqual(fieldsOf(configMapKind, { data: { a: '2' } }, { data: { a: '1' } }), []);
  assert.deepEqual(cellsOf(configMapKind, { data: { a: '' }, binaryData: { b: '', c: '' } }), ['x', 3, '10m']);
});

test('secrets: stringData is folded in, types have their entries', () => {
  const secret = object(secretKind, { data: { a: base64('1') }, stringData: { a: '2', b: 'ü' } });
  assert.deepEqual([secret['data'], secret['stringData'], secret['type']], [{ a: base64('2'), b: base64('ü') }, undefined, 'Opaque']);
  assert.deepEqual(fieldsOf(secretKind, { type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'x' } }), ['Required data[tls.key]']);
  assert.deepEqual(fieldsOf(secretKind, { type: 'kubernetes.io/basic-auth' }), ['Required data[username]', 'Required data[password]']);
  assert.deepEqual(fieldsOf(secretKind, { type: 'kubernetes.io/basic-auth', stringData: { username: 'u' } }), []);
  assert.deepEqual(fieldsOf(secretKind, { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{}' } }), []);
  const broken = validateObject(secretKind, object(secretKind, { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': 'hunter2' } }));
  assert.equal(broken.length, 1);
  assert.doesNotMatch(JSON.stringify(broken), /hunter2/);
  assert.deepEqual(fieldsOf(secretKind, { type: 'b' }, { type: 'a' }), ['Invalid type']);
  assert.deepEqual(fieldsOf(secretKind, { data: {} }, { immutable: true, data: { a: '' } }), ['Forbidden immutable', 'Forbidden data']);
  assert.deepEqual(cellsOf(secretKind, { stringData: { a: 'x' } }), ['x', 'Opaque', 1, '10m']);
});

test('service accounts', () => {
  assert.deepEqual(fieldsOf(serviceAccountKind, { imagePullSecrets: [{ name: 'r' }] }), []);
  assert.deepEqual(cellsOf(serviceAccountKind, {}), ['x', '10m']);
});

test('events: where they belong, what kubectl shows, what can be selected', () => {
  const involvedObject = { kind: 'Pod', name: 'p', namespace: 'default', fieldPath: 'spec.containers{c}' };
  const event = {
    involvedObject,
    type: 'Warning',
    reason: 'BackOff',
    message: 'again\n',
    source: { component: 'node', host: 'local' },
    firstTimestamp: '2026-01-01T00:05:00Z',
    lastTimestamp: '2026-01-01T00:09:00Z',
    count: 4,
  };
  assert.deepEqual(fieldsOf(eventKind, event), []);
  assert.deepEqual(fieldsOf(eventKind, { involvedObject: { kind: 'Pod', namespace: 'other' } }), ['Invalid involvedObject.namespace']);
  assert.deepEqual(fieldsOf(eventKind, { involvedObject: { kind: 'Node', name: 'n' } }), []);
  assert.deepEqual(fieldsOf(eventKind, {}), ['Required involvedObject']);
  assert.deepEqual(cellsOf(eventKind, event), ['60s', 'Warning', 'BackOff', 'pod/p', 'spec.containers{c}', 'node, local', 'again', '5m', 4, 'x']);
  const newStyle = { involvedObject, eventTime: '2026-01-01T00:08:00.000000Z', reportingComponent: 'c', series: { count: 9, lastObservedTime: '2026-01-01T00:09:30.000000Z' } };
  assert.deepEqual(cellsOf(eventKind, newStyle).filter((_, index) => [0, 5, 7, 8].includes(index)), ['30s', 'c', '2m', 9]);
  const built = object(eventKind, newStyle);
  const selected = Object.fromEntries(Object.entries(eventKind.fieldSelectors).map(([name, select]) => [name, select(built)]));
  assert.equal(selected['involvedObject.name'], 'p');
  assert.equal(selected['source'], 'c');
  assert.equal(selected['involvedObject.uid'], '');
});

test('nodes', () => {
  const status = {
    capacity: { cpu: '2' },
    conditions: [{ type: 'Ready', status: 'True' }],
    addresses: [{ type: 'InternalIP', address: '10.0.0.2' }],
    nodeInfo: { kubeletVersion: 'v1.36.0', osImage: 'Debian', kernelVersion: '6.1', architecture: 'arm64', containerRuntimeVersion: 'slipway://1' },
  };
  const metadata = { labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'main', 'node-role.kubernetes.io/': '' } };
  assert.deepEqual(object(nodeKind, { status }).status?.['allocatable'], { cpu: '2' });
  assert.deepEqual(cellsOf(nodeKind, { status, spec: { unschedulable: true } }, metadata), [
    'x', 'Ready,SchedulingDisabled', 'main,worker', '10m', 'v1.36.0', '10.0.0.2', '<none>', 'Debian', '6.1 (arm64)', 'slipway://1',
  ]);
  assert.deepEqual(cellsOf(nodeKind, {}).slice(1, 3), ['Unknown', '<none>']);
  const taints = [{ key: 'a', effect: 'NoSchedule' }, { key: 'a', effect: 'NoSchedule', value: 'b' }, { key: 'a', effect: 'NoExecute' }, { key: 'a b', effect: 'Never' }, { key: 'c' }];
  assert.deepEqual(fieldsOf(nodeKind, { spec: { taints } }), ['Duplicate spec.taints[1]', 'Invalid spec.taints[3].key', 'NotSupported spec.taints[3].effect', 'Required spec.taints[4].effect']);
  assert.equal(nodeKind.fieldSelectors['spec.unschedulable']!(object(nodeKind, {})), 'false');
});

test('leases', () => {
  assert.deepEqual(fieldsOf(leaseKind, { spec: { holderIdentity: 'me', leaseDurationSeconds: 15, leaseTransitions: 0 } }), []);
  assert.deepEqual(fieldsOf(leaseKind, { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } }), ['Invalid spec.leaseDurationSeconds', 'Invalid spec.leaseTransitions']);
  assert.deepEqual(cellsOf(leaseKind, { spec: { holderIdentity: 'me' } }), ['x', 'me', '10m']);
});

test('a claim names its access modes and its size, starts Pending, and only what it asks for may change', () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'standard' };
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec }), []);
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec: {} }), ['Required spec.accessModes', 'Required spec.resources[storage]']);
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec: { ...spec, accessModes: ['Often'] } }), ['NotSupported spec.accessModes[0]']);
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec: { ...spec, resources: { requests: { storage: '0' } }, storageClassName: 'A_B', volumeMode: 'Tape' } }), [
    'Invalid spec.resources.requests[storage]',
    'Invalid spec.storageClassName',
    'NotSupported spec.volumeMode',
  ]);
  const larger = { ...spec, resources: { requests: { storage: '2Gi' } } };
  const boundAt = (storage: string) => ({ spec, status: { phase: 'Bound', capacity: { storage } } });
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec: larger }, boundAt('1Gi')), []);
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec: larger }, boundAt('4Gi')), ['Forbidden spec.resources.requests.storage']);
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec: larger }, { spec }), ['Forbidden spec'], 'before it is bound it stays as it is');
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec: { ...spec, volumeName: 'v' } }, { spec }), []);
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec }, { spec: { ...spec, volumeName: 'v' } }), ['Forbidden spec']);
  assert.deepEqual(fieldsOf(persistentVolumeClaimKind, { spec: { ...spec, storageClassName: 'fast' } }, { spec }), ['Forbidden spec']);
  const created = persistentVolumeClaimKind.prepareForCreate!(object(persistentVolumeClaimKind, { spec }), NOW);
  assert.deepEqual([created.status, created.spec?.['volumeMode']], [{ phase: 'Pending' }, 'Filesystem']);
  const status = { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };
  assert.deepEqual(cellsOf(persistentVolumeClaimKind, { spec: { ...spec, volumeName: 'pvc-1' }, status }), [
    'x',
    'Bound',
    'pvc-1',
    '1Gi',
    'RWO',
    'standard',
    '<unset>',
    '10m',
    'Filesystem',
  ]);
});
