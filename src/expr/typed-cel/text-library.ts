// Functions on strings and times: the standard ones, the extensions of cel-go (strings), and Kubernetes' regex library.
import { compilePattern, type Pattern } from '../re2.ts';
import { fail, textOf } from './arithmetic.ts';
import type { FunctionTable } from './functions.ts';
import { membersOf, type CelDuration, type CelTimestamp } from './values.ts';

const CACHED_PATTERNS_MAX = 200;
const REPLACED_LENGTH_MAX = 3 * 1024 * 1024;

export function declareText(table: FunctionTable): void {
  table
    .declare('size(string): int', (text: string) => BigInt(Array.from(text).length))
    .declare('string.size(): int', (text: string) => BigInt(Array.from(text).length))
    .declare('size(bytes): int', (bytes: Uint8Array) => BigInt(bytes.length))
    .declare('bytes.size(): int', (bytes: Uint8Array) => BigInt(bytes.length))
    .declare('string.contains(string): bool', (text: string, part: string) => text.includes(part), 'search')
    .declare('string.startsWith(string): bool', (text: string, part: string) => text.startsWith(part), 'prefix')
    .declare('string.endsWith(string): bool', (text: string, part: string) => text.endsWith(part), 'prefix')
    .declare('string.matches(string): bool', (text: string, pattern: string) => patternOf(pattern).test(text), 'match')
    .declare('matches(string, string): bool', (text: string, pattern: string) => patternOf(pattern).test(text), 'match')
    .declare('string.charAt(int): string', (text: string, index: bigint) => Array.from(text)[within(index, text.length + 1)] ?? '', 'scan')
    .declare('string.indexOf(string): int', (text: string, part: string) => BigInt(text.indexOf(part)), 'scan')
    .declare('string.indexOf(string, int): int', (text: string, part: string, from: bigint) => BigInt(text.indexOf(part, within(from, text.length + 1))), 'scan')
    .declare('string.lastIndexOf(string): int', (text: string, part: string) => BigInt(text.lastIndexOf(part)), 'scan')
    .declare('string.lastIndexOf(string, int): int', (text: string, part: string, from: bigint) => BigInt(text.lastIndexOf(part, within(from, text.length + 1))), 'scan')
    .declare('string.lowerAscii(): string', (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()), 'scan')
    .declare('string.upperAscii(): string', (text: string) => text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()), 'scan')
    .declare('string.trim(): string', (text: string) => text.trim(), 'scan')
    .declare('string.reverse(): string', (text: string) => Array.from(text).toReversed().join(''), 'scan')
    .declare('string.replace(string, string): string', (text: string, old: string, next: string) => replaced(text, old, next, -1n), 'scan')
    .declare('string.replace(string, string, int): string', replaced, 'scan')
    .declare('string.split(string): list<string>', (text: string, separator: string) => text.split(separator), 'scan')
    .declare('string.split(string, int): list<string>', splitAtMost, 'scan')
    .declare('string.substring(int): string', (text: string, from: bigint) => Array.from(text).slice(within(from, text.length + 1)).join(''), 'scan')
    .declare('string.substring(int, int): string', substring, 'scan')
    .declare('list<string>.join(): string', (items: string[]) => items.join(''), 'scan')
    .declare('list<string>.join(string): string', (items: string[], separator: string) => items.join(separator), 'scan')
    .declare('string.format(list<dyn>): string', formatted, 'scan')
    .declare('string.find(string): string', (text: string, pattern: string) => firstMatch(text, pattern), 'match')
    .declare('string.findAll(string): list<string>', (text: string, pattern: string) => patternOf(pattern).findAll(text, Infinity), 'match')
    .declare('string.findAll(string, int): list<string>', (text: string, pattern: string, max: bigint) => patternOf(pattern).findAll(text, max < 0n ? Infinity : Number(max)), 'match');
}

const TIME_PARTS: Readonly<Record<string, (time: Date) => number>> = {
  getFullYear: (time) => time.getUTCFullYear(),
  getMonth: (time) => time.getUTCMonth(),
  getDayOfMonth: (time) => time.getUTCDate() - 1,
  getDate: (time) => time.getUTCDate(),
  getDayOfWeek: (time) => time.getUTCDay(),
  getDayOfYear: (time) => Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000),
  getHours: (time) => time.getUTCHours(),
  getMinutes: (time) => time.getUTCMinutes(),
  getSeconds: (time) => time.getUTCSeconds(),
  getMilliseconds: (time) => time.getUTCMilliseconds(),
};

