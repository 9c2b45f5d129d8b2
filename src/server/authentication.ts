// Who a request comes from: a bearer token over TLS, or, when allowed, anybody on this machine over plain HTTP.
import type { IncomingMessage } from 'node:http';
import { sha256Hex } from '../base/mod.ts';
import type { Identity } from '../web/mod.ts';

export interface AuthenticationOptions {
  /** Identities by token. */
  readonly tokens: ReadonlyMap<string, Identity>;
  /** Who plain HTTP from a loopback address is; undefined: nobody. Clients send no credentials over plain HTTP. */
  readonly loopbackIdentity?: Identity;
}

/** Undefined: unknown, or the token is wrong. */
export type Authenticate = (request: Pick<IncomingMessage, 'headers' | 'socket'>, isTls: boolean) => Identity | undefined;

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
const BEARER = /^Bearer +(\S+) *$/i;

export function createAuthentication({ tokens, loopbackIdentity }: AuthenticationOptions): Authenticate {
  // Looked up by digest, so that the time of a comparison tells nothing about a token.
  const byDigest = new Map([...tokens].map(([token, identity]) => [sha256Hex(token), identity]));
  return ({ headers, socket }, isTls) => {
    if (!isTls && loopbackIdentity !== undefined && LOOPBACK.test(socket.remoteAddress ?? '')) return loopbackIdentity;
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    return token === undefined || !isTls ? undefined : byDigest.get(sha256Hex(token));
  };
}
