// Role-based access control over the roles and bindings in the store. A handful of bindings is looked through for each
// question: that is faster than keeping an index true.
import { isJsonObject, objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import type { Store } from '../../store/mod.ts';
import type { Identity } from '../../web/mod.ts';
import { MASTERS_GROUP, type AccessAnswer, type AccessQuestion, type Authorizer } from './authorization.ts';
import { allows, rulesOf, type PolicyRule } from './policy-rule.ts';

export type RoleStore = Pick<Store, 'get' | 'list'>;

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** The rules that a binding gives to an identity. */
export interface GrantedRules {
  readonly rules: readonly PolicyRule[];
  /** For example: ClusterRoleBinding "admins" of ClusterRole "admin" to User "alice". */
  readonly because: string;
}

/** What the cluster-admin may. */
export const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

export function createRoleBasedAuthorizer(store: RoleStore): Authorizer {
  return (identity, question) => answer(store, identity, question);
}

function answer(store: RoleStore, identity: Identity, question: AccessQuestion): AccessAnswer {
  if (identity.groups.includes(MASTERS_GROUP)) return { isAllowed: true };
  const missing: string[] = [];
  const namespace = 'path' in question ? undefined : question.namespace;
  for (const { rules, because } of grantedTo(store, identity, namespace, missing)) {
    if (rules.some((rule) => allows(rule, question))) return { isAllowed: true, reason: `RBAC: allowed by ${because}` };
  }
  return missing.length === 0 ? { isAllowed: false } : { isAllowed: false, reason: `RBAC: ${missing.join(', ')}` };
}

/** Rules that hold everywhere, and those of one namespace. `missing` collects sentences about roles that do not exist. */
export function* grantedTo(store: RoleStore, identity: Identity, namespace: string | undefined, missing: string[] = []): Generator<GrantedRules> {
  if (identity.groups.includes(MASTERS_GROUP)) {
    yield { rules: EVERYTHING, because: `the group ${MASTERS_GROUP}` };
    return;
  }
  const bindings = store.list(`clusterrolebindings.${RBAC_GROUP}/`);
  const local = namespace === undefined ? [] : store.list(`rolebindings.${RBAC_GROUP}/${namespace}/`);
  for (const { object } of [...bindings, ...local]) {
    const subject = objectsOf(object['subjects']).find((candidate) => isSubject(candidate, identity, object.metadata.namespace));
    if (subject === undefined) continue;
    const role = findRole(store, object, missing);
    if (role !== undefined) yield { rules: rulesOf(role), because: `${describe(object)} of ${role.kind} "${role.metadata.name}" to ${describeSubject(subject)}` };
  }
}

function isSubject({ kind, name, namespace }: JsonObject, identity: Identity, bindingNamespace: string | undefined): boolean {
  switch (kind) {
    case 'User':
      return identity.user === name;
    case 'Group':
      return identity.groups.includes(String(name));
    case 'ServiceAccount': {
      const at = namespace === undefined || namespace === '' ? bindingNamespace : namespace;
      return at !== undefined && identity.user === `system:serviceaccount:${String(at)}:${String(name)}`;
    }
    default:
      return false;
  }
}

/** The role that a binding refers to. */
export function findRole(store: Pick<Store, 'get'>, binding: KubeObject, missing: string[]): KubeObject | undefined {
  const reference = isJsonObject(binding['roleRef']) ? binding['roleRef'] : {};
  const isClusterRole = reference['kind'] === 'ClusterRole';
  const name = String(reference['name']);
  const key = isClusterRole ? `clusterroles.${RBAC_GROUP}/${name}` : `roles.${RBAC_GROUP}/${binding.metadata.namespace ?? ''}/${name}`;
  const found = store.get(key)?.object;
  if (found === undefined) missing.push(`${isClusterRole ? 'clusterrole' : 'role'}.${RBAC_GROUP} "${name}" not found`);
  return found;
}

function describe({ kind, metadata: { name, namespace } }: KubeObject): string {
  return namespace === undefined ? `${kind} "${name}"` : `${kind} "${name}/${namespace}"`;
}

function describeSubject({ kind, name, namespace }: JsonObject): string {
  return kind === 'ServiceAccount' ? `ServiceAccount "${String(name)}/${String(namespace ?? '')}"` : `${String(kind)} "${String(name)}"`;
}
