// When a CronJob's schedule strikes; pure. The form is robfig/cron's, as Kubernetes takes it.
import { Cron } from 'croner';
import { toRfc3339 } from '../../../base/mod.ts';
import { goDurationMs } from '../../go-duration.ts';

/** Moments in ms since the epoch. */
export interface Schedule {
  /** The last strike after `afterMs` and not after `nowMs`. */
  latest(afterMs: number, nowMs: number): number | undefined;
  next(afterMs: number): number | undefined;
}

const FIELD_MAX = [59, 23, 31, 12, 6];

/** `timeZone`: a name of the IANA database; without one, and without a TZ= in the text, UTC, as kube-controller-manager in a container. */
export function parseSchedule(text: string, timeZone: string | undefined): Schedule {
  const match = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(text.trim());
  const schedule = (match?.[2] ?? text).trim();
  if (schedule.startsWith('@every ')) return everySchedule(schedule.slice('@every '.length));
  const cron = new Cron(cronText(schedule), { timezone: match?.[1] ?? timeZone ?? 'UTC', paused: true });
  return {
    latest(afterMs, nowMs) {
      // Strikes are on whole minutes: one at this very moment belongs to the past.
      const strike = cron.previousRuns(1, new Date(Math.floor(nowMs / 1000) * 1000 + 1000))[0]?.getTime();
      return strike !== undefined && strike > afterMs && strike <= nowMs ? strike : undefined;
    },
    next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime(),
  };
}

/** RFC 3339 with the time of day in the zone, as Go prints it: programs take the date of the strike from it. */
export function strikeText(strikeMs: number, timeZone: string | undefined): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: timeZone ?? 'UTC', timeZoneName: 'longOffset' }).formatToParts(strikeMs);
  const offset = /^GMT([+-]\d\d:\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '')?.[1];
  if (offset === undefined || offset === '+00:00') return toRfc3339(strikeMs);
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  const offsetMs = (offset.startsWith('-') ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
  return toRfc3339(strikeMs + offsetMs).replace('Z', offset);
}

/** `?` is any value, and `5/15` goes on to the end of its field. */
function cronText(schedule: string): string {
  if (schedule.startsWith('@')) return schedule;
  const fields = schedule.split(/\s+/).map((field, index) => field.replaceAll('?', '*').replace(/(^|,)(\w+)\/(\d+)/g, `$1$2-${FIELD_MAX[index]}/$3`));
  return fields.join(' ');
}

/** Counted from the last strike, at least a second apart, as upstream. */
function everySchedule(duration: string): Schedule {
  const everyMs = Math.max(1000, Math.floor(goDurationMs(duration) / 1000) * 1000);
  return {
    latest(afterMs, nowMs) {
      const strikes = Math.floor((nowMs - afterMs) / everyMs);
      return strikes > 0 ? afterMs + strikes * everyMs : undefined;
    },
    next: (afterMs) => afterMs + everyMs,
  };
}
