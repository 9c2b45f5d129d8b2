import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject, ObjectMeta } from '../../../base/mod.ts';
import { planCollection, type OwnerState } from './plan.ts';

function object(metadata: Partial<ObjectMeta> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'o', uid: 'o', ...metadata } };
}

function owned(...states: readonly OwnerState[]) {
  return states.map((state, index) => ({ reference: { apiVersion: 'v1', kind: 'ConfigMap', name: `owner${index}`, uid: `u${index}` }, state }));
}

const DELETED = { deletionTimestamp: '2030-01-01T00:00:00Z' };
const blocking = (blockOwnerDeletion: boolean) => object({ uid: 'd', ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'o', blockOwnerDeletion }] });

test('an object goes when the last owner is gone, and no sooner', () => {
  const plan = (...states: readonly OwnerState[]) => planCollection({ object: object(), owners: owned(...states), dependents: [] });
  assert.deepEqual(plan(), []);
  assert.deepEqual(plan('present'), []);
  assert.deepEqual(plan('absent'), [{ kind: 'delete', policy: 'Background' }]);
  assert.deepEqual(plan('absent', 'present', 'waiting'), [{ kind: 'disown', uids: ['u0', 'u2'] }]);
  assert.deepEqual(plan('waiting'), [{ kind: 'delete', policy: 'Background' }]);
  assert.deepEqual(plan('absent', 'unresolvable'), [{ kind: 'disown', uids: ['u0'] }], 'what can not be looked at may be there');
});

test('an owner in the foreground waits for the whole tree that blocks it', () => {
  assert.deepEqual(planCollection({ object: object(), owners: owned('waiting'), dependents: [blocking(true)] }), [{ kind: 'delete', policy: 'Foreground' }]);
  const root = object({ ...DELETED, finalizers: ['foregroundDeletion'] });
  assert.deepEqual(planCollection({ object: root, owners: [], dependents: [blocking(true)] }), [{ kind: 'look-at-dependents' }]);
  for (const dependents of [[], [blocking(false)]]) {
    assert.deepEqual(planCollection({ object: root, owners: [], dependents }), [{ kind: 'remove-finalizer', finalizer: 'foregroundDeletion' }]);
  }
});

test('in a circle the one that is reached last holds up nobody', () => {
  const waiting = object({ uid: 'd', ...DELETED, finalizers: ['foregroundDeletion'] });
  const owners = (blockOwnerDeletion: boolean) => [{ reference: { apiVersion: 'v1', kind: 'ConfigMap', name: 'd', uid: 'd', blockOwnerDeletion }, state: 'waiting' }] as const;
  assert.deepEqual(planCollection({ object: object(), owners: owners(true), dependents: [waiting] }), [{ kind: 'unblock-owners' }, { kind: 'delete', policy: 'Foreground' }]);
  assert.deepEqual(planCollection({ object: object(), owners: owners(false), dependents: [waiting] }), [{ kind: 'delete', policy: 'Foreground' }]);
});

test('orphans lose their owner before it goes; who is on the way out is left alone', () => {
  const orphaning = object({ ...DELETED, finalizers: ['orphan'] });
  assert.deepEqual(planCollection({ object: orphaning, owners: owned('absent'), dependents: [blocking(true)] }), [
    { kind: 'orphan-dependents' },
    { kind: 'remove-finalizer', finalizer: 'orphan' },
  ]);
  assert.deepEqual(planCollection({ object: object({ ...DELETED, finalizers: ['test/held'] }), owners: owned('absent'), dependents: [] }), []);
});
