// From wire bytes straight to the JSON that Go's encoder would have written: no message objects in between.
import protobuf from 'protobufjs/minimal.js';
import { Failure, isJsonObject, toRfc3339, type Json, type JsonObject } from '../../base/mod.ts';
import { setOwn } from '../schema/own-member.ts';
import { wireMessage, type WireField } from './wire-table.ts';

/** Deeper messages are refused. */
const DEPTH_MAX = 100;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

export type WireReader = protobuf.Reader;

export function wireReader(bytes: Uint8Array): WireReader {
  return protobuf.Reader.create(bytes);
}

/** The fields of an envelope message, by number, undecoded. Later ones win. */
export function readEnvelope(reader: WireReader): ReadonlyMap<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === LENGTH_DELIMITED) fields.set(tag >>> 3, reader.bytes());
    else reader.skipType(tag & 7);
  }
  return fields;
}

/** Throws (RangeError, Error, Failure) when the bytes are no such message. A named list of words yields the list itself. */
export function readMessage(reader: WireReader, end: number, messageName: string, depth = 0): JsonObject | readonly Json[] {
  if (depth > DEPTH_MAX) throw new Failure('MalformedProtobuf', `messages are nested deeper than ${DEPTH_MAX} levels`);
  const fields = wireMessage(messageName);
  const members: Record<string, Json> = {};
  let itself: readonly Json[] | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = fields.get(tag >>> 3);
    if (field === undefined || (tag & 7) !== wireTypeOf(field)) {
      reader.skipType(tag & 7);
      continue;
    }
    if (field.name === undefined && field.shape === 'list') itself = [...(itself ?? []), readValue(reader, field.type, depth) ?? null];
    else readField(reader, field, members, depth);
  }
  if (reader.pos !== end) throw new Failure('MalformedProtobuf', `message ${messageName} does not end where it should`);
  const isNamedList = [...fields.values()].some((field) => field.name === undefined && field.shape === 'list');
  return isNamedList ? (itself ?? []) : members;
}

function wireTypeOf({ type, shape }: WireField): number {
  if (shape === 'map') return LENGTH_DELIMITED;
  if (type === 'int' || type === 'bool') return VARINT;
  return type === 'double' ? FIXED64 : LENGTH_DELIMITED;
}

function readField(reader: WireReader, field: WireField, members: Record<string, Json>, depth: number): void {
  if (field.shape === 'map') return readMapEntry(reader, field, members, depth);
  const value = readValue(reader, field.type, depth);
  if (value === undefined) return;
  if (field.shape === 'list') {
    const list = (Object.hasOwn(members, field.name!) ? members[field.name!] : []) as Json[];
    list.push(value);
    members[field.name!] = list;
  } else if (field.name === undefined) {
    if (isJsonObject(value)) for (const [name, member] of Object.entries(value)) members[name] = member!;
  } else if (field.keepsZero || !isZero(value)) members[field.name] = value;
}

/** Zero of a field that Go's encoder leaves out: `omitempty` on a plain value. Empty messages stay. */
function isZero(value: Json): boolean {
  return value === '' || value === 0 || value === false;
}

function readMapEntry(reader: WireReader, field: WireField, members: Record<string, Json>, depth: number): void {
  const end = endOf(reader);
  let key = '';
  let value: Json | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 10) key = reader.string();
    else if (tag >>> 3 === 2 && (tag & 7) === LENGTH_DELIMITED) value = readValue(reader, field.type, depth);
    else reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new Failure('MalformedProtobuf', `an entry of ${field.name} does not end where it should`);
  const map = (Object.hasOwn(members, field.name!) ? members[field.name!] : {}) as Record<string, Json>;
  setOwn(map, key, value ?? zeroOf(field.type));
  members[field.name!] = map;
}

function zeroOf(type: string): Json {
  if (type.includes('/')) return {};
  return type === 'Quantity' ? '0' : '';
}

function readValue(reader: WireReader, type: string, depth: number): Json | undefined {
  switch (type) {
    case 'string':
      return reader.string();
    case 'int':
      return readInteger(reader);
    case 'bool':
      return reader.bool();
    case 'double':
      return reader.double();
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'Time':
    case 'MicroTime':
      return readTime(reader, type === 'MicroTime');
    case 'Quantity':
      return Buffer.from(readEnvelope(wireReader(reader.bytes())).get(1) ?? '0').toString('utf8');
    case 'IntOrString':
      return readIntOrString(reader);
    case 'Raw':
    case 'Fields':
      return JSON.parse(Buffer.from(readEnvelope(wireReader(reader.bytes())).get(1) ?? 'null').toString('utf8')) as Json;
    default:
      return readMessage(reader, endOf(reader), type, depth + 1);
  }
}

function endOf(reader: WireReader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new Failure('MalformedProtobuf', 'a message is cut off');
  return end;
}

function readInteger(reader: WireReader): number {
  const value: unknown = reader.int64();
  return typeof value === 'number' ? value : (value as { toNumber(): number }).toNumber();
}

/** Seconds and nanoseconds. The empty message is Go's zero time, which stands for none. */
function readTime(reader: WireReader, isMicro: boolean): string | undefined {
  const [seconds, nanos] = readIntegers(reader, [1, 2]);
  if (seconds === undefined && nanos === undefined) return undefined;
  const text = toRfc3339((seconds ?? 0) * 1000);
  return isMicro ? `${text.slice(0, -1)}.${String(Math.trunc((nanos ?? 0) / 1000)).padStart(6, '0')}Z` : text;
}

function readIntOrString(reader: WireReader): Json {
  const end = endOf(reader);
  let [type, number, text] = [0, 0, ''];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 8) type = readInteger(reader);
    else if (tag === 16) number = readInteger(reader);
    else if (tag === 26) text = reader.string();
    else reader.skipType(tag & 7);
  }
  return type === 0 ? number : text;
}

function readIntegers(reader: WireReader, numbers: readonly number[]): readonly (number | undefined)[] {
  const end = endOf(reader);
  const values = new Map<number, number>();
  while (reader.pos < end) {
    const tag = reader.uint32();
    if ((tag & 7) === VARINT) values.set(tag >>> 3, readInteger(reader));
    else reader.skipType(tag & 7);
  }
  return numbers.map((number) => values.get(number));
}
