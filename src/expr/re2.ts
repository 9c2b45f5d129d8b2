// Regular expressions that users supply. RE2 matches in linear time, so a pattern can't hang the process.
import { RE2JS } from 're2js';
import { Failure } from '../base/mod.ts';

export const PATTERN_LENGTH_MAX = 1000;

export interface Pattern {
  readonly source: string;
  /** Whether any part of the text matches. */
  test(text: string): boolean;
  /** Whether the whole text matches. */
  matchesWhole(text: string): boolean;
  /** The parts that match, one after the other. */
  findAll(text: string, countMax: number): readonly string[];
}

/** Throws Failure `InvalidPattern` when the pattern is too long, too costly or not RE2 syntax. */
export function compilePattern(source: string): Pattern {
  if (source.length > PATTERN_LENGTH_MAX) {
    throw new Failure('InvalidPattern', `The pattern has ${source.length} characters; at most ${PATTERN_LENGTH_MAX} are allowed.`);
  }
  const compiled = compile(source);
  return {
    source,
    test: (text) => compiled.test(text),
    matchesWhole: (text) => compiled.testExact(text),
    findAll: (text, countMax) => {
      const matcher = compiled.matcher(text);
      const found: string[] = [];
      while (found.length < countMax && matcher.find()) found.push(matcher.group() ?? '');
      return found;
    },
  };
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new Failure('InvalidPattern', `"${source}" is not a pattern that RE2 accepts.`, { cause: error });
  }
}
