// Values of typed CEL. Integers are BigInt, doubles are numbers; what Kubernetes' libraries add has classes of its own. Lists are
// arrays, maps are Maps, objects of a schema are looked into when they are asked for.
import { Failure, isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import { compareQuantities, type Quantity } from '../quantity.ts';
import { CelAccessCheck, CelAuthorizer, CelDecision } from './access.ts';
import { DYN, type CelType, type ObjectType } from './types.ts';

export class CelUint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

export class CelTimestamp {
  readonly epochNanos: bigint;
  constructor(epochNanos: bigint) {
    this.epochNanos = epochNanos;
  }
}

export class CelDuration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class CelOptional {
  readonly value: unknown;
  /** Undefined is none. */
  constructor(value: unknown) {
    this.value = value;
  }
}

export class CelTypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class CelQuantity {
  readonly quantity: Quantity;
  constructor(quantity: Quantity) {
    this.quantity = quantity;
  }
}

export class CelUrl {
  readonly text: string;
  readonly url: URL;
  constructor(text: string, url: URL) {
    this.text = text;
    this.url = url;
  }
}

export class CelIp {
  readonly text: string;
  readonly family: 4 | 6;
  readonly bits: bigint;
  constructor(text: string, family: 4 | 6, bits: bigint) {
    this.text = text;
    this.family = family;
    this.bits = bits;
  }
}

export class CelCidr {
  readonly address: CelIp;
  readonly prefixLength: number;
  constructor(address: CelIp, prefixLength: number) {
    this.address = address;
    this.prefixLength = prefixLength;
  }
}

export class CelFormat {
  readonly name: string;
  readonly validate: (text: string) => readonly string[];
  constructor(name: string, validate: (text: string) => readonly string[]) {
    this.name = name;
    this.validate = validate;
  }
}

export class CelSemver {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  constructor(major: bigint, minor: bigint, patch: bigint, prerelease: string) {
    this.major = major;
    this.minor = minor;
    this.patch = patch;
    this.prerelease = prerelease;
  }
}

/** An object of a schema. */
export class CelObject {
  readonly json: JsonObject;
  readonly type: ObjectType;
  constructor(json: JsonObject, type: ObjectType) {
    this.json = json;
    this.type = type;
  }

  get(name: string): unknown {
    const type = this.type.field(name);
    const jsonName = this.type.jsonName(name);
    if (type === undefined || !Object.hasOwn(this.json, jsonName)) return undefined;
    const value = this.json[jsonName];
    return value === undefined ? undefined : fromJson(type, value);
  }
}

/** The CEL value of a JSON value of that type; throws Failure `InvalidExpression` when it has another. */
export function fromJson(type: CelType, value: Json): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case 'int':
      if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
      break;
    case 'double':
      if (typeof value === 'number') return value;
      break;
    case 'timestamp':
      if (typeof value === 'string') return timestampOf(value);
      break;
    case 'duration':
      if (typeof value === 'string') return durationOf(value);
      break;
    case 'bytes':
      if (typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'));
      break;
    case 'list':
      if (Array.isArray(value)) return value.map((item: Json) => fromJson(type.item, item));
      break;
    case 'map':
      if (isJsonObject(value)) return mapOf(value, type.value);
      break;
    case 'object':
      if (isJsonObject(value)) return new CelObject(value, type);
      break;
    case 'dyn':
      return dynamic(value);
    default:
      return value;
  }
  throw new Failure('InvalidExpression', `invalid data, expected ${type.kind}, got ${typeof value}`);
}

function dynamic(value: Json): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item: Json) => (item === null ? null : dynamic(item)));
  return isJsonObject(value) ? mapOf(value, DYN) : value;
}

function mapOf(object: JsonObject, type: CelType): ReadonlyMap<string, unknown> {
  const entries = Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return new Map(entries.map(([key, member]) => [key, fromJson(type, member)]));
}

const RFC3339 = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d))?$/;

