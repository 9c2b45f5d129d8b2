// Who is calling, in single-user mode: the owner of the data directory, known by loopback or by the token.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { userInfo } from 'node:os';
import { isIPv4 } from 'node:net';
import type { Identity } from '../web/mod.ts';

const TOKEN_BYTES = 32;

/** Reads the installation's token, or makes it (mode 0600). */
export function ensureToken(file: string): string {
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (token.length >= TOKEN_BYTES) return token;
  } catch {
    // Absent: made below.
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return token;
}

export function singleUser(): Identity {
  return { user: ownUserName(), groups: ['system:masters', 'system:authenticated'] };
}

/**
 * Plain HTTP from this machine is the single user: kfp and browsers need no login. Over TLS, and from elsewhere, the
 * token of the kubeconfig is asked for.
 */
export function createAuthenticator(token: string, user: Identity) {
  const expected = Buffer.from(token);
  return (request: IncomingMessage, isTls: boolean): Identity | undefined => {
    if (!isTls && isLoopback(request.socket.remoteAddress)) return user;
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) return undefined;
    const bytes = Buffer.from(given);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected) ? user : undefined;
  };
}

function isLoopback(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/, '');
  return plain === '::1' || (plain !== undefined && isIPv4(plain) && plain.startsWith('127.'));
}

function ownUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // A uid without an entry in the password database, as in many containers.
    return `uid-${process.getuid?.() ?? 0}`;
  }
}
