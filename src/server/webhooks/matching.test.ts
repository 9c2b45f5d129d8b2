import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { KubeObject } from '../../base/mod.ts';
import { isExempt, matchesNamespace, matchesObject, matchesRule, type RuleTarget } from './matching.ts';
import { webhooksOf, type WebhookRule } from './webhook.ts';

const RULE: WebhookRule = { operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'], scope: '*' };
const TARGET: RuleTarget = { operation: 'CREATE', type: { group: 'apps', version: 'v1', resource: 'deployments' }, subresource: undefined, isNamespaced: true };
const CASES: readonly [string, Partial<WebhookRule>, Partial<RuleTarget>, boolean][] = [
  ['the same', {}, {}, true],
  ['another operation', {}, { operation: 'UPDATE' }, false],
  ['any operation', { operations: ['*'] }, { operation: 'DELETE' }, true],
  ['another group', { apiGroups: [''] }, {}, false],
  ['any group', { apiGroups: ['*'] }, {}, true],
  ['another version', { apiVersions: ['v1beta1'] }, {}, false],
  ['a subresource is not its resource', {}, { subresource: 'status' }, false],
  ['a resource is not its subresource', { resources: ['deployments/status'] }, {}, false],
  ['a subresource', { resources: ['deployments/scale'] }, { subresource: 'scale' }, true],
  ['all of one resource', { resources: ['deployments/*'] }, {}, true],
  ['all of one resource, a subresource', { resources: ['deployments/*'] }, { subresource: 'scale' }, true],
  ['one subresource of all', { resources: ['*/scale'] }, { subresource: 'scale' }, true],
  ['* is no subresource', { resources: ['*'] }, { subresource: 'scale' }, false],
  ['* is any resource', { resources: ['*'] }, {}, true],
  ['*/* is everything', { resources: ['*/*'] }, { subresource: 'scale' }, true],
  ['namespaced only', { scope: 'Namespaced' }, {}, true],
  ['cluster only', { scope: 'Cluster' }, {}, false],
  ['cluster only, a cluster-scoped one', { scope: 'Cluster' }, { isNamespaced: false }, true],
];

for (const [name, rule, target, isMatch] of CASES) {
  test(`rules: ${name}`, () => assert.equal(matchesRule({ ...RULE, ...rule }, { ...TARGET, ...target }), isMatch));
}

test('selectors: one of both objects is enough; what is in no namespace is always selected', () => {
  const selector = { matchLabels: { a: '1' } };
  const [webhook] = webhooksOf('validating', { metadata: { name: 'c' }, webhooks: [{ name: 'w', objectSelector: selector, namespaceSelector: selector }] } as unknown as KubeObject);
  const object = (labels?: object) => ({ metadata: { name: 'o', labels } }) as unknown as KubeObject;
  assert.equal(matchesObject(webhook!, [object(), object({ a: '1' })]), true);
  assert.equal(matchesObject(webhook!, [object(), undefined]), false);
  assert.deepEqual([{ a: '1' }, {}, undefined].map((labels) => matchesNamespace(webhook!, labels)), [true, false, true]);
});

test('configurations of webhooks are exempt', () => {
  const type = (group: string, resource: string) => ({ group, version: 'v1', resource });
  assert.equal(isExempt(type('admissionregistration.k8s.io', 'mutatingwebhookconfigurations')), true);
  assert.equal(isExempt(type('other.example', 'mutatingwebhookconfigurations')), false);
});