export function timestampOf(text: string): CelTimestamp {
  const [, date, time = '00:00:00', fraction = '', offset = 'Z'] = RFC3339.exec(text) ?? [];
  const epochMs = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${offset.toUpperCase()}`);
  if (!Number.isFinite(epochMs)) throw new Failure('InvalidExpression', `timestamp: ${JSON.stringify(text)} is no RFC 3339 time`);
  return new CelTimestamp(BigInt(epochMs) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

const UNIT_NANOS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 };

export function durationOf(text: string): CelDuration {
  const match = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (text === '0') return new CelDuration(0n);
  if (match === null) throw new Failure('InvalidExpression', `time: invalid duration ${JSON.stringify(text)}`);
  let nanos = 0;
  for (const [, number, unit] of match[2]!.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)) nanos += Number(number) * UNIT_NANOS[unit!]!;
  return new CelDuration(BigInt(Math.round(nanos)) * (match[1] === '-' ? -1n : 1n));
}

/** What a value is, in the words of types. */
export function kindOf(value: unknown): CelType['kind'] {
  switch (typeof value) {
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    default:
      return value === null ? 'null' : classKindOf(value);
  }
}

function classKindOf(value: unknown): CelType['kind'] {
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'map';
  if (value instanceof CelAccessCheck) return value.kind;
  for (const [type, kind] of CLASSES) if (value instanceof type) return kind;
  return 'dyn';
}

const CLASSES: readonly (readonly [new (...parts: never[]) => unknown, CelType['kind']])[] = [
  [CelObject, 'object'],
  [CelOptional, 'optional'],
  [CelUint, 'uint'],
  [CelTimestamp, 'timestamp'],
  [CelDuration, 'duration'],
  [Uint8Array, 'bytes'],
  [CelQuantity, 'quantity'],
  [CelUrl, 'url'],
  [CelIp, 'ip'],
  [CelCidr, 'cidr'],
  [CelFormat, 'format'],
  [CelSemver, 'semver'],
  [CelAuthorizer, 'authorizer'],
  [CelDecision, 'decision'],
  [CelTypeValue, 'type'],
];

/** Equality of CEL: numbers by value, whatever their type; lists and maps by what is in them. */
export function celEquals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  if (isNumeric(kindA) && isNumeric(kindB)) return compareNumbers(a, b) === 0;
  if (kindA !== kindB && !(isMapLike(kindA) && isMapLike(kindB))) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => celEquals(item, b[index]));
  if (isMapLike(kindA)) return mapsEqual(a, b);
  if (a instanceof CelOptional) return a.value === undefined ? (b as CelOptional).value === undefined : celEquals(a.value, (b as CelOptional).value);
  return compareValues(a, b) === 0;
}

function isMapLike(kind: CelType['kind']): boolean {
  return kind === 'map' || kind === 'object';
}

function mapsEqual(a: unknown, b: unknown): boolean {
  const [left, right] = [membersOf(a), membersOf(b)];
  return left.size === right.size && [...left].every(([key, value]) => right.has(key) && celEquals(value, right.get(key)));
}

/** The members of a map, or those that an object has. */
export function membersOf(value: unknown): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value as ReadonlyMap<unknown, unknown>;
  if (!(value instanceof CelObject)) return new Map();
  return mapOf(value.json, DYN);
}

export function isNumeric(kind: CelType['kind']): boolean {
  return kind === 'int' || kind === 'uint' || kind === 'double';
}

/** Negative, zero or positive; undefined when the values have no order. */
export function compareValues(a: unknown, b: unknown): number | undefined {
  if (isNumeric(kindOf(a)) && isNumeric(kindOf(b))) return compareNumbers(a, b);
  if (kindOf(a) !== kindOf(b)) return undefined;
  if (typeof a === 'string') return a < (b as string) ? -1 : a > (b as string) ? 1 : 0;
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (a instanceof CelTimestamp) return order(a.epochNanos, (b as CelTimestamp).epochNanos);
  if (a instanceof CelDuration) return order(a.nanos, (b as CelDuration).nanos);
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  if (a instanceof CelQuantity) return compareQuantities(a.quantity, (b as CelQuantity).quantity);
  if (a instanceof CelUrl) return order(a.text, (b as CelUrl).text);
  if (a instanceof CelIp) return a.family === (b as CelIp).family ? order(a.bits, (b as CelIp).bits) : 1;
  if (a instanceof CelCidr) return compareValues(a.address, (b as CelCidr).address) || a.prefixLength - (b as CelCidr).prefixLength;
  if (a instanceof CelSemver) return compareSemvers(a, b as CelSemver);
  if (a instanceof CelTypeValue) return order(a.name, (b as CelTypeValue).name);
  return a instanceof CelFormat ? order(a.name, (b as CelFormat).name) : undefined;
}

function compareNumbers(a: unknown, b: unknown): number {
  const [left, right] = [numberOf(a), numberOf(b)];
  // JavaScript compares BigInt and number by their mathematical values; NaN equals nothing.
  return left < right ? -1 : left > right ? 1 : left == right ? 0 : Number.NaN; // oxlint-disable-line eqeqeq
}

function numberOf(value: unknown): bigint | number {
  return value instanceof CelUint ? value.value : (value as bigint | number);
}

function order<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareSemvers(a: CelSemver, b: CelSemver): number {
  const numbers = order(a.major, b.major) || order(a.minor, b.minor) || order(a.patch, b.patch);
  if (numbers !== 0 || a.prerelease === b.prerelease) return numbers;
  if (a.prerelease === '') return 1;
  return b.prerelease === '' ? -1 : order(a.prerelease, b.prerelease);
}
