// The schedules of CronJobs as Kubernetes takes them (robfig/cron's standard form): five fields, a word such as @daily, or an
// interval such as @every 1h30m. Here what they say; the controller reckons when they strike.
import { goDurationMs, parsed, refused, type Parsed } from '../../expr/mod.ts';

export type CronSchedule =
  | { readonly kind: 'every'; readonly everyMs: number }
  | ({ readonly kind: 'calendar'; readonly isEitherDayEnough: boolean } & Readonly<Record<CalendarMember, ReadonlySet<number>>>);

/** At the wall-clock times whose members are all in these sets. Of the two days one is enough when both were narrowed. */
export type CalendarSchedule = Extract<CronSchedule, { kind: 'calendar' }>;

type CalendarMember = 'minutes' | 'hours' | 'daysOfMonth' | 'months' | 'daysOfWeek';

interface Field {
  readonly member: CalendarMember;
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names: readonly string[];
}

interface Range {
  readonly values: readonly number[];
  /** `*`, without a step: the field leaves the choice of days to the other one. */
  readonly isAny: boolean;
}

const FIELDS: readonly Field[] = [
  { member: 'minutes', name: 'minute', min: 0, max: 59, names: [] },
  { member: 'hours', name: 'hour', min: 0, max: 23, names: [] },
  { member: 'daysOfMonth', name: 'day of month', min: 1, max: 31, names: [] },
  { member: 'months', name: 'month', min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { member: 'daysOfWeek', name: 'day of week', min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const WORDS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);
const EVERY = '@every ';
/** Intervals are whole seconds, one at least. */
const EVERY_MS_MIN = 1000;

export function parseCronSchedule(text: string): Parsed<CronSchedule> {
  if (text.startsWith(EVERY)) return parseInterval(text);
  const fields = text.startsWith('@') ? WORDS.get(text) : text;
  if (fields === undefined) return refused(`unrecognized descriptor: ${text}`);
  const parts = fields.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== FIELDS.length) return refused(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  return parseCalendar(parts);
}

function parseInterval(text: string): Parsed<CronSchedule> {
  const ms = goDurationMs(text.slice(EVERY.length));
  if (ms === undefined) return refused(`failed to parse duration ${text}`);
  return parsed({ kind: 'every', everyMs: Math.max(EVERY_MS_MIN, Math.floor(ms / 1000) * 1000) });
}

function parseCalendar(parts: readonly string[]): Parsed<CronSchedule> {
  const members = {} as Record<CalendarMember, ReadonlySet<number>>;
  const anyOf = new Set<CalendarMember>();
  for (const [index, field] of FIELDS.entries()) {
    const ranges = parts[index]!.split(',').filter((range) => range !== '').map((range) => parseRange(range, field));
    const refusal = ranges.find((range) => !range.ok);
    if (refusal !== undefined && !refusal.ok) return refusal;
    const values = ranges.flatMap((range) => (range.ok ? [range.value] : []));
    members[field.member] = new Set(values.flatMap((range) => range.values));
    if (values.some(({ isAny }) => isAny)) anyOf.add(field.member);
  }
  return parsed({ kind: 'calendar', ...members, isEitherDayEnough: !anyOf.has('daysOfMonth') && !anyOf.has('daysOfWeek') });
}

/** `*`, `?`, `5`, `1-5`, each with an optional step: `1-5/2`; `5/15` goes on to the end of the field. */
function parseRange(text: string, field: Field): Parsed<Range> {
  const [range = '', stepText = '1', ...more] = text.split('/');
  if (more.length > 0) return refused(`too many slashes: ${text}`);
  const step = /^\d+$/.test(stepText) ? Number(stepText) : 0;
  if (step === 0) return refused(`step of range should be a positive number: ${text}`);
  const words = range.split('-');
  const isAny = words[0] === '*' || words[0] === '?';
  if (words.length > 2 && !isAny) return refused(`too many hyphens: ${text}`);
  const [first, last] = isAny ? [field.min, field.max] : words.map((word) => valueOf(word, field));
  if (first === undefined || (words.length > 1 && last === undefined)) return refused(`failed to parse "${range}" as ${field.name}`);
  const end = last ?? (text.includes('/') ? field.max : first);
  if (first < field.min) return refused(`beginning of range (${first}) below minimum (${field.min}): ${text}`);
  if (end > field.max) return refused(`end of range (${end}) above maximum (${field.max}): ${text}`);
  if (first > end) return refused(`beginning of range (${first}) beyond end of range (${end}): ${text}`);
  const values = Array.from({ length: Math.floor((end - first) / step) + 1 }, (_, index) => first + index * step);
  return parsed({ values, isAny: isAny && step === 1 });
}

function valueOf(word: string, { min, names }: Field): number | undefined {
  const index = names.indexOf(word.toLowerCase());
  if (index !== -1) return min + index;
  return /^\d+$/.test(word) ? Number(word) : undefined;
}
