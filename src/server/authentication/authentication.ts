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
  /** The header that a connection sent last, when it is good for ever: clients repeat it with every request. */
  const lasting = new WeakMap<object, { readonly header: string; readonly identity: Identity }>();
  return ({ headers, socket }, isTls) => {
    const known = isTls ? lasting.get(socket) : undefined;
    if (known !== undefined && known.header === headers.authorization) return known.identity;
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    if (!isTls) {
      if (loopbackIdentity === undefined || !LOOPBACK.test(socket.remoteAddress ?? '')) return undefined;
      // A ServiceAccount stays one when its client speaks plain HTTP: also when its token has expired.
      return token !== undefined && JSON_WEB_TOKEN.test(token) ? authenticateToken(token)?.identity : loopbackIdentity;
    }
    const certified = socket instanceof TLSSocket ? identityOfCertificate(socket) : undefined;
    if (certified !== undefined || token === undefined) return certified;
    const authenticated = authenticateToken(token);
    if (authenticated?.isLasting === true) lasting.set(socket, { header: headers.authorization!, identity: authenticated.identity });
    return authenticated?.identity;
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
