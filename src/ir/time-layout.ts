// Times in UTC by a Go layout (the reference time Mon Jan 2 15:04:05 2006) and by strftime directives.

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Longer words first, as Go reads them. */
const GO_WORD = /January|Monday|2006|-07:00|-0700|Z07:00|MST|Jan|Mon|\.0+|\.9+|002|__2|01|02|03|04|05|06|15|PM|pm|_2|1|2|3|4|5/g;

export function formatGoLayout(epochMs: number, layout: string): string {
  const time = new Date(epochMs);
  return layout.replaceAll(GO_WORD, (word) => goWord(word, time));
}

function goWord(word: string, time: Date): string {
  if (word.startsWith('.')) return fraction(word, time);
  return GO_WORDS[word]?.(time) ?? word;
}

const GO_WORDS: Readonly<Record<string, (time: Date) => string>> = {
  '2006': (time) => String(time.getUTCFullYear()),
  '06': (time) => twoDigits(time.getUTCFullYear() % 100),
  January: (time) => MONTHS[time.getUTCMonth()] ?? '',
  Jan: (time) => (MONTHS[time.getUTCMonth()] ?? '').slice(0, 3),
  '01': (time) => twoDigits(time.getUTCMonth() + 1),
  '1': (time) => String(time.getUTCMonth() + 1),
  Monday: (time) => DAYS[time.getUTCDay()] ?? '',
  Mon: (time) => (DAYS[time.getUTCDay()] ?? '').slice(0, 3),
  '02': (time) => twoDigits(time.getUTCDate()),
  '2': (time) => String(time.getUTCDate()),
  _2: (time) => String(time.getUTCDate()).padStart(2),
  '002': (time) => String(dayOfYear(time)).padStart(3, '0'),
  __2: (time) => String(dayOfYear(time)).padStart(3),
  '15': (time) => twoDigits(time.getUTCHours()),
  '03': (time) => twoDigits(hourOfHalfDay(time)),
  '3': (time) => String(hourOfHalfDay(time)),
  '04': (time) => twoDigits(time.getUTCMinutes()),
  '4': (time) => String(time.getUTCMinutes()),
  '05': (time) => twoDigits(time.getUTCSeconds()),
  '5': (time) => String(time.getUTCSeconds()),
  PM: (time) => (time.getUTCHours() < 12 ? 'AM' : 'PM'),
  pm: (time) => (time.getUTCHours() < 12 ? 'am' : 'pm'),
  MST: () => 'UTC',
  '-0700': () => '+0000',
  '-07:00': () => '+00:00',
  'Z07:00': () => 'Z',
};

/** `.000` keeps its zeros, `.999` drops them. */
function fraction(word: string, time: Date): string {
  const digits = String(time.getUTCMilliseconds()).padStart(3, '0').padEnd(9, '0').slice(0, word.length - 1);
  if (word.startsWith('.0')) return `.${digits}`;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : `.${kept}`;
}

export function formatStrftime(epochMs: number, format: string): string {
  const time = new Date(epochMs);
  return format.replaceAll(/%(.)/g, (whole, directive: string) => STRFTIME_LAYOUTS[directive]?.(time) ?? whole);
}

const byLayout = (layout: string) => (time: Date) => formatGoLayout(time.getTime(), layout);
const STRFTIME_LAYOUTS: Readonly<Record<string, (time: Date) => string>> = {
  Y: byLayout('2006'),
  y: byLayout('06'),
  m: byLayout('01'),
  B: byLayout('January'),
  b: byLayout('Jan'),
  d: byLayout('02'),
  e: byLayout('_2'),
  j: byLayout('002'),
  A: byLayout('Monday'),
  a: byLayout('Mon'),
  H: byLayout('15'),
  I: byLayout('03'),
  M: byLayout('04'),
  S: byLayout('05'),
  p: byLayout('PM'),
  Z: byLayout('MST'),
  z: byLayout('-0700'),
  F: byLayout('2006-01-02'),
  T: byLayout('15:04:05'),
  D: byLayout('01/02/06'),
  R: byLayout('15:04'),
  f: (time) => `${String(time.getUTCMilliseconds()).padStart(3, '0')}000`,
  s: (time) => String(Math.floor(time.getTime() / 1000)),
  '%': () => '%',
};

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function hourOfHalfDay(time: Date): number {
  return time.getUTCHours() % 12 || 12;
}

function dayOfYear(time: Date): number {
  return Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}
