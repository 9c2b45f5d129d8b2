import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { AccessQuestion } from './authorization.ts';
import { uncovered, type PolicyRule } from './policy-rule.ts';
import { createRoleBasedAuthorizer, type RoleStore } from './role-based.ts';

const GROUP = 'rbac.authorization.k8s.io';

function storeOf(objects: readonly KubeObject[]): RoleStore {
  const entries = objects.map((object): StoredObject => {
    const { namespace, name } = object.metadata;
    const key = `${object.kind.toLowerCase()}s.${GROUP}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
    return { key, revision: 1, object, text: '' };
  });
  return {
    get: (key) => entries.find((entry) => entry.key === key),
    list: (prefix) => entries.filter((entry) => entry.key.startsWith(prefix)),
  };
}

function role(kind: string, name: string, rules: readonly object[], namespace?: string): KubeObject {
  return { apiVersion: `${GROUP}/v1`, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, rules };
}

function binding(kind: string, name: string, roleRef: object, subjects: readonly object[], namespace?: string): KubeObject {
  return { apiVersion: `${GROUP}/v1`, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, roleRef, subjects };
}

const READER = role('ClusterRole', 'reader', [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] }]);
const SECRETS = role('Role', 'one-secret', [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['mine'] }], 'a');
const ALICE = { user: 'alice', groups: ['dev', 'system:authenticated'] };
const ACCOUNT = { user: 'system:serviceaccount:a:builder', groups: ['system:serviceaccounts'] };

const authorize = createRoleBasedAuthorizer(
  storeOf([
    READER,
    SECRETS,
    role('ClusterRole', 'paths', [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/openapi/*'] }]),
    binding('RoleBinding', 'readers', { kind: 'ClusterRole', name: 'reader' }, [{ kind: 'Group', name: 'dev' }, { kind: 'ServiceAccount', name: 'builder' }], 'a'),
    binding('RoleBinding', 'secret', { kind: 'Role', name: 'one-secret' }, [{ kind: 'User', name: 'alice' }], 'a'),
    binding('ClusterRoleBinding', 'paths', { kind: 'ClusterRole', name: 'paths' }, [{ kind: 'Group', name: 'system:authenticated' }]),
    binding('ClusterRoleBinding', 'lost', { kind: 'ClusterRole', name: 'nowhere' }, [{ kind: 'User', name: 'bob' }]),
  ]),
);

function may(identity: Parameters<typeof authorize>[0], verb: string, resource: string, more: Partial<AccessQuestion> = {}): boolean {
  const [name, subresource] = resource.split('/');
  return authorize(identity, { verb, group: '', version: 'v1', resource: name!, subresource, namespace: 'a', ...more }).isAllowed;
}

test('a binding in a namespace gives the rules of a role there and nowhere else', () => {
  assert.ok(may(ALICE, 'get', 'pods'));
  assert.ok(!may(ALICE, 'get', 'pods', { namespace: 'b' }));
  assert.ok(!may(ALICE, 'list', 'pods', { namespace: undefined }), 'all namespaces are more than one');
  assert.ok(!may(ALICE, 'delete', 'pods'));
  assert.ok(!may({ user: 'carol', groups: [] }, 'get', 'pods'));
});

test('a subresource is a right of its own', () => {
  assert.ok(may(ALICE, 'get', 'pods/log'));
  assert.ok(!may(ALICE, 'get', 'pods/exec') && !may(ALICE, 'create', 'pods/exec'));
});

test('a ServiceAccount without a namespace is one of the binding’s', () => {
  assert.ok(may(ACCOUNT, 'get', 'pods'));
  assert.ok(!may({ ...ACCOUNT, user: 'system:serviceaccount:b:builder' }, 'get', 'pods'));
});

test('names narrow a rule, so a list of everything is not allowed by it', () => {
  assert.ok(may(ALICE, 'get', 'secrets', { name: 'mine' }));
  assert.ok(!may(ALICE, 'get', 'secrets', { name: 'other' }) && !may(ALICE, 'get', 'secrets'));
});

test('paths that are no resources', () => {
  const path = (text: string) => authorize(ALICE, { verb: 'get', path: text }).isAllowed;
  assert.ok(path('/healthz') && path('/openapi/v3') && path('/openapi/v3/api/v1'));
  assert.ok(!path('/metrics') && !path('/healthz/x'));
  assert.ok(!path('/openapi') && !path('/openapi-of-others'), 'the slash before the star belongs to the beginning');
});

test('masters may everything; a role that is missing is named', () => {
  assert.ok(may({ user: 'root', groups: ['system:masters'] }, 'delete', 'nodes', { namespace: undefined }));
  assert.deepEqual(authorize({ user: 'bob', groups: [] }, { verb: 'get', path: '/x' }), {
    isAllowed: false,
    reason: `RBAC: clusterrole.${GROUP} "nowhere" not found`,
  });
});

test('what rules do not cover, part by part', () => {
  const rule = (more: Partial<PolicyRule>): PolicyRule => ({ verbs: [], apiGroups: [''], resources: [], resourceNames: [], nonResourceURLs: [], ...more });
  const held = [rule({ verbs: ['get', 'list'], resources: ['pods', '*/status'] }), rule({ verbs: ['*'], resources: ['secrets'], resourceNames: ['mine'] })];
  const left = (wanted: Partial<PolicyRule>) => uncovered(held, [rule(wanted)]).map(({ verbs, resources, resourceNames }) => [verbs[0], resources[0], resourceNames[0]].join(' ').trim());
  assert.deepEqual(left({ verbs: ['get', 'delete'], resources: ['pods', 'jobs/status'] }), ['delete pods', 'delete jobs/status']);
  assert.deepEqual(left({ verbs: ['get'], resources: ['secrets'] }), ['get secrets']);
  assert.deepEqual(left({ verbs: ['get'], resources: ['secrets'], resourceNames: ['mine', 'yours'] }), ['get secrets yours']);
  assert.deepEqual(left({ verbs: ['*'], resources: ['pods'] }), ['* pods']);
});
