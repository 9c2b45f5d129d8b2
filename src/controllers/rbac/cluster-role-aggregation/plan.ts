// The rules of a ClusterRole that is the sum of others; pure.
import { isJsonObject, jsonEquals, type Json, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, matchesLabels } from '../../../api/mod.ts';

/** The rules that it should have; undefined when it has them, or sums up nothing. */
export function planAggregation(role: KubeObject, all: readonly KubeObject[]): readonly Json[] | undefined {
  const selectors = itemsAt(role, 'aggregationRule', 'clusterRoleSelectors');
  if (selectors.length === 0) return undefined;
  const selected = all
    .filter((other) => other.metadata.name !== role.metadata.name && selectors.some((selector) => matchesLabels(selector, other.metadata.labels ?? {})))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules: Json[] = [];
  for (const rule of selected.flatMap((other) => itemsAt(other, 'rules'))) {
    if (isJsonObject(rule) && !rules.some((known) => jsonEquals(known, rule))) rules.push(rule);
  }
  return jsonEquals(rules, fieldOf(role, 'rules') ?? []) ? undefined : rules;
}
