// Who one is, and whose a token is.
import { success, textsOf, type JsonObject, type Outcome } from '../../base/mod.ts';
import { required } from '../../api/mod.ts';
import type { Identity } from '../../web/mod.ts';
import { ISSUER } from '../authentication/service-account-tokens.ts';
import { invalidObject } from '../refusals.ts';
import type { ReviewContext } from './review.ts';

export function reviewSubject(_spec: JsonObject, { identity }: ReviewContext): Outcome<JsonObject> {
  return success({ userInfo: userInfoOf(identity) });
}

export function reviewToken(spec: JsonObject, { authenticateToken }: ReviewContext): Outcome<JsonObject> {
  const token = spec['token'];
  if (typeof token !== 'string' || token === '') {
    return invalidObject({ group: 'authentication.k8s.io', kind: 'TokenReview' }, '', [required('spec.token', 'the token to look at')]);
  }
  const wanted = textsOf(spec['audiences']);
  const found = authenticateToken(token, wanted.length === 0 ? undefined : wanted);
  if (found === undefined) return success({ authenticated: false, user: {}, error: 'the token is not known, has expired, or is for others' });
  // A token that names no audience is for this server alone.
  const audiences = found.audiences ?? (wanted.length === 0 ? [ISSUER] : wanted.filter((audience) => audience === ISSUER));
  if (audiences.length === 0) return success({ authenticated: false, user: {}, error: 'the token is for other audiences' });
  return success({ authenticated: true, user: userInfoOf(found.identity), audiences: [...audiences] });
}

/** `userInfo` as reviews and admission requests have it. */
export function userInfoOf({ user, groups, uid, extra }: Identity): JsonObject {
  return {
    username: user,
    ...(uid === undefined ? {} : { uid }),
    groups: [...groups],
    ...(extra === undefined ? {} : { extra: extra as unknown as JsonObject }),
  };
}
