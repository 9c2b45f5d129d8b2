// Values of parameters: which JSON fits which type, how a task's input takes a value of another type, and how the text
// that a step wrote becomes a value.
import { isJsonObject, type Json } from '../base/mod.ts';
import { goFormatFloat, goJsonStringify } from '../expr/mod.ts';
import { isJsonList, wordFor } from './section.ts';
import type { ParameterType } from './types.ts';

export type Conversion = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

/** What a value of the type is, for sentences such as "must be a whole number". */
export const TYPE_WORDS: Readonly<Record<ParameterType, string>> = {
  NUMBER_DOUBLE: 'a number',
  NUMBER_INTEGER: 'a whole number',
  STRING: 'a string',
  BOOLEAN: 'true or false',
  LIST: 'a list',
  STRUCT: 'an object',
  TASK_FINAL_STATUS: 'a task status',
  TASK_CONFIG: 'a task configuration',
};

/** Whether a JSON value is of the type as it stands. Null is of no type. */
export function matchesType(type: ParameterType, value: Json): boolean {
  switch (type) {
    case 'NUMBER_DOUBLE':
      return typeof value === 'number';
    case 'NUMBER_INTEGER':
      return typeof value === 'number' && Number.isInteger(value);
    case 'STRING':
      return typeof value === 'string';
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'LIST':
      return isJsonList(value);
    case 'STRUCT':
    case 'TASK_FINAL_STATUS':
    case 'TASK_CONFIG':
      return isJsonObject(value);
  }
}

const NUMBERS: ReadonlySet<ParameterType> = new Set(['NUMBER_DOUBLE', 'NUMBER_INTEGER']);
const OBJECTS: ReadonlySet<ParameterType> = new Set(['STRUCT', 'TASK_FINAL_STATUS', 'TASK_CONFIG']);

/** Whether a value of the one type may be taken by an input of the other: what `coerceParameter` says before there is a value. */
export function mayFit(given: ParameterType, taken: ParameterType): boolean {
  if (given === taken || taken === 'STRING') return true;
  return [NUMBERS, OBJECTS].some((alike) => alike.has(given) && alike.has(taken));
}

/** A value for a task's input: STRING takes anything as text, every other type only its own. */
export function coerceParameter(type: ParameterType, value: Json): Conversion {
  if (value === null || matchesType(type, value)) return { ok: true, value };
  if (type === 'STRING') return { ok: true, value: parameterText(value) };
  return { ok: false, message: `must be ${TYPE_WORDS[type]} (${type}), not ${wordFor(value)}.` };
}

/** Text of a value as the launcher writes it: strings verbatim, numbers without exponent, lists and structs as JSON. */
export function parameterText(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return goFormatFloat(value, 'f');
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return goJsonStringify(value);
}

/** The value of an output parameter from the text in its file. */
export function parseOutputParameter(type: ParameterType, text: string): Conversion {
  switch (type) {
    case 'STRING':
      return { ok: true, value: text };
    case 'NUMBER_INTEGER':
      return parseNumber(text, GO_INTEGER, TYPE_WORDS[type]);
    case 'NUMBER_DOUBLE':
      return parseNumber(text, GO_FLOAT, TYPE_WORDS[type]);
    case 'BOOLEAN':
      return parseBoolean(text.trim());
    case 'LIST':
    case 'STRUCT':
    case 'TASK_FINAL_STATUS':
    case 'TASK_CONFIG':
      return parseJsonOf(type, text);
  }
}

const GO_INTEGER = /^[+-]?[0-9]+$/;
const GO_FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

function parseNumber(text: string, pattern: RegExp, words: string): Conversion {
  const trimmed = text.trim();
  const value = Number(trimmed);
  if (pattern.test(trimmed) && Number.isFinite(value)) return { ok: true, value };
  return { ok: false, message: `must be ${words}, not ${wordFor(text)}.` };
}

/** The texts that Go's strconv.ParseBool takes. */
const BOOLEAN_TEXTS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

function parseBoolean(text: string): Conversion {
  const value = BOOLEAN_TEXTS.get(text);
  return value === undefined ? { ok: false, message: `must be true or false, not ${wordFor(text)}.` } : { ok: true, value };
}

function parseJsonOf(type: ParameterType, text: string): Conversion {
  const message = `must be JSON of ${TYPE_WORDS[type]}, not ${wordFor(text)}.`;
  try {
    const value = JSON.parse(text) as Json;
    return matchesType(type, value) ? { ok: true, value } : { ok: false, message };
  } catch {
    // The sentence says all there is to say about a text that is not JSON.
    return { ok: false, message };
  }
}
