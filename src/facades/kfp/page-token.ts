// Page tokens: where a list continues, with the query that it belongs to, so that a token can't be used for another one.
// Opaque to clients; a digest shows when one was changed. What a token says is checked like any other input.
import { isJsonObject, sha256Hex, type Json, type JsonObject } from '../../base/mod.ts';
import type { Query } from '../../records/mod.ts';
import { invalid } from './refusal.ts';

export interface PageToken {
  /** The list and its parents, for example `runs/experiment/<id>`. */
  readonly list: string;
  readonly filter: string;
  readonly sortBy: string;
  readonly after: NonNullable<Query['after']>;
}

const TOKEN_CHARS_MAX = 64 * 1024;
const DIGEST_CHARS = 16;

export function writePageToken({ list, filter, sortBy, after }: PageToken): string {
  const payload = JSON.stringify({ list, filter, sortBy, value: after.sortValue, id: after.id });
  return Buffer.from(digestOf(payload) + payload).toString('base64url');
}

/** Throws a refusal when the token is not whole. */
export function readPageToken(token: string): PageToken {
  const payload = decodeToken(token);
  if (payload === undefined) throw invalid('page_token is not one that this server gave out');
  const { list, filter, sortBy, value = null, id } = payload;
  const isPosition = typeof id === 'string' && (value === null || typeof value === 'string' || typeof value === 'number');
  if (!isPosition || typeof list !== 'string' || typeof filter !== 'string' || typeof sortBy !== 'string') {
    throw invalid('page_token is not one that this server gave out');
  }
  return { list, filter, sortBy, after: { sortValue: value, id } };
}

function decodeToken(token: string): JsonObject | undefined {
  if (token.length > TOKEN_CHARS_MAX || !/^[\w-]+={0,2}$/.test(token)) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const payload = text.slice(DIGEST_CHARS);
  if (text.slice(0, DIGEST_CHARS) !== digestOf(payload)) return undefined;
  const parsed = parseJson(payload);
  return isJsonObject(parsed) ? parsed : undefined;
}

/** The digest is no secret: who forges one may also write what is no JSON. */
function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // JSON.parse gives JSON.
  } catch {
    return undefined;
  }
}

function digestOf(payload: string): string {
  return sha256Hex(`kfp-page-token\0${payload}`).slice(0, DIGEST_CHARS);
}
