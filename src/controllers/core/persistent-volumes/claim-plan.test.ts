// Which volume a claim gets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { planClaim, type ClaimFacts } from './claim-plan.ts';

const CLAIM: KubeObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'ns', uid: 'u' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'late', resources: { requests: { storage: '1Gi' } } },
};
const LATE: KubeObject = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'late' }, provisioner: 'p', volumeBindingMode: 'WaitForFirstConsumer' };
const HERE: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'here', labels: { zone: 'here' } } };

function volume(name: string, spec: JsonObject = {}): KubeObject {
  const defaults = { accessModes: ['ReadWriteOnce'], storageClassName: 'late', capacity: { storage: '1Gi' } };
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec: { ...defaults, ...spec }, status: { phase: 'Available' } };
}

/** The volume that is bound, or what becomes of the claim otherwise. */
function chosen(volumes: readonly KubeObject[], facts: Partial<ClaimFacts> = {}): string {
  const step = planClaim({ claim: CLAIM, volumes, storageClass: LATE, defaultClassName: undefined, hasConsumer: true, node: HERE, ...facts });
  return step.kind === 'bind' ? step.volume.metadata.name : step.kind;
}

const inZone = (zone: string) => ({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }] } } });

test('the smallest that is free, fits, and can be reached from the node of the first Pod', () => {
  assert.equal(chosen([volume('large', { capacity: { storage: '3Gi' } }), volume('fits', { capacity: { storage: '2Gi' } }), volume('small', { capacity: { storage: '512Mi' } })]), 'fits');
  assert.equal(chosen([volume('there', inZone('there')), volume('here', { capacity: { storage: '2Gi' }, ...inZone('here') })]), 'here');
  assert.equal(chosen([volume('there', inZone('there'))]), 'provision');
  assert.equal(chosen([volume('there', inZone('there'))], { node: undefined }), 'there', 'without a node all are within reach');
  assert.equal(chosen([volume('other', { storageClassName: 'early' }), volume('many', { accessModes: ['ReadOnlyMany'] })]), 'provision');
});

test('one that somebody made for the claim is its volume, of whatever class, unless it is too small', () => {
  const meant = (spec: JsonObject = {}) => volume('meant', { storageClassName: '', claimRef: { namespace: 'ns', name: 'data' }, ...spec });
  assert.equal(chosen([volume('free'), meant({ capacity: { storage: '9Gi' } })]), 'meant');
  assert.equal(chosen([meant()], { hasConsumer: false, node: undefined }), 'meant', 'without waiting for a Pod');
  assert.equal(chosen([volume('free'), meant({ capacity: { storage: '512Mi' } })]), 'free');
  assert.equal(chosen([meant({ claimRef: { namespace: 'ns', name: 'data', uid: 'another' } })]), 'provision');
});
