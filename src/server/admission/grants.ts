// Nobody gives away rights that they do not have: roles and bindings are checked against those of the one who writes them.
// After pkg/registry/rbac (escalation_check.go, policybased) of Kubernetes.
import { failureStatus, isJsonObject, jsonEquals, type KubeObject } from '../../base/mod.ts';
import { allows, describeRule, rulesOf, uncovered, type PolicyRule } from '../authorization/policy-rule.ts';
import { findRole, grantedTo, RBAC_GROUP, type RoleStore } from '../authorization/role-based.ts';
import { forbidden, refuse, type Refusal } from '../refusals.ts';
import type { AdmissionFacts, AdmissionPlugin, AdmissionRequest } from './admission.ts';

const named = (resources: readonly string[]) => resources.map((resource) => `${resource}.${RBAC_GROUP}`);

export const roleAdmission: AdmissionPlugin = { name: 'RoleEscalation', resources: named(['roles', 'clusterroles']), operations: ['CREATE', 'UPDATE'], refuse: refuseRole };
export const bindingAdmission: AdmissionPlugin = { name: 'RoleBinding', resources: named(['rolebindings', 'clusterrolebindings']), operations: ['CREATE', 'UPDATE'], refuse: refuseBinding };

function refuseRole(request: AdmissionRequest, facts: AdmissionFacts): Refusal | undefined {
  const { object, old } = request;
  const isSame = old !== undefined && jsonEquals(object['rules'], old['rules']) && jsonEquals(object['aggregationRule'], old['aggregationRule']);
  if (isSame || may(request, facts, 'escalate', object)) return undefined;
  // Whoever may collect any rules by their labels may as well have them all.
  const isAggregated = object['aggregationRule'] !== undefined && !jsonEquals(object['aggregationRule'], old?.['aggregationRule']);
  const wanted: readonly PolicyRule[] = isAggregated ? [...rulesOf(object), ALL_RESOURCES, ALL_PATHS] : rulesOf(object);
  return refuseUncovered(request, facts, wanted);
}

const NO_RULE: PolicyRule = { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };
const ALL_RESOURCES: PolicyRule = { ...NO_RULE, apiGroups: ['*'], resources: ['*'] };
const ALL_PATHS: PolicyRule = { ...NO_RULE, nonResourceURLs: ['*'] };

function refuseBinding(request: AdmissionRequest, facts: AdmissionFacts): Refusal | undefined {
  const { object, old } = request;
  if (old !== undefined && jsonEquals(object['roleRef'], old['roleRef']) && jsonEquals(object['subjects'], old['subjects'])) return undefined;
  const missing: string[] = [];
  const role = findRole(facts, object, missing);
  if (role === undefined) {
    // Masters may bind what will come.
    const question = { verb: 'bind', ...roleQuestion(object) };
    const details = { name: question.name, group: RBAC_GROUP, kind: question.resource.slice(0, -1) };
    return rulesHeld(request, facts).some((rule) => allows(rule, question)) ? undefined : refuse(failureStatus('NotFound', missing.join(', '), details));
  }
  return may(request, facts, 'bind', role) ? undefined : refuseUncovered(request, facts, rulesOf(role));
}

function refuseUncovered(request: AdmissionRequest, facts: AdmissionFacts, wanted: readonly PolicyRule[]): Refusal | undefined {
  const { kind, object, identity } = request;
  const left = uncovered(rulesHeld(request, facts), wanted);
  if (left.length === 0) return undefined;
  const groups = identity.groups.map((group) => JSON.stringify(group)).join(' ');
  const who = `user ${JSON.stringify(identity.user)} (groups=[${groups}])`;
  return forbidden(kind, object.metadata.name, `${who} is attempting to grant RBAC permissions not currently held:\n${left.map(describeRule).join('\n')}`);
}

function rulesHeld({ identity, object }: AdmissionRequest, facts: AdmissionFacts): readonly PolicyRule[] {
  return [...grantedTo(storeOf(facts), identity, object.metadata.namespace)].flatMap(({ rules }) => rules);
}

function may(request: AdmissionRequest, facts: AdmissionFacts, verb: 'bind' | 'escalate', role: KubeObject): boolean {
  const resource = role.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  const question = { verb, group: RBAC_GROUP, version: 'v1', resource, name: role.metadata.name, namespace: request.object.metadata.namespace };
  return rulesHeld(request, facts).some((rule) => allows(rule, question));
}

function roleQuestion(binding: KubeObject) {
  const { kind, name } = isJsonObject(binding['roleRef']) ? binding['roleRef'] : {};
  return { group: RBAC_GROUP, version: 'v1', resource: kind === 'ClusterRole' ? 'clusterroles' : 'roles', name: String(name) };
}

function storeOf(facts: AdmissionFacts): RoleStore {
  return { get: facts.get, list: (prefix) => facts.list(prefix).map((object) => ({ key: '', revision: 0, text: '', object })) };
}
