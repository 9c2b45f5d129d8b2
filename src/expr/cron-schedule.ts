// Schedules in cron's words, as robfig/cron reads them: fields, a word such as @daily, or an interval such as @every 1h30m. CronJobs of Kubernetes
// have five fields; recurring runs of Kubeflow Pipelines have one for the second before them, and need not name the day of the week.
// Here what they say; whoever obeys them reckons when they strike.
import { goDurationMs } from './go-duration.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

export type CronSchedule =
  | { readonly kind: 'every'; readonly everyMs: number }
  | ({ readonly kind: 'calendar'; readonly isEitherDayEnough: boolean } & Readonly<Record<CalendarMember, ReadonlySet<number>>>);

/** At the wall-clock times whose members are all in these sets. Of the two days one is enough when both were narrowed. */
export type CalendarSchedule = Extract<CronSchedule, { kind: 'calendar' }>;

type CalendarMember = 'seconds' | 'minutes' | 'hours' | 'daysOfMonth' | 'months' | 'daysOfWeek';

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

const SECOND: Field = { member: 'seconds', name: 'second', min: 0, max: 59, names: [] };
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

/** Of a CronJob. It strikes at second 0. */
export function parseCronSchedule(text: string): Parsed<CronSchedule> {
  return parseWords(text) ?? parseFields(text, { hasSeconds: false });
}

/** Of a recurring run. */
export function parseCronScheduleWithSeconds(text: string): Parsed<CronSchedule> {
  return parseWords(text) ?? parseFields(text, { hasSeconds: true });
}

/** Whether it may strike on this day, of which only year, month and day in UTC are looked at. */
export function fitsDay({ months, daysOfMonth, daysOfWeek, isEitherDayEnough }: CalendarSchedule, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const [isDayOfMonth, isDayOfWeek] = [daysOfMonth.has(date.getUTCDate()), daysOfWeek.has(date.getUTCDay())];
  return isEitherDayEnough ? isDayOfMonth || isDayOfWeek : isDayOfMonth && isDayOfWeek;
}

/** Undefined when the text is fields. */
function parseWords(text: string): Parsed<CronSchedule> | undefined {
  if (text.startsWith(EVERY)) return parseInterval(text);
  if (!text.startsWith('@')) return undefined;
  const fields = WORDS.get(text);
  return fields === undefined ? refused(`unrecognized descriptor: ${text}`) : parseFields(fields, { hasSeconds: false });
}

function parseFields(text: string, { hasSeconds }: { readonly hasSeconds: boolean }): Parsed<CronSchedule> {
  const parts = text.split(/\s+/).filter((part) => part !== '');
  if (!hasSeconds) return parts.length === FIELDS.length ? parseCalendar(['0', ...parts]) : refused(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  if (parts.length === FIELDS.length) return parseCalendar([...parts, '*']);
  return parts.length === FIELDS.length + 1 ? parseCalendar(parts) : refused(`expected 5 to 6 fields, found ${parts.length}: [${parts.join(' ')}]`);
}

function parseInterval(text: string): Parsed<CronSchedule> {
  const ms = goDurationMs(text.slice(EVERY.length));
  if (ms === undefined) return refused(`failed to parse duration ${text}`);
  return parsed({ kind: 'every', everyMs: Math.max(EVERY_MS_MIN, Math.floor(ms / 1000) * 1000) });
}

function parseCalendar(parts: readonly string[]): Parsed<CronSchedule> {
  const members = {} as Record<CalendarMember, ReadonlySet<number>>;
  const anyOf = new Set<CalendarMember>();
  for (const [index, field] of [SECOND, ...FIELDS].entries()) {
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
