// Names and tags that clients give: how long they may be.
import { invalid } from './refusal.ts';
import { quote } from './request-message.ts';

export const NAME_CHARS_MAX = 128;
/** As long as the official server can store; it gives no other limit for them. */
export const DISPLAY_NAME_CHARS_MAX = 255;
export const VERSION_NAME_CHARS_MAX = 127;
const DESCRIPTION_CHARS_MAX = 65_535;
const URL_CHARS_MAX = 2_048;
const TAG_COUNT_MAX = 20;
const TAG_CHARS_MAX = 63;

export type Tags = Readonly<Record<string, string>>;

/** A name that is there, is not too long and has no control characters; `field` names it in the refusal. */
export function checkName(field: string, name: string | undefined, charsMax = NAME_CHARS_MAX): string {
  if (name === undefined || name.trim() === '') throw invalid(`${field} is missing`);
  if (name.length > charsMax) throw invalid(`${field} has ${name.length} characters; at most ${charsMax} are allowed`);
  if (/\p{Cc}/u.test(name)) throw invalid(`${field} has a control character`);
  return name;
}

export function checkDescription(field: string, description: string | undefined): string {
  return checkLength(field, description, DESCRIPTION_CHARS_MAX);
}

export function checkUrl(field: string, url: string | undefined): string {
  return checkLength(field, url, URL_CHARS_MAX);
}

function checkLength(field: string, text: string | undefined, charsMax: number): string {
  if (text !== undefined && text.length > charsMax) throw invalid(`${field} is longer than ${charsMax} characters`);
  return text ?? '';
}

/** As the official server limits them; a dot would make `tags.<key>` ambiguous in filters. */
export function checkTags(field: string, tags: Readonly<Record<string, unknown>> | undefined): Tags {
  const entries = Object.entries(tags ?? {});
  if (entries.length > TAG_COUNT_MAX) throw invalid(`${field} has ${entries.length} tags; at most ${TAG_COUNT_MAX} are allowed`);
  for (const [key, value] of entries) {
    const place = `${field}[${quote(key)}]`;
    if (key === '' || key.length > TAG_CHARS_MAX) throw invalid(`${place}: a tag's key has 1 to ${TAG_CHARS_MAX} characters`);
    if (key.includes('.')) throw invalid(`${place}: a tag's key has no dot`);
    if (typeof value !== 'string') throw invalid(`${place} must be a string`);
    if (value.length > TAG_CHARS_MAX) throw invalid(`${place} is longer than ${TAG_CHARS_MAX} characters`);
  }
  return Object.fromEntries(entries) as Tags; // Every value was checked to be a string.
}
