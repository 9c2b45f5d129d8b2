// Schedules in words. Pure.
import type { Trigger } from '../../api/recurring-runs.ts';

const UNITS = [
  [604_800, 'week'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** `every 2 hours`, or what the cron schedule says. */
export function scheduleText(trigger: Trigger | undefined): string {
  return trigger?.cron_schedule?.cron ?? intervalText(Number(trigger?.periodic_schedule?.interval_second ?? 1));
}

/** In the largest unit that says it exactly. */
function intervalText(seconds: number): string {
  const [unitSeconds, unit] = UNITS.find(([size]) => seconds % size === 0)!;
  const count = seconds / unitSeconds;
  return count === 1 ? `every ${unit}` : `every ${count.toLocaleString('en')} ${unit}s`;
}
