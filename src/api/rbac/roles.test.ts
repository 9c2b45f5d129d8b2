import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints, created } from '../testing/objects.ts';
import { clusterRoleBindingKind, roleBindingKind } from './role-binding.ts';
import { clusterRoleKind, roleKind } from './role.ts';

test('rules name verbs and what they are about', () => {
  const rules = (kind: typeof roleKind, ...list: object[]) => complaints(kind, created(kind, { rules: list }, { name: 'system:viewer' }));
  assert.deepEqual(rules(roleKind, { verbs: ['get'], apiGroups: [''], resources: ['pods'] }), []);
  assert.deepEqual(rules(roleKind, {}), ['Required rules[0].verbs', 'Required rules[0].apiGroups', 'Required rules[0].resources']);
  assert.deepEqual(rules(roleKind, { verbs: ['get'], nonResourceURLs: ['/healthz'] }), ['Invalid rules[0].nonResourceURLs']);
  assert.deepEqual(rules(clusterRoleKind, { verbs: ['get'], nonResourceURLs: ['/healthz'] }), []);
  assert.deepEqual(rules(clusterRoleKind, { verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }), ['Invalid rules[0].nonResourceURLs']);
  assert.deepEqual(created(roleKind, {})['rules'], []);
  const aggregated = (clusterRoleSelectors: object[]) => complaints(clusterRoleKind, created(clusterRoleKind, { aggregationRule: { clusterRoleSelectors } }));
  assert.deepEqual(aggregated([{ matchLabels: { a: 'b' } }]), []);
  assert.deepEqual(aggregated([]), ['Required aggregationRule.clusterRoleSelectors']);
});

test('bindings name a role that stays and subjects of three kinds', () => {
  const roleRef = { kind: 'ClusterRole', name: 'view' };
  const binding = created(roleBindingKind, { roleRef, subjects: [{ kind: 'User', name: 'ada' }, { kind: 'ServiceAccount', name: 'robot' }] });
  assert.deepEqual(complaints(roleBindingKind, binding), []);
  assert.deepEqual(binding['subjects'], [{ kind: 'User', name: 'ada', apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'ServiceAccount', name: 'robot' }]);
  const refused = (members: object) => complaints(clusterRoleBindingKind, created(clusterRoleBindingKind, { roleRef, ...members }));
  assert.deepEqual(refused({ roleRef: { kind: 'Role', apiGroup: 'x', name: 'a/b' } }), ['NotSupported roleRef.apiGroup', 'NotSupported roleRef.kind', 'Invalid roleRef.name']);
  assert.deepEqual(refused({ subjects: [{ kind: 'ServiceAccount', name: 'robot' }, { kind: 'Robot', name: 'r' }, { kind: 'Group' }] }), [
    'Required subjects[0].namespace',
    'NotSupported subjects[1].kind',
    'Required subjects[2].name',
  ]);
  assert.deepEqual(complaints(roleBindingKind, { ...binding, roleRef: { ...roleRef, apiGroup: 'rbac.authorization.k8s.io', name: 'edit' } }, binding), ['Invalid roleRef']);
});
