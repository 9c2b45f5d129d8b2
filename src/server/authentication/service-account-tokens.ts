// Tokens of ServiceAccounts: what they say, and whether they still hold. A token dies with its account, with the Pod or
// Secret that it is bound to, and with its time. Claims as Kubernetes has them (pkg/serviceaccount/claims.go, legacy.go).
import { sha256Hex, isJsonObject, type Clock, type JsonObject, type KubeObject, type Rng } from '../../base/mod.ts';
import { fieldOf } from '../../api/mod.ts';
import type { StoreReader } from '../../store/mod.ts';
import { AUTHENTICATED_GROUP } from './authentication.ts';
import type { TokenSigner } from './json-web-token.ts';
import type { AuthenticatedToken } from './token-authenticator.ts';

export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid: string;
}

export interface TokenContent {
  readonly account: KubeObject;
  readonly audiences: readonly string[];
  readonly lifetimeSeconds: number;
  readonly boundTo?: BoundObject;
  /** Where the Pod runs that the token is bound to. */
  readonly nodeName?: string;
}

export interface ServiceAccountTokens {
  readonly issuer: string;
  issue(content: TokenContent): { readonly token: string; readonly expiresAtMs: number };
  /** One without an end, kept in a Secret of type kubernetes.io/service-account-token. */
  issueLegacy(account: KubeObject, secret: { readonly name: string }): string;
  /** Without audiences: those of this server. */
  verify(token: string, audiences?: readonly string[]): AuthenticatedToken | undefined;
  keySet(): JsonObject;
}

