// Resources that store nothing: a client creates one to ask who it is, whose a token is, or who may do what.
import type { JsonObject, Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { Identity } from '../../web/mod.ts';
import type { TokenAuthenticator } from '../authentication/token-authenticator.ts';
import type { Authorizer } from '../authorization/authorization.ts';
import type { PolicyRule } from '../authorization/policy-rule.ts';

/** What discovery tells about a resource. */
export type ResourceDescription = Pick<
  KindDefinition,
  'group' | 'version' | 'resource' | 'kind' | 'singular' | 'shortNames' | 'categories' | 'isNamespaced' | 'verbs' | 'subresources'
>;

export interface ReviewContext {
  readonly identity: Identity;
  /** Of the path; only for reviews inside a namespace. */
  readonly namespace?: string | undefined;
  readonly authorize: Authorizer;
  readonly rulesFor: (identity: Identity, namespace: string | undefined) => readonly PolicyRule[];
  readonly authenticateToken: TokenAuthenticator;
}

export interface ReviewResource extends ResourceDescription, Pick<KindDefinition, 'schema'> {
  /** The status of the answer. */
  readonly review: (spec: JsonObject, context: ReviewContext) => Outcome<JsonObject>;
}

export function reviewResource(group: string, kind: string, isNamespaced: boolean, review: ReviewResource['review']): ReviewResource {
  const singular = kind.toLowerCase();
  return {
    group,
    version: 'v1',
    resource: `${singular}s`,
    kind,
    singular,
    shortNames: [],
    categories: [],
    isNamespaced,
    verbs: ['create'],
    subresources: [],
    schema: { $ref: `io.k8s.api.${group.replace('.k8s.io', '')}.v1.${kind}` },
    review,
  };
}
