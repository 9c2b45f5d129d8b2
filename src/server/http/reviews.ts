// Resources that store nothing: a client creates one to ask who it is and what it may do.
import { isJsonObject, type JsonObject } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { Identity } from '../../web/mod.ts';
import type { Authorizer } from './authorization.ts';

/** What discovery tells about a resource. */
export type ResourceDescription = Pick<
  KindDefinition,
  'group' | 'version' | 'resource' | 'kind' | 'singular' | 'shortNames' | 'categories' | 'isNamespaced' | 'verbs' | 'subresources'
>;

export interface ReviewContext {
  readonly identity: Identity;
  readonly authorize: Authorizer;
  readonly kinds: readonly ResourceDescription[];
}

export interface ReviewResource extends ResourceDescription {
  readonly review: (spec: JsonObject, context: ReviewContext) => JsonObject;
}

export const reviewResources: readonly ReviewResource[] = [
  reviewResource('authorization.k8s.io', 'SelfSubjectAccessReview', reviewAccess),
  reviewResource('authorization.k8s.io', 'SelfSubjectRulesReview', reviewRules),
  reviewResource('authentication.k8s.io', 'SelfSubjectReview', reviewSubject),
];

function reviewResource(group: string, kind: string, review: ReviewResource['review']): ReviewResource {
  const singular = kind.toLowerCase();
  return {
    group,
    version: 'v1',
    resource: `${singular}s`,
    kind,
    singular,
    shortNames: [],
    categories: [],
    isNamespaced: false,
    verbs: ['create'],
    subresources: [],
    review,
  };
}

function reviewAccess(spec: JsonObject, { identity, authorize }: ReviewContext): JsonObject {
  const asked = isJsonObject(spec['resourceAttributes']) ? spec['resourceAttributes'] : undefined;
  // Paths that are no resources (version, health, discovery) are open to everyone who got this far.
  if (asked === undefined) return { allowed: true };
  const text = (name: string) => (typeof asked[name] === 'string' && asked[name] !== '' ? asked[name] : undefined);
  const { isAllowed, reason } = authorize(identity, {
    verb: text('verb') ?? '*',
    group: text('group') ?? '',
    version: text('version') ?? '*',
    resource: text('resource') ?? '*',
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  });
  return { allowed: isAllowed, ...(reason === undefined ? {} : { reason }) };
}

function reviewRules(spec: JsonObject, { identity, authorize, kinds }: ReviewContext): JsonObject {
  const namespace = typeof spec['namespace'] === 'string' ? spec['namespace'] : undefined;
  const resourceRules = kinds.flatMap(({ group, version, resource, verbs }) => {
    const allowed = verbs.filter((verb) => authorize(identity, { verb, group, version, resource, namespace }).isAllowed);
    return allowed.length === 0 ? [] : [{ verbs: allowed, apiGroups: [group], resources: [resource] }];
  });
  return { resourceRules, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['*'] }], incomplete: false };
}

function reviewSubject(_spec: JsonObject, { identity }: ReviewContext): JsonObject {
  return { userInfo: { username: identity.user, groups: [...identity.groups] } };
}