export interface ServiceAccountTokensOptions {
  readonly store: StoreReader;
  readonly signer: TokenSigner;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** As a cluster has it; clients compare it and never open it. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const LEGACY_ISSUER = 'kubernetes/serviceaccount';
/** Signatures remembered as good, oldest forgotten first. */
const CHECKED_COUNT_MAX = 1_000;
/** Upstream advises to fetch a new token after 80 %; this claim is for warnings only. */
const WARN_AFTER_SHARE = 0.8;

const COLLECTIONS = { Pod: 'pods', Secret: 'secrets' } as const;

export function createServiceAccountTokens({ store, signer, clock, rng }: ServiceAccountTokensOptions): ServiceAccountTokens {
  const checked = new Map<string, JsonObject>();
  const claimsOf = (token: string): JsonObject | undefined => {
    const digest = sha256Hex(token);
    const known = checked.get(digest);
    if (known !== undefined) return known;
    const claims = signer.verify(token);
    if (claims === undefined) return undefined;
    if (checked.size >= CHECKED_COUNT_MAX) checked.delete(checked.keys().next().value!);
    checked.set(digest, claims);
    return claims;
  };
  return {
    issuer: ISSUER,
    issue(content) {
      const issuedAt = Math.floor(clock.now() / 1000);
      const expiresAt = issuedAt + content.lifetimeSeconds;
      return { token: signer.sign(claimsFor(content, issuedAt, rng.uuid())), expiresAtMs: expiresAt * 1000 };
    },
    issueLegacy: (account, { name }) => signer.sign(legacyClaims(account, name)),
    verify(token, audiences = [ISSUER]) {
      const claims = claimsOf(token);
      if (claims === undefined) return undefined;
      if (claims['iss'] === LEGACY_ISSUER) return verifyLegacy(store, claims, token, audiences);
      return claims['iss'] === ISSUER ? verifyBound(store, claims, audiences, clock.now() / 1000) : undefined;
    },
    keySet: () => signer.keySet(),
  };
}

function claimsFor({ account, audiences, lifetimeSeconds, boundTo, nodeName }: TokenContent, issuedAt: number, id: string): JsonObject {
  const { namespace = '', name, uid = '' } = account.metadata;
  const bound = boundTo === undefined ? {} : { [boundTo.kind.toLowerCase()]: { name: boundTo.name, uid: boundTo.uid } };
  const node = nodeName === undefined ? {} : { node: { name: nodeName } };
  return {
    aud: [...audiences],
    exp: issuedAt + lifetimeSeconds,
    iat: issuedAt,
    iss: ISSUER,
    jti: id,
    'kubernetes.io': { namespace, ...node, ...bound, serviceaccount: { name, uid }, warnafter: issuedAt + Math.floor(lifetimeSeconds * WARN_AFTER_SHARE) },
    nbf: issuedAt,
    sub: userNameOf(namespace, name),
  };
}

function verifyBound(store: StoreReader, claims: JsonObject, wanted: readonly string[], nowSeconds: number): AuthenticatedToken | undefined {
  const { exp, nbf, aud } = claims;
  if (typeof exp !== 'number' || typeof nbf !== 'number' || nowSeconds >= exp || nowSeconds < nbf) return undefined;
  const audiences = wanted.filter((audience) => Array.isArray(aud) && aud.includes(audience));
  if (audiences.length === 0) return undefined;
  const own = claims['kubernetes.io'];
  const [namespace, name] = [textOf(own, 'namespace'), textOf(own, 'serviceaccount', 'name')];
  const uid = textOf(own, 'serviceaccount', 'uid');
  if (!isAlive(store, `serviceaccounts/${namespace}/${name}`, uid)) return undefined;
  for (const kind of ['Pod', 'Secret'] as const) {
    const bound = fieldOf(own, kind.toLowerCase());
    if (bound !== undefined && !isAlive(store, `${COLLECTIONS[kind]}/${namespace}/${textOf(bound, 'name')}`, textOf(bound, 'uid'))) return undefined;
  }
  const nodeIdentity = fieldOf(own, 'pod') === undefined ? fieldOf(own, 'node') : undefined;
  if (nodeIdentity !== undefined && !isAlive(store, `nodes/${textOf(nodeIdentity, 'name')}`, textOf(nodeIdentity, 'uid'))) return undefined;
  const extra = {
    'authentication.kubernetes.io/credential-id': [`JTI=${String(claims['jti'])}`],
    ...(fieldOf(own, 'pod') === undefined
      ? {}
      : { 'authentication.kubernetes.io/pod-name': [textOf(own, 'pod', 'name')], 'authentication.kubernetes.io/pod-uid': [textOf(own, 'pod', 'uid')] }),
    ...(fieldOf(own, 'node') === undefined ? {} : { 'authentication.kubernetes.io/node-name': [textOf(own, 'node', 'name')] }),
  };
  return { identity: { ...identityOfAccount(namespace, name), uid, extra }, audiences };
}

function legacyClaims({ metadata: { namespace = '', name, uid = '' } }: KubeObject, secretName: string): JsonObject {
  return {
    iss: LEGACY_ISSUER,
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secretName,
    'kubernetes.io/serviceaccount/service-account.name': name,
    'kubernetes.io/serviceaccount/service-account.uid': uid,
    sub: userNameOf(namespace, name),
  };
}

/** Holds as long as its Secret holds that very token. */
function verifyLegacy(store: StoreReader, claims: JsonObject, token: string, wanted: readonly string[]): AuthenticatedToken | undefined {
  if (!wanted.includes(ISSUER)) return undefined;
  const text = (name: string) => String(claims[`kubernetes.io/serviceaccount/${name}`]);
  const [namespace, name, uid] = [text('namespace'), text('service-account.name'), text('service-account.uid')];
  if (!isAlive(store, `serviceaccounts/${namespace}/${name}`, uid)) return undefined;
  const secret = store.get(`secrets/${namespace}/${text('secret.name')}`)?.object;
  if (secret === undefined || secret.metadata.deletionTimestamp !== undefined) return undefined;
  if (fieldOf(secret, 'data', 'token') !== Buffer.from(token).toString('base64')) return undefined;
  return { identity: { ...identityOfAccount(namespace, name), uid }, audiences: [ISSUER] };
}

export function userNameOf(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

export function identityOfAccount(namespace: string, name: string) {
  return { user: userNameOf(namespace, name), groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED_GROUP] };
}

function isAlive(store: StoreReader, key: string, uid: string): boolean {
  return store.get(key)?.object.metadata.uid === uid;
}

function textOf(value: unknown, ...path: readonly string[]): string {
  const found = isJsonObject(value) ? fieldOf(value, ...path) : undefined;
  return typeof found === 'string' ? found : '';
}
