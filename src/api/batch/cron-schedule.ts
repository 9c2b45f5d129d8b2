// Whether a text is a cron schedule as CronJobs take it (robfig/cron's standard form): five fields, or a word such as @daily.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WORDS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const GO_DURATION = /^\+?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$/;
const ZONE_PREFIX = /^(CRON_)?TZ=\S+\s+/;

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: DAYS },
];

/** A sentence when the text is no schedule. */
export function scheduleComplaint(text: string): string | undefined {
  const schedule = text.replace(ZONE_PREFIX, '').trim();
  if (schedule.startsWith('@every ')) return GO_DURATION.test(schedule.slice(7).trim()) ? undefined : `failed to parse duration ${schedule}`;
  if (schedule.startsWith('@')) return WORDS.includes(schedule) ? undefined : `unrecognized descriptor: ${schedule}`;
  const parts = schedule.split(/\s+/);
  if (parts.length !== FIELDS.length) return `expected exactly 5 fields, found ${schedule === '' ? 0 : parts.length}: [${parts.join(' ')}]`;
  for (const [index, field] of FIELDS.entries()) {
    for (const range of parts[index]!.split(',')) {
      const complaint = rangeComplaint(range, field);
      if (complaint !== undefined) return complaint;
    }
  }
  return undefined;
}

/** `*`, `?`, `5`, `1-5`, each with an optional step: `1-5/2`. */
function rangeComplaint(text: string, field: Field): string | undefined {
  const [range = '', step, ...more] = text.split('/');
  if (more.length > 0) return `too many slashes: ${text}`;
  if (step !== undefined && !(Number(step) > 0 && /^\d+$/.test(step))) return `step of range should be a positive number: ${text}`;
  if (range === '*' || range === '?') return undefined;
  const [first, last, ...rest] = range.split('-').map((word) => valueOf(word, field));
  if (rest.length > 0) return `too many hyphens: ${text}`;
  if (first === undefined || (range.includes('-') && last === undefined)) return `failed to parse "${range}" as ${field.name}`;
  const end = last ?? first;
  if (first < field.min) return `beginning of range (${first}) below minimum (${field.min}): ${text}`;
  if (end > field.max) return `end of range (${end}) above maximum (${field.max}): ${text}`;
  return first > end ? `beginning of range (${first}) beyond end of range (${end}): ${text}` : undefined;
}

function valueOf(word: string, { min, names }: Field): number | undefined {
  const index = names.indexOf(word.toLowerCase());
  if (index !== -1) return min + index;
  return /^\d+$/.test(word) ? Number(word) : undefined;
}
