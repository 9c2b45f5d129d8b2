// What starts the runs of a series, and when it strikes next; pure. As the official controller reckons: whole seconds, in UTC; the first strike of an
// interval is one interval after its start. Source: reference of Kubeflow Pipelines, ScheduledWorkflow.
import { fitsDay, parseCronScheduleWithSeconds, type CalendarSchedule } from '../expr/mod.ts';

/** Moments in ms since the epoch; nothing strikes before the start or after the end. */
export type Trigger = ({ readonly cron: string } | { readonly intervalSeconds: number }) & { readonly startMs?: number; readonly endMs?: number };

export interface Series {
  readonly trigger: Trigger;
  readonly createdAtMs: number;
  /** Of the strikes that were missed only the last one counts. */
  readonly noCatchup: boolean;
  /** The one before; undefined when there was none yet. */
  readonly lastStrikeMs?: number;
}

const SECOND_MS = 1_000;
/** What does not strike within five years never strikes, such as on 31 February. */
const SEARCH_MS_MAX = 5 * 366 * 86_400_000;
/** Where the last of many missed strikes is looked for: in the last minute, hour, day, month, before all of them. */
const LOOK_BACK_MS = [60_000, 3_600_000, 86_400_000, 32 * 86_400_000, SEARCH_MS_MAX];

/** A sentence when the schedule can't be read; undefined when it can. */
export function cronProblem(cron: string): string | undefined {
  const outcome = parseCronScheduleWithSeconds(cron.trim());
  return outcome.ok ? undefined : outcome.message;
}

/** The strike whose run is to be made next, which may be past; undefined when there is none any more. */
export function nextStrikeMs({ trigger, createdAtMs, noCatchup, lastStrikeMs }: Series, nowMs: number): number | undefined {
  const { startMs = -Infinity, endMs = Infinity } = trigger;
  const strikeAfter = strikesOf(trigger);
  const fromMs = wholeSecond(lastStrikeMs === undefined ? (startMs === -Infinity ? createdAtMs : startMs) : Math.max(lastStrikeMs, startMs));
  const first = strikeAfter(fromMs);
  if (first === undefined || first > endMs) return undefined;
  return noCatchup ? lastStrike(strikeAfter, trigger, first, Math.min(nowMs, endMs)) : first;
}

type StrikeAfter = (afterMs: number) => number | undefined;

function strikesOf(trigger: Trigger): StrikeAfter {
  if ('intervalSeconds' in trigger) return (afterMs) => afterMs + trigger.intervalSeconds * SECOND_MS;
  const outcome = parseCronScheduleWithSeconds(trigger.cron.trim());
  if (!outcome.ok) return () => undefined;
  const schedule = outcome.value;
  return schedule.kind === 'every' ? (afterMs) => afterMs + schedule.everyMs : (afterMs) => strikeOf(schedule, afterMs);
}

/** `first` itself when none after it has come. */
function lastStrike(strikeAfter: StrikeAfter, trigger: Trigger, first: number, untilMs: number): number {
  const next = strikeAfter(first);
  if (next === undefined || next > untilMs) return first;
  const intervalMs = isCalendar(trigger) ? undefined : next - first;
  if (intervalMs !== undefined) return first + Math.floor((untilMs - first) / intervalMs) * intervalMs;
  for (const backMs of LOOK_BACK_MS) {
    let last: number | undefined;
    for (let strike = strikeAfter(Math.max(first, untilMs - backMs)); strike !== undefined && strike <= untilMs; strike = strikeAfter(strike)) last = strike;
    if (last !== undefined) return last;
  }
  return first;
}

function isCalendar(trigger: Trigger): boolean {
  return 'cron' in trigger && !trigger.cron.trim().startsWith('@every');
}

/** The first moment after `afterMs` that fits: the largest unit that does not is put forward, and what is smaller begins anew. */
function strikeOf(calendar: CalendarSchedule, afterMs: number): number | undefined {
  for (let atMs = wholeSecond(afterMs) + SECOND_MS, endMs = atMs + SEARCH_MS_MAX; atMs < endMs; ) {
    const date = new Date(atMs);
    const [year, month, day, hour, minute] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()];
    if (!calendar.months.has(month + 1)) atMs = Date.UTC(year, month + 1);
    else if (!fitsDay(calendar, date)) atMs = Date.UTC(year, month, day + 1);
    else if (!calendar.hours.has(hour)) atMs = Date.UTC(year, month, day, hour + 1);
    else if (!calendar.minutes.has(minute)) atMs = Date.UTC(year, month, day, hour, minute + 1);
    else if (!calendar.seconds.has(date.getUTCSeconds())) atMs += SECOND_MS;
    else return atMs;
  }
  return undefined;
}

function wholeSecond(atMs: number): number {
  return Math.floor(atMs / SECOND_MS) * SECOND_MS;
}
