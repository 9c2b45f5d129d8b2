// Who is calling, in single-user mode: the owner of the data directory, known by loopback or by the token.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Failure } from '../base/mod.ts';
import { makeSigningKey } from '../server/mod.ts';
import type { Identity } from '../web/mod.ts';
import { writePrivateFile } from './private-file.ts';

const TOKEN_BYTES = 32;

/** Reads the installation's token, or makes it (mode 0600). */
export function ensureToken(file: string): string {
  const kept = readIfThere(file)?.trim() ?? '';
  if (kept.length >= TOKEN_BYTES) return kept;
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  writePrivateFile(file, `${token}\n`);
  return token;
}

/** Reads the key that signs the tokens of ServiceAccounts, or makes it (mode 0600). */
export function ensureSigningKey(file: string): string {
  const kept = readIfThere(file);
  if (kept !== undefined && isPrivateKey(kept)) return kept;
  // Absent, or torn by the end of an earlier start: what was signed with it is nobody's then, and is issued anew.
  const key = makeSigningKey();
  writePrivateFile(file, key);
  return key;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Failure('DataDirectoryNotWritable', `${file} can not be read; make it yours with chown, or choose another directory with --data-dir`, { cause: error });
  }
}

function isPrivateKey(text: string): boolean {
  try {
    createPrivateKey(text);
    return true;
  } catch {
    return false; // whoever asks makes another
  }
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