export function declareTimes(table: FunctionTable): void {
  for (const [name, part] of Object.entries(TIME_PARTS)) {
    table.declare(`timestamp.${name}(): int`, (time: CelTimestamp) => BigInt(part(dateOf(time, 'UTC'))));
    table.declare(`timestamp.${name}(string): int`, (time: CelTimestamp, zone: string) => BigInt(part(dateOf(time, zone))));
  }
  const total = (name: string, nanosPerUnit: bigint) => table.declare(`duration.${name}(): int`, (duration: CelDuration) => duration.nanos / nanosPerUnit);
  total('getHours', 3_600_000_000_000n);
  total('getMinutes', 60_000_000_000n);
  total('getSeconds', 1_000_000_000n);
  table.declare('duration.getMilliseconds(): int', (duration: CelDuration) => (duration.nanos / 1_000_000n) % 1000n);
}

/** The time shifted so that its UTC parts are those of the zone. */
function dateOf({ epochNanos }: CelTimestamp, zone: string): Date {
  const epochMs = Number(epochNanos / 1_000_000n);
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset !== null) return new Date(epochMs + (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000);
  if (zone === 'UTC' || zone === '') return new Date(epochMs);
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(epochMs);
    const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
    return new Date(Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'), epochMs % 1000));
  } catch {
    return fail(`unknown time zone ${zone}`);
  }
}

const patterns = new Map<string, Pattern>();

function patternOf(source: string): Pattern {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const pattern = compilePattern(source);
  if (patterns.size >= CACHED_PATTERNS_MAX) patterns.delete(patterns.keys().next().value!);
  patterns.set(source, pattern);
  return pattern;
}

function firstMatch(text: string, pattern: string): string {
  return patternOf(pattern).findAll(text, 1)[0] ?? '';
}

function within(index: bigint, lengthMax: number): number {
  return index < 0n || index > BigInt(lengthMax) ? fail(`index out of range: ${index}`) : Number(index);
}

function substring(text: string, from: bigint, to: bigint): string {
  const characters = Array.from(text);
  if (from > to) fail(`invalid substring range. start: ${from}, end: ${to}`);
  return characters.slice(within(from, characters.length), within(to, characters.length)).join('');
}

function splitAtMost(text: string, separator: string, countMax: bigint): string[] {
  if (countMax === 0n) return [];
  const parts = text.split(separator);
  const max = Number(countMax);
  return countMax < 0n || parts.length <= max ? parts : [...parts.slice(0, max - 1), parts.slice(max - 1).join(separator)];
}

function replaced(text: string, old: string, next: string, countMax: bigint): string {
  const parts = text.split(old);
  const count = countMax < 0n ? parts.length - 1 : Math.min(Number(countMax), parts.length - 1);
  if (text.length + count * next.length > REPLACED_LENGTH_MAX) fail(`a replacement gives more than ${REPLACED_LENGTH_MAX} characters`);
  return [parts.slice(0, count + 1).join(next), ...parts.slice(count + 1)].join(old);
}

/** `%s %d %f %e %b %x %X %o`, as cel-go's strings extension has them. */
function formatted(format: string, values: unknown[]): string {
  let index = 0;
  return format.replaceAll(/%(?:\.(\d+))?([a-zA-Z%])/g, (_whole, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (index >= values.length) return fail(`index ${index} out of range`);
    return formatValue(values[index++], verb, precision === undefined ? 6 : Number(precision));
  });
}

function formatValue(value: unknown, verb: string, precision: number): string {
  switch (verb) {
    case 's':
      return shown(value);
    case 'd':
      return typeof value === 'bigint' ? String(value) : fail('error during formatting: decimal clause can only be used on integers');
    case 'f':
      return Number(value).toFixed(precision);
    case 'e':
      return Number(value).toExponential(precision);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : BigInt(value as bigint).toString(2);
    case 'x':
    case 'X': {
      const text = typeof value === 'string' ? Buffer.from(value).toString('hex') : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : BigInt(value as bigint).toString(16);
      return verb === 'X' ? text.toUpperCase() : text;
    }
    case 'o':
      return BigInt(value as bigint).toString(8);
    default:
      return fail(`unrecognized formatting clause "${verb}"`);
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  const members = membersOf(value);
  if (members.size > 0) return `{${[...members].map(([key, member]) => `${shown(key)}: ${shown(member)}`).toSorted().join(', ')}}`;
  return value === null ? 'null' : textOf(value);
}
