// URI of an artifact → path on this machine: scheme://bucket/key → <directory>/<scheme>/<bucket>/<key>. Pure and lexical: no
// segment is decoded, so what the URI says is what the file is called, and a segment that could leave the tree is refused.
import { join } from 'node:path';
import { Failure } from '../base/mod.ts';

/** Schemes that are kept in the local store; the KFP SDK maps each to a directory (/minio, /s3, /gcs). */
export const STORED_SCHEMES = ['minio', 's3', 'gs'] as const;

export const URI_CHARACTERS_MAX = 2048;
/** What file systems take for one name. */
export const SEGMENT_BYTES_MAX = 255;
export const SEGMENT_COUNT_MAX = 64;

/** Path of an artifact or of a task root. Throws Failure `InvalidUri`. A slash at the end is ignored. */
export function localPathOfUri(directory: string, uri: string): string {
  return join(directory, ...segmentsOfUri(uri));
}

/** Scheme, bucket and the parts of the key; each is safe as a file name. Throws Failure `InvalidUri`. */
export function segmentsOfUri(uri: string): readonly string[] {
  const shown = JSON.stringify(uri.slice(0, 200));
  if (uri.length > URI_CHARACTERS_MAX) throw invalid(`The URI ${shown}… is longer than ${URI_CHARACTERS_MAX} characters.`);
  const separator = uri.indexOf('://');
  const scheme = uri.slice(0, Math.max(0, separator));
  if (!STORED_SCHEMES.some((stored) => stored === scheme)) {
    throw invalid(`The URI ${shown} is not kept here: its scheme must be one of ${STORED_SCHEMES.join(', ')}.`);
  }
  const rest = uri.slice(separator + 3).replace(/\/$/, '');
  const segments = rest.split('/');
  if (segments.length < 2) throw invalid(`The URI ${shown} needs a bucket and a key.`);
  checkSegments(segments, shown);
  return [scheme, ...segments];
}

/** Segments of a path below an artifact; none for ''. Throws Failure `InvalidUri`. */
export function segmentsOfInnerPath(path: string): readonly string[] {
  if (path === '') return [];
  const shown = JSON.stringify(path.slice(0, 200));
  const segments = path.split('/');
  checkSegments(segments, shown);
  return segments;
}

function checkSegments(segments: readonly string[], shown: string): void {
  if (segments.length > SEGMENT_COUNT_MAX) throw invalid(`${shown} has more than ${SEGMENT_COUNT_MAX} parts.`);
  for (const segment of segments) {
    if (segment === '') throw invalid(`${shown} has an empty part.`);
    if (segment === '.' || segment === '..') throw invalid(`${shown} has the part "${segment}", which could leave its bucket.`);
    if (hasControlCharacter(segment)) throw invalid(`${shown} has a control character.`);
    if (Buffer.byteLength(segment) > SEGMENT_BYTES_MAX) throw invalid(`${shown} has a part of more than ${SEGMENT_BYTES_MAX} bytes.`);
  }
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function invalid(sentence: string): Failure {
  return new Failure('InvalidUri', sentence);
}
