// Request bodies as protojson reads them: snake_case or camelCase names, null for absent, enums by name or number, integers
// as numbers or strings, and an unknown field is refused by name. One shape per message gives the reader and the type.
import { isUtf8 } from 'node:buffer';
import { describeError, findDuplicateFields, isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import { invalid } from './refusal.ts';
import { parseTimestamp } from './timestamp.ts';

/** `ignored` is a field that the official server only writes: clients may send it back. */
export type FieldShape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'timestamp'
  | 'struct'
  | 'strings'
  | 'integers'
  | 'ignored'
  | { readonly enum: readonly string[] }
  | { readonly message: MessageShape }
  | { readonly messages: MessageShape };
export interface MessageShape {
  readonly [field: string]: FieldShape;
}

type ValueOf<S> = S extends 'string'
  ? string
  : S extends 'boolean'
    ? boolean
    : S extends 'integer' | 'timestamp'
      ? number
      : S extends 'struct'
        ? JsonObject
        : S extends 'strings'
          ? readonly string[]
          : S extends 'integers'
            ? readonly number[]
            : S extends { readonly enum: readonly (infer Name)[] }
              ? Name
              : S extends { readonly message: infer Inner }
                ? MessageOf<Inner>
                : S extends { readonly messages: infer Inner }
                  ? readonly MessageOf<Inner>[]
                  : never;
export type MessageOf<S> = { readonly [Field in keyof S]?: ValueOf<S[Field]> };

/** Lists of a request that are not JSON documents of the user: none needs more. */
const LIST_LENGTH_MAX = 1_000;
/** Larger bodies hold a pipeline, in which a search for names given twice would take too long. */
const DUPLICATES_CHARS_MAX = 1024 * 1024;
/** Levels of lists and objects in each other; a pipeline needs about 20. */
const JSON_DEPTH_MAX = 256;

/** Throws a refusal that names the field; `path` is where the message stands in the body, '' for the body itself. */
export function readMessage<const S extends MessageShape>(shape: S, json: unknown, path: string): MessageOf<S> {
  if (!isJsonObject(json)) throw invalid(`${path === '' ? 'the body' : path} must be a JSON object`);
  const message: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const field = fieldNamed(shape, name);
    const place = path === '' ? name : `${path}.${name}`;
    if (field === undefined) throw invalid(`unknown field ${quote(place)}; known are ${Object.keys(shape).join(', ')}`);
    if (Object.hasOwn(message, field)) throw invalid(`${quote(place)} is given twice, in snake_case and in camelCase`);
    const inner = shape[field];
    if (value === null || value === undefined || inner === undefined || inner === 'ignored') continue;
    message[field] = readValue(inner, value, place);
  }
  return message as MessageOf<S>; // Each member was read by its shape.
}

/** Parses the bytes of a body; an empty body counts as `{}`. */
export function readJson(bytes: Buffer): Json {
  if (!isUtf8(bytes)) throw invalid('the body is not UTF-8 text');
  const text = bytes.toString('utf8');
  if (text.trim() === '') return {};
  const json = parseJson(text);
  if (isDeeperThan(json, JSON_DEPTH_MAX)) throw invalid(`the body nests lists and objects deeper than ${JSON_DEPTH_MAX} levels`);
  const [duplicate] = text.length > DUPLICATES_CHARS_MAX ? [] : findDuplicateFields(text, json);
  if (duplicate !== undefined) throw invalid(`${quote(duplicate)} is given twice`);
  return json;
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json; // JSON.parse gives JSON.
  } catch (error) {
    throw invalid(`the body is not JSON: ${describeError(error)}`);
  }
}

/** Level by level, so that no nesting can exhaust the stack here; later code may then recurse. */
function isDeeperThan(json: Json, depthMax: number): boolean {
  let level: Json[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthMax) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []) as Json[]);
  }
  return false;
}

function fieldNamed(shape: MessageShape, name: string): string | undefined {
  if (Object.hasOwn(shape, name)) return name;
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return snake !== name && Object.hasOwn(shape, snake) && !name.includes('_') ? snake : undefined;
}

function readValue(shape: FieldShape, value: Json, place: string): unknown {
  if (typeof shape === 'object') return readCompound(shape, value, place);
  switch (shape) {
    case 'string':
      if (typeof value !== 'string') throw invalid(`${quote(place)} must be a string`);
      if (!value.isWellFormed()) throw invalid(`${quote(place)} is not valid Unicode`);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw invalid(`${quote(place)} must be true or false`);
      return value;
    case 'integer':
      return readInteger(value, place);
    case 'timestamp': {
      const epochMs = typeof value === 'string' ? parseTimestamp(value) : undefined;
      if (epochMs === undefined) throw invalid(`${quote(place)} must be a time as in RFC 3339, for example 2026-01-31T12:00:00Z`);
      return epochMs;
    }
    case 'struct':
      if (!isJsonObject(value)) throw invalid(`${quote(place)} must be a JSON object`);
      return value;
    case 'strings':
      return readList(value, place).map((item, index) => readValue('string', item, `${place}[${index}]`));
    case 'integers':
      return readList(value, place).map((item, index) => readInteger(item, `${place}[${index}]`));
    case 'ignored':
      return undefined;
  }
}

function readCompound(shape: Exclude<FieldShape, string>, value: Json, place: string): unknown {
  if ('message' in shape) return readMessage(shape.message, value, place);
  if ('messages' in shape) {
    return readList(value, place).map((item, index) => readMessage(shape.messages, item, `${place}[${index}]`));
  }
  const name = typeof value === 'number' ? shape.enum[value] : value;
  if (typeof name === 'string' && name !== '' && shape.enum.includes(name)) return name;
  throw invalid(`${quote(place)} must be one of ${shape.enum.filter((known) => known !== '').join(', ')}`);
}

function readInteger(value: Json, place: string): number {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw invalid(`${quote(place)} must be a whole number`);
  return number;
}

function readList(value: Json, place: string): readonly Json[] {
  if (!Array.isArray(value)) throw invalid(`${quote(place)} must be a list`);
  if (value.length > LIST_LENGTH_MAX) throw invalid(`${quote(place)} has more than ${LIST_LENGTH_MAX} items`);
  return value as readonly Json[];
}

/** Names in sentences are shown quoted and shortened: they may come from a hostile client. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);
}
