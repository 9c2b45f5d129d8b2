// Whose a bearer token is: one of the installation's own, or one of a ServiceAccount.
import { sha256Hex } from '../../base/mod.ts';
import type { Identity } from '../../web/mod.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

export interface AuthenticatedToken {
  readonly identity: Identity;
  /** Those of the wanted audiences that the token is for; undefined for tokens that name none. */
  readonly audiences?: readonly string[];
  /** True: one of the installation's own, good as long as the server runs. The others expire, or go with their account. */
  readonly isLasting?: true;
}

/** Undefined: nobody's. Without audiences the token must be for this server. */
export type TokenAuthenticator = (token: string, audiences?: readonly string[]) => AuthenticatedToken | undefined;

export function createTokenAuthenticator(tokens: ReadonlyMap<string, Identity>, serviceAccounts?: ServiceAccountTokens): TokenAuthenticator {
  // Looked up by digest, so that the time of a comparison tells nothing about a token.
  const byDigest = new Map([...tokens].map(([token, identity]) => [sha256Hex(token), identity]));
  return (token, audiences) => {
    const identity = byDigest.get(sha256Hex(token));
    return identity === undefined ? serviceAccounts?.verify(token, audiences) : { identity, isLasting: true };
  };
}
