// Who a request comes from: a client certificate or a bearer token over TLS, or, when allowed, anybody on this machine over
// plain HTTP.
import type { IncomingMessage } from 'node:http';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import type { Identity } from '../../web/mod.ts';
import type { TokenAuthenticator } from './token-authenticator.ts';

export interface AuthenticationOptions {
  readonly authenticateToken: TokenAuthenticator;
  /** Who plain HTTP from a loopback address is; undefined: nobody. Clients send no credentials over plain HTTP. */
  readonly loopbackIdentity?: Identity;
}

/** Undefined: unknown, or the token is wrong. */
export type Authenticate = (request: Pick<IncomingMessage, 'headers' | 'socket'>, isTls: boolean) => Identity | undefined;

export const AUTHENTICATED_GROUP = 'system:authenticated';

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
const BEARER = /^Bearer +(\S+) *$/i;
/** Tokens that Slipway issues to ServiceAccounts are such; nobody who sends one means to be the owner of the machine. */
const JSON_WEB_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function createAuthentication({ authenticateToken, loopbackIdentity }: AuthenticationOptions): Authenticate {
  return ({ headers, socket }, isTls) => {
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    if (!isTls) {
      if (loopbackIdentity === undefined || !LOOPBACK.test(socket.remoteAddress ?? '')) return undefined;
      // A ServiceAccount stays one when its client speaks plain HTTP: also when its token has expired.
      return token !== undefined && JSON_WEB_TOKEN.test(token) ? authenticateToken(token)?.identity : loopbackIdentity;
    }
    return (socket instanceof TLSSocket ? identityOfCertificate(socket) : undefined) ?? (token === undefined ? undefined : authenticateToken(token)?.identity);
  };
}

/** Name and organizations of a client certificate that an authority of the server signed. */
function identityOfCertificate(socket: TLSSocket): Identity | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  const [user] = listOf(subject?.CN);
  if (user === undefined || user === '') return undefined;
  return { user, groups: withAuthenticated(listOf(subject?.O)) };
}

export function withAuthenticated(groups: readonly string[]): readonly string[] {
  return groups.includes(AUTHENTICATED_GROUP) ? groups : [...groups, AUTHENTICATED_GROUP];
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}
