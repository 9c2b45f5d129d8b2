// rbac.authorization.k8s.io/v1 Role and ClusterRole: what may be done.
import type { Json, KubeObject, StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { invalid, required } from '../causes.ts';
import { CREATED_AT_COLUMN, NAME_COLUMN, itemsAt } from '../columns.ts';
import type { KindDefinition } from '../kind.ts';
import { labelSelectorCauses } from '../label-selector.ts';

export const roleKind: KindDefinition = builtinKind('rbac.authorization.k8s.io/v1/roles', {
  nameRule: 'path-segment',
  setDefaults: withRules,
  validate: (role) => ruleListCauses(role, true),
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
});

export const clusterRoleKind: KindDefinition = builtinKind('rbac.authorization.k8s.io/v1/clusterroles', {
  nameRule: 'path-segment',
  setDefaults: withRules,
  validate: (role) => [...ruleListCauses(role, false), ...aggregationCauses(role)],
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
});

/** Clients require the list; Kubernetes shows null for none, which they take for an empty one. */
function withRules(role: KubeObject): KubeObject {
  return role['rules'] === undefined ? { ...role, rules: [] } : role;
}

function ruleListCauses(role: KubeObject, isNamespaced: boolean): readonly StatusCause[] {
  return itemsAt(role, 'rules').flatMap((rule, index) => ruleCauses(rule, isNamespaced, `rules[${index}]`));
}

function ruleCauses(rule: Json, isNamespaced: boolean, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const isGiven = (member: string) => itemsAt(rule, member).length > 0;
  if (!isGiven('verbs')) causes.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if (!isGiven('nonResourceURLs')) {
    if (!isGiven('apiGroups')) causes.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
    if (!isGiven('resources')) causes.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
    return causes;
  }
  const urls = itemsAt(rule, 'nonResourceURLs');
  if (isNamespaced) causes.push(invalid(`${path}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs'));
  if (['apiGroups', 'resources', 'resourceNames'].some(isGiven)) {
    causes.push(invalid(`${path}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
  }
  return causes;
}

function aggregationCauses(role: KubeObject): readonly StatusCause[] {
  if (role['aggregationRule'] === undefined) return [];
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = itemsAt(role, 'aggregationRule', 'clusterRoleSelectors');
  if (selectors.length === 0) return [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return selectors.flatMap((selector, index) => labelSelectorCauses(selector, `${path}[${index}]`));
}
