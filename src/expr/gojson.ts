// JSON text as Go's encoding/json writes it: keys sorted, no spaces, Go's escapes. KFP hashes this text for its cache and
// substitutes it for lists and structs, so it must agree to the byte.
import type { Json } from '../base/mod.ts';
import { goJsonNumber } from './gonumber.ts';

/** Members whose value is `undefined` are left out. Throws RangeError for a value nested too deep for the stack. */
export function goJsonStringify(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value === 'number') return goJsonNumber(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (isArray(value)) return `[${value.map(goJsonStringify).join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort(compareUtf8)) {
    const member = value[key];
    if (member !== undefined) members.push(`${goJsonString(key)}:${goJsonStringify(member)}`);
  }
  return `{${members.join(',')}}`;
}

/** Order of the strings' UTF-8 bytes, which is how Go compares strings (JavaScript compares UTF-16 units). */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return utf8Rank(unitA) - utf8Rank(unitB);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other UTF-16 unit. */
function utf8Rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

const NEEDS_ESCAPE = /["\\<>&\u0000-\u001f\u2028\u2029]/;
const ESCAPED_CHARACTERS = /["\\<>&\u0000-\u001f\u2028\u2029]/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function goJsonString(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  if (!NEEDS_ESCAPE.test(wellFormed)) return `"${wellFormed}"`;
  return `"${wellFormed.replace(ESCAPED_CHARACTERS, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
