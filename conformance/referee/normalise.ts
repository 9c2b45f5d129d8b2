// Answers of two servers made comparable. `normalise` replaces what differs from run to run; `hashMessages` does what the Go
// generator does to refusals before it writes them (conformance/referee/golden/normalise.go): a text of upstream is not
// kept, whether ours is the same text can be told all the same.
import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../src/base/mod.ts';

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const REVISION = /"resourceVersion":"\d+"/g;
const HASH_CHARS = 12;

export function normalise(value: Json): Json {
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value === 'string') return withoutRun(value);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, isRevision(key, member!) ? '<revision>' : normalise(member!)]));
}

export function hashMessages(value: Json): Json {
  if (Array.isArray(value)) return value.map(hashMessages);
  if (!isJsonObject(value)) return value;
  const { message, ...rest } = value;
  const hashed = Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, hashMessages(member!)]));
  if (message === undefined || hasSeveralCauses(value)) return hashed;
  return typeof message === 'string' && isRefusal(value) ? { ...hashed, messageHash: hashOf(message) } : { ...hashed, message };
}

export function hashOf(message: string): string {
  return createHash('sha256').update(withoutRun(message)).digest('hex').slice(0, HASH_CHARS);
}

/** Their message is made of the causes, in an order that upstream does not keep. */
function hasSeveralCauses({ details }: JsonObject): boolean {
  const causes = isJsonObject(details) ? details['causes'] : undefined;
  return Array.isArray(causes) && causes.length > 1;
}

/** A Status, or one of its causes; a condition has a type. */
function isRefusal(object: JsonObject): boolean {
  return object['kind'] === 'Status' || ('reason' in object && !('type' in object));
}

function isRevision(key: string, value: Json): boolean {
  return key === 'resourceVersion' && typeof value === 'string' && value !== '';
}

/** Replaces what one run put into a text. */
function withoutRun(text: string): string {
  return text.replaceAll(UID, '<uid>').replaceAll(TIME, '<time>').replaceAll(REVISION, '"resourceVersion":"<revision>"');
}
