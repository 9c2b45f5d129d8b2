// What others need in order to check tokens of ServiceAccounts by themselves: OpenID Connect discovery and the key set.
import type { ServiceAccountTokens } from '../authentication/service-account-tokens.ts';
import type { WebResponse } from '../../web/mod.ts';
import { jsonResponse } from './respond.ts';

export const ISSUER_PATH = '/.well-known/openid-configuration';
export const KEY_SET_PATH = '/openid/v1/jwks';

export function issuerDocument({ issuer }: ServiceAccountTokens): WebResponse {
  return jsonResponse(200, {
    issuer,
    jwks_uri: `${issuer}${KEY_SET_PATH}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  });
}

export function keySetDocument(tokens: ServiceAccountTokens): WebResponse {
  return { ...jsonResponse(200, tokens.keySet()), headers: { 'content-type': 'application/jwk-set+json' } };
}
