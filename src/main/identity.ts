// Who is calling, in single-user mode: the owner of the data directory, known by loopback or by the token.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { makeSigningKey } from '../server/mod.ts';
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

/** Reads the key that signs the tokens of ServiceAccounts, or makes it (mode 0600). */
export function ensureSigningKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Absent: made below.
  }
  const key = makeSigningKey();
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}

export function singleUser(): Identity {
  return { user: ownUserName(), groups: ['system:masters', 'system:authenticated'] };
}

/** ServiceAccounts and other users have what roles give them, which says nothing about runs, artifacts and logs of steps yet. */
export function isOwner({ groups }: Identity): boolean {
  return groups.includes('system:masters');
}

function ownUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // A uid without an entry in the password database, as in many containers.
    return `uid-${process.getuid?.() ?? 0}`;
  }
}
