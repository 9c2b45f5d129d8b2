// Ages as kubectl shows them (k8s.io/apimachinery util/duration): two or three significant figures.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** `45s`, `3m20s`, `5h`, `2d3h`, `17d`, `2y40d`; `<invalid>` when more than a second in the future. */
export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  if (seconds < 10 * MINUTE) return pair(seconds, MINUTE, 'm', 1, 's');
  if (seconds < 3 * HOUR) return `${Math.trunc(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return pair(seconds, HOUR, 'h', MINUTE, 'm');
  if (seconds < 2 * DAY) return `${Math.trunc(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return pair(seconds, DAY, 'd', HOUR, 'h');
  if (seconds < 2 * YEAR) return `${Math.trunc(seconds / DAY)}d`;
  return seconds < 8 * YEAR ? pair(seconds, YEAR, 'y', DAY, 'd') : `${Math.trunc(seconds / YEAR)}y`;
}

/** Age of an RFC 3339 time; `<unknown>` when there is none. */
export function ageOf(time: unknown, nowMs: number): string {
  const epochMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isFinite(epochMs) ? humanDuration(nowMs - epochMs) : '<unknown>';
}

function pair(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.trunc((seconds % large) / small);
  return `${Math.trunc(seconds / large)}${largeUnit}${rest === 0 ? '' : `${rest}${smallUnit}`}`;
}
