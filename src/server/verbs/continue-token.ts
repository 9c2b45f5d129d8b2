// The opaque token by which a client asks for the next page: the revision of the first page and the last key it got.
import { isJsonObject } from '../../base/mod.ts';

export interface ContinueToken {
  readonly revision: number;
  readonly afterKey: string;
}

/** Instead of a revision: go on with the state of the moment. */
export const INCONSISTENT = -1;
const TOKEN_CHARS_MAX = 2048;

export function formatContinueToken({ revision, afterKey }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: afterKey })).toString('base64url');
}

/** Undefined when it is none of ours. */
export function parseContinueToken(text: string): ContinueToken | undefined {
  if (text.length > TOKEN_CHARS_MAX) return undefined;
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!isJsonObject(token) || token['v'] !== 'meta.k8s.io/v1') return undefined;
    const { rv: revision, start: afterKey } = token;
    if (typeof afterKey !== 'string' || typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < INCONSISTENT) return undefined;
    return { revision, afterKey };
  } catch {
    return undefined; // not base64url of JSON
  }
}
