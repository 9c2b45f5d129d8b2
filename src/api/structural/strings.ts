// Lengths and patterns of strings. Patterns run on RE2.
import { Failure, oncePer, type StatusCause } from '../../base/mod.ts';
import { compilePattern, type Pattern } from '../../expr/mod.ts';
import { invalid, tooLong } from '../causes.ts';
import type { KindSchema } from '../kind.ts';

/** The first thing that is wrong; upstream looks no further. */
export function stringCauses(schema: KindSchema, text: string, path: string): readonly StatusCause[] {
  const { minLength, maxLength, pattern } = schema;
  const field = path.startsWith('.') ? path.slice(1) : path;
  const length = minLength === undefined && maxLength === undefined ? 0 : characterCount(text);
  if (maxLength !== undefined && length > maxLength) return [tooLong(field, maxLength)];
  if (minLength !== undefined && length < minLength) return [invalid(field, text, `${path} in body should be at least ${minLength} chars long`)];
  if (pattern === undefined || pattern === '' || patternOf(schema)?.test(text) === true) return [];
  return [invalid(field, text, `${path} in body should match '${pattern}'`)];
}

/** Code points, as Go counts runes. */
function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** A pattern that does not compile is refused with its definition; an old one that got through matches nothing. */
const patternOf = oncePer(({ pattern = '' }: KindSchema): Pattern | undefined => {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
});
