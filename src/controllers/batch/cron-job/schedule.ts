// When a CronJob's schedule strikes; pure. As robfig/cron, which Kubernetes uses: at every moment whose wall clock fits. A time
// that the clock leaves out when it is put forward is no strike, and one that it shows twice when it is put back is two.
import { assert, toRfc3339 } from '../../../base/mod.ts';
import { fitsDay, parseCronSchedule, type CalendarSchedule } from '../../../expr/mod.ts';
import { zoneOffsetMs } from './time-zone.ts';

/** Moments in ms since the epoch. */
export interface Schedule {
  /** The last strike after `afterMs` and not after `nowMs`. */
  latest(afterMs: number, nowMs: number): number | undefined;
  /** Undefined when it never strikes, such as on 31 February. */
  next(afterMs: number): number | undefined;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** By how much clocks are put forward or back, at most; Antarctica/Troll has two hours. */
const CLOCK_CHANGE_MS_MAX = 3 * 3_600_000;
/** As robfig/cron: what does not strike within five years never strikes. */
const DAYS_MAX = 5 * 366;

/** `timeZone`: a name of the IANA database; without one UTC, as kube-controller-manager in a container. */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const outcome = parseCronSchedule(text);
  assert(outcome.ok, `a CronJob's schedule is checked when it is written: ${text}`);
  return outcome.value.kind === 'every' ? everySchedule(outcome.value.everyMs) : calendarSchedule(outcome.value, timeZone);
}

/** RFC 3339 with the time of day in the zone, as Go prints it: programs take the date of the strike from it. */
export function strikeText(strikeMs: number, timeZone = 'UTC'): string {
  const offsetMs = zoneOffsetMs(timeZone, strikeMs);
  if (offsetMs === 0) return toRfc3339(strikeMs);
  const clock = new Date(Math.abs(offsetMs)).toISOString().slice(11, 16);
  return toRfc3339(strikeMs + offsetMs).replace('Z', `${offsetMs < 0 ? '-' : '+'}${clock}`);
}

/** Counted from the last strike, as upstream. */
function everySchedule(everyMs: number): Schedule {
  return {
    latest(afterMs, nowMs) {
      const strikes = Math.floor((nowMs - afterMs) / everyMs);
      return strikes > 0 ? afterMs + strikes * everyMs : undefined;
    },
    next: (afterMs) => afterMs + everyMs,
  };
}

function calendarSchedule(calendar: CalendarSchedule, timeZone: string): Schedule {
  const today = (atMs: number) => Math.floor((atMs + zoneOffsetMs(timeZone, atMs)) / DAY_MS);
  const search = (fromDay: number, step: 1 | -1, toDay: number, fits: (strikeMs: number) => boolean) => {
    for (let day = fromDay; (toDay - day) * step >= 0; day += step) {
      // Days are counted on the wall clock, from 1 January 1970.
      if (!fitsDay(calendar, new Date(day * DAY_MS))) continue;
      const strikes = strikesOn(calendar, day, timeZone);
      const strike = step === 1 ? strikes.find(fits) : strikes.findLast(fits);
      if (strike !== undefined) return strike;
    }
    return undefined;
  };
  return {
    latest: (afterMs, nowMs) => (afterMs >= nowMs ? undefined : search(today(nowMs), -1, today(afterMs), (strikeMs) => strikeMs > afterMs && strikeMs <= nowMs)),
    next: (afterMs) => search(today(afterMs), 1, today(afterMs) + DAYS_MAX, (strikeMs) => strikeMs > afterMs),
  };
}

/** In order. */
function strikesOn({ hours, minutes }: CalendarSchedule, day: number, timeZone: string): readonly number[] {
  const dayMs = day * DAY_MS;
  const startMs = dayMs - zoneOffsetMs(timeZone, dayMs);
  // Two on the days when the clock is put forward or back.
  const offsets = new Set([startMs - CLOCK_CHANGE_MS_MAX, startMs + DAY_MS + CLOCK_CHANGE_MS_MAX].map((atMs) => zoneOffsetMs(timeZone, atMs)));
  const walls = [...hours].flatMap((hour) => [...minutes].map((minute) => dayMs + (hour * 60 + minute) * MINUTE_MS));
  const moments = [...offsets].flatMap((offsetMs) => walls.map((wallMs) => wallMs - offsetMs).filter((atMs) => offsets.size === 1 || zoneOffsetMs(timeZone, atMs) === offsetMs));
  return moments.toSorted((a, b) => a - b);
}
