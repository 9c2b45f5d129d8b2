import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../base/mod.ts';
import { planAggregation } from './plan.ts';

function role(name: string, labels: Record<string, string>, resources: readonly string[], more: object = {}): KubeObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, labels }, rules: resources.map((resource) => ({ verbs: ['get'], apiGroups: [''], resources: [resource] })), ...more };
}

const SUM = { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'to-view': 'true' } }, { matchLabels: { 'to-edit': 'true' } }] } };

test('the sum of the selected roles, each rule once, in the order of names', () => {
  const view = role('view', { 'to-view': 'true' }, [], SUM);
  const others = [role('b', { 'to-view': 'true' }, ['pods', 'secrets']), role('a', { 'to-edit': 'true' }, ['pods']), role('c', {}, ['nodes']), view];
  const rules = planAggregation(view, others) as readonly { resources: string[] }[];
  assert.deepEqual(rules.map(({ resources }) => resources[0]), ['pods', 'secrets']);
  assert.equal(planAggregation({ ...view, rules }, others), undefined, 'it has them');
  assert.equal(planAggregation(others[0]!, others), undefined, 'it sums up nothing');
});
