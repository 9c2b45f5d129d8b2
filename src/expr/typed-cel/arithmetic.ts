// Operators and conversions of the language itself.
import { Failure } from '../../base/mod.ts';
import { goFormatFloat } from '../gonumber.ts';
import type { FunctionTable } from './functions.ts';
import {
  CelDuration,
  CelObject,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  celEquals,
  compareValues,
  durationOf,
  kindOf,
  membersOf,
  timestampOf,
} from './values.ts';

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

export function declareOperators(table: FunctionTable): void {
  declareIntegers(table);
  declareOrder(table);
  table
    .declare('add(double, double): double', (a: number, b: number) => a + b)
    .declare('subtract(double, double): double', (a: number, b: number) => a - b)
    .declare('multiply(double, double): double', (a: number, b: number) => a * b)
    .declare('divide(double, double): double', (a: number, b: number) => a / b)
    .declare('negate(double): double', (a: number) => -a)
    .declare('add(string, string): string', (a: string, b: string) => a + b, 'concatenate')
    .declare('add(bytes, bytes): bytes', (a: Uint8Array, b: Uint8Array) => new Uint8Array([...a, ...b]), 'concatenate')
    .declare('add(list<A>, list<A>): list<A>', (a: unknown[], b: unknown[]) => [...a, ...b], 'concatenate')
    .declare('add(duration, duration): duration', (a: CelDuration, b: CelDuration) => new CelDuration(a.nanos + b.nanos))
    .declare('add(timestamp, duration): timestamp', (a: CelTimestamp, b: CelDuration) => new CelTimestamp(a.epochNanos + b.nanos))
    .declare('add(duration, timestamp): timestamp', (a: CelDuration, b: CelTimestamp) => new CelTimestamp(a.nanos + b.epochNanos))
    .declare('subtract(duration, duration): duration', (a: CelDuration, b: CelDuration) => new CelDuration(a.nanos - b.nanos))
    .declare('subtract(timestamp, duration): timestamp', (a: CelTimestamp, b: CelDuration) => new CelTimestamp(a.epochNanos - b.nanos))
    .declare('subtract(timestamp, timestamp): duration', (a: CelTimestamp, b: CelTimestamp) => new CelDuration(a.epochNanos - b.epochNanos))
    .declare('equal(A, A): bool', celEquals, 'prefix')
    .declare('unequal(A, A): bool', (a: unknown, b: unknown) => !celEquals(a, b), 'prefix')
    .declare('isIn(A, list<A>): bool', (item: unknown, list: unknown[]) => list.some((other) => celEquals(item, other)), 'scan')
    .declare('isIn(A, map<A, B>): bool', (key: unknown, map: unknown) => hasKey(map, key))
    .declare('not(bool): bool', (value: boolean) => !value);
}

function hasKey(map: unknown, key: unknown): boolean {
  if (map instanceof CelObject) return typeof key === 'string' && Object.hasOwn(map.json, key);
  return membersOf(map).has(key);
}

function declareIntegers(table: FunctionTable): void {
  const integer = (name: string, compute: (a: bigint, b: bigint) => bigint) => {
    table.declare(`${name}(int, int): int`, (a: bigint, b: bigint) => checked(compute(a, b)));
    table.declare(`${name}(uint, uint): uint`, (a: CelUint, b: CelUint) => unsigned(compute(a.value, b.value)));
  };
  integer('add', (a, b) => a + b);
  integer('subtract', (a, b) => a - b);
  integer('multiply', (a, b) => a * b);
  integer('divide', (a, b) => (b === 0n ? fail('division by zero') : a / b));
  integer('modulo', (a, b) => (b === 0n ? fail('modulus by zero') : a % b));
  table.declare('negate(int): int', (a: bigint) => checked(-a));
}

