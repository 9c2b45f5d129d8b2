// serviceaccounts/{name}/token: a token for the account, for a while, for an audience, bound to a Pod or a Secret or not.
import { failureStatus, isJsonObject, success, textsOf, toRfc3339, type JsonObject, type KubeObject, type Outcome, type StatusCause, type WriteOptions } from '../../base/mod.ts';
import { apiVersionOf, fieldOf, invalid, notSupported, type KindDefinition } from '../../api/mod.ts';
import type { StoreReader } from '../../store/mod.ts';
import type { BoundObject, TokenContent } from '../authentication/service-account-tokens.ts';
import type { ServerContext } from '../context.ts';
import { badRequest, conflict, invalidObject, notFound, refuse, type Refusal } from '../refusals.ts';
import { consultOnAction } from '../webhooks/consultation.ts';
import { TOKEN_REQUEST } from '../write/action-kinds.ts';
import { decodeObject } from '../write/decode.ts';
import type { Place } from './change.ts';
import { getObject } from './get.ts';

const LIFETIME_SECONDS_DEFAULT = 3_600;
const LIFETIME_SECONDS_MIN = 600;
/** Nearly a century and a half, as Kubernetes has it. */
const LIFETIME_SECONDS_MAX = 2 ** 32;
const BOUND_RESOURCES = { Pod: { resource: 'pods', isNamespaced: true }, Secret: { resource: 'secrets', isNamespaced: true }, Node: { resource: 'nodes', isNamespaced: false } } as const;

/** The TokenRequest with its status; nothing is stored. */
export async function requestToken(context: ServerContext, kind: KindDefinition, place: Place, body: unknown, options: WriteOptions): Promise<Outcome<KubeObject>> {
  const tokens = context.serviceAccountTokens;
  if (tokens === undefined) return refuse(failureStatus('ServiceUnavailable', 'no tokens are issued here'));
  const decoded = decodeObject(TOKEN_REQUEST, body, options);
  if (!decoded.ok) return decoded;
  const { namespace, name } = place;
  const misplaced = refusePlace(decoded.value, place);
  if (misplaced !== undefined) return misplaced;
  const asked = await consultOnAction(context, { kind, namespace, name }, 'token', decoded.value, options);
  if (!asked.ok) return asked;
  const account = getObject(context, kind, namespace, name);
  if (!account.ok) return account;
  const { spec = {}, metadata } = asked.value;
  const content = contentOf(context.store, account.value.object, spec, tokens.issuer);
  if (!content.ok) return content;
  const { token, expiresAtMs } = tokens.issue(content.value);
  const { audiences, lifetimeSeconds: expirationSeconds } = content.value;
  return success({
    kind: TOKEN_REQUEST.kind,
    apiVersion: apiVersionOf(TOKEN_REQUEST),
    metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }), creationTimestamp: toRfc3339(context.clock.now()) },
    spec: { ...spec, audiences, expirationSeconds, boundObjectRef: isJsonObject(spec['boundObjectRef']) ? spec['boundObjectRef'] : null },
    status: { token, expirationTimestamp: toRfc3339(expiresAtMs) },
  });
}

function refusePlace({ metadata }: KubeObject, { name, namespace }: Place): Refusal | undefined {
  if (metadata.name !== '' && metadata.name !== name) return badRequest('name in URL does not match name in TokenRequest object');
  const isElsewhere = (metadata.namespace ?? '') !== '' && metadata.namespace !== namespace;
  return isElsewhere ? badRequest('namespace in URL does not match namespace in TokenRequest object') : undefined;
}

function contentOf(store: StoreReader, account: KubeObject, spec: JsonObject, issuer: string): Outcome<TokenContent> {
  const lifetimeSeconds = spec['expirationSeconds'] ?? LIFETIME_SECONDS_DEFAULT;
  const reference = isJsonObject(spec['boundObjectRef']) ? spec['boundObjectRef'] : undefined;
  const causes = [...lifetimeCauses(lifetimeSeconds), ...referenceCauses(reference)];
  if (causes.length > 0) return invalidObject({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', causes);
  const named = textsOf(spec['audiences']);
  const content = { account, audiences: named.length === 0 ? [issuer] : named, lifetimeSeconds: lifetimeSeconds as number };
  return reference === undefined ? success(content) : boundContent(store, content, reference);
}

function lifetimeCauses(seconds: unknown): readonly StatusCause[] {
  const field = 'spec.expirationSeconds';
  if (typeof seconds !== 'number' || seconds < LIFETIME_SECONDS_MIN) return [invalid(field, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > LIFETIME_SECONDS_MAX ? [invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}

function referenceCauses(reference: JsonObject | undefined): readonly StatusCause[] {
  if (reference === undefined) return [];
  const isKnown = reference['apiVersion'] === 'v1' && Object.hasOwn(BOUND_RESOURCES, String(reference['kind']));
  return isKnown ? [] : [notSupported('spec.boundObjectRef', `${String(reference['apiVersion'])}/${String(reference['kind'])}`, Object.keys(BOUND_RESOURCES).map((kind) => `v1/${kind}`))];
}

function boundContent(store: StoreReader, content: TokenContent, reference: JsonObject): Outcome<TokenContent> {
  const kind = reference['kind'] as BoundObject['kind'];
  const name = String(reference['name']);
  const { resource, isNamespaced } = BOUND_RESOURCES[kind];
  const type = { group: '', version: 'v1', resource };
  const found = store.get(isNamespaced ? `${resource}/${content.account.metadata.namespace ?? ''}/${name}` : `${resource}/${name}`)?.object;
  if (found === undefined) return notFound(type, name);
  const { uid = '' } = found.metadata;
  const wantedUid = typeof reference['uid'] === 'string' ? reference['uid'] : '';
  if (wantedUid !== '' && wantedUid !== uid) {
    return conflict(type, name, `the UID in the bound object reference (${wantedUid}) does not match the UID in record. The object might have been deleted and then recreated`);
  }
  if (kind === 'Pod' && fieldOf(found, 'spec', 'serviceAccountName') !== content.account.metadata.name) {
    return refuse(failureStatus('BadRequest', `cannot bind token for serviceaccount "${content.account.metadata.name}" to pod running with different serviceaccount name.`));
  }
  const nodeName = kind === 'Pod' ? fieldOf(found, 'spec', 'nodeName') : undefined;
  return success({ ...content, boundTo: { kind, name, uid }, ...(typeof nodeName === 'string' && nodeName !== '' ? { nodeName } : {}) });
}