function declareOrder(table: FunctionTable): void {
  const tests: readonly [string, (order: number) => boolean][] = [
    ['less', (order) => order < 0],
    ['lessOrEqual', (order) => order <= 0],
    ['greater', (order) => order > 0],
    ['greaterOrEqual', (order) => order >= 0],
  ];
  const pairs = [
    ...['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'].map((type) => [type, type]),
    ...['int', 'uint', 'double'].flatMap((left) => ['int', 'uint', 'double'].filter((right) => right !== left).map((right) => [left, right])),
  ];
  for (const [name, test] of tests) {
    const compare = (a: unknown, b: unknown) => test(compareValues(a, b) ?? fail('no such overload'));
    for (const [left, right] of pairs) table.declare(`${name}(${left!}, ${right!}): bool`, compare, 'prefix');
  }
}

export function declareConversions(table: FunctionTable): void {
  const integer = (value: number) => (Number.isFinite(value) ? checked(BigInt(Math.trunc(value))) : fail('integer overflow'));
  table
    .declare('int(int): int', (value: bigint) => value)
    .declare('int(uint): int', (value: CelUint) => checked(value.value))
    .declare('int(double): int', integer)
    .declare('int(string): int', (text: string) => (/^[+-]?\d+$/.test(text) ? checked(BigInt(text)) : fail(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)))
    .declare('int(timestamp): int', (time: CelTimestamp) => time.epochNanos / 1_000_000_000n)
    .declare('int(duration): int', (duration: CelDuration) => duration.nanos)
    .declare('uint(uint): uint', (value: CelUint) => value)
    .declare('uint(int): uint', (value: bigint) => unsigned(value))
    .declare('uint(double): uint', (value: number) => unsigned(integer(value)))
    .declare('uint(string): uint', (text: string) => (/^\d+$/.test(text) ? unsigned(BigInt(text)) : fail(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)))
    .declare('double(double): double', (value: number) => value)
    .declare('double(int): double', Number)
    .declare('double(uint): double', (value: CelUint) => Number(value.value))
    .declare('double(string): double', (text: string) => (text.trim() === '' || Number.isNaN(Number(text)) ? fail(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`) : Number(text)))
    .declare('bool(bool): bool', (value: boolean) => value)
    .declare('bool(string): bool', (text: string) => booleanOf(text))
    .declare('bytes(bytes): bytes', (value: Uint8Array) => value)
    .declare('bytes(string): bytes', (text: string) => new Uint8Array(Buffer.from(text)), 'scan')
    .declare('dyn(A): dyn', (value: unknown) => value)
    .declare('type(A): type', (value: unknown) => new CelTypeValue(kindOf(value) === 'null' ? 'null_type' : kindOf(value)))
    .declare('timestamp(timestamp): timestamp', (time: CelTimestamp) => time)
    .declare('timestamp(string): timestamp', timestampOf)
    .declare('timestamp(int): timestamp', (seconds: bigint) => new CelTimestamp(seconds * 1_000_000_000n))
    .declare('duration(duration): duration', (duration: CelDuration) => duration)
    .declare('duration(string): duration', durationOf)
    .declare('duration(int): duration', (nanos: bigint) => new CelDuration(nanos));
  for (const type of ['string', 'bool', 'int', 'uint', 'double', 'bytes', 'timestamp', 'duration', 'ip', 'cidr']) table.declare(`string(${type}): string`, textOf, 'scan');
}

function booleanOf(text: string): boolean {
  if (['1', 't', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'false', 'FALSE', 'False'].includes(text) ? false : fail(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** What `string()` and joined lists write. */
export function textOf(value: unknown): string {
  if (typeof value === 'number') return goFormatFloat(value, 'g');
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value instanceof CelTimestamp) return timestampText(value);
  if (value instanceof CelDuration) return `${goFormatFloat(Number(value.nanos) / 1e9, 'g')}s`;
  if (typeof value === 'object' && value !== null && 'text' in value) return String(value.text);
  return String(value);
}

function timestampText({ epochNanos }: CelTimestamp): string {
  const fraction = (((epochNanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  const seconds = new Date(Number(epochNanos / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}

function checked(value: bigint): bigint {
  return value < INT_MIN || value > INT_MAX ? fail('integer overflow') : value;
}

function unsigned(value: bigint): CelUint {
  return value < 0n || value >= 2n ** 64n ? fail('unsigned integer overflow') : new CelUint(value);
}

export function fail(message: string): never {
  throw new Failure('InvalidExpression', message);
}
