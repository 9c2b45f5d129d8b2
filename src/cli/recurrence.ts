// From `--every`, `--cron` and what goes with them to the members that make a recurring run. Pure.
import { Failure, type JsonObject } from '../base/mod.ts';
import { goDurationMs } from '../expr/mod.ts';

export interface RecurrenceWords {
  readonly every: string | undefined;
  readonly cron: string | undefined;
  readonly maxConcurrency: string | undefined;
  readonly isWithoutCatchup: boolean;
}

const DAY_SECONDS = 86_400;
/** As many as the server takes. */
const CONCURRENCY_MAX = 10;
/** Of a crontab; recurring runs have the second before them. */
const CRONTAB_FIELDS = 5;

/** Undefined: run once. Throws Failure `Usage`. */
export function readRecurrence({ every, cron, maxConcurrency, isWithoutCatchup }: RecurrenceWords): JsonObject | undefined {
  if (every !== undefined && cron !== undefined) throw usage('give either --every or --cron, not both');
  if (every === undefined && cron === undefined) {
    if (maxConcurrency !== undefined || isWithoutCatchup) throw usage(`${isWithoutCatchup ? '--no-catchup' : '--max-concurrency'} goes with --every or --cron`);
    return undefined;
  }
  const trigger = cron === undefined ? { periodic_schedule: { interval_second: String(secondsOf(every!)) } } : { cron_schedule: { cron: sixFields(cron) } };
  return { trigger, mode: 'ENABLE', max_concurrency: concurrencyOf(maxConcurrency), no_catchup: isWithoutCatchup };
}

function secondsOf(text: string): number {
  const days = /^(\d{1,6})d$/.exec(text)?.[1];
  const seconds = days === undefined ? (goDurationMs(text) ?? 0) / 1000 : Number(days) * DAY_SECONDS;
  if (!Number.isInteger(seconds) || seconds < 1) throw usage(`--every ${text} is no interval of whole seconds: write it as 30m, 1h30m or 1d`);
  return seconds;
}

/** Five fields would mean something else than in a crontab, without a word. */
function sixFields(text: string): string {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== CRONTAB_FIELDS || fields[0]!.startsWith('@')) return text;
  throw usage(`--cron '${text}' has five fields, as in a crontab: put the second before them, '0 ${text.trim()}'`);
}

function concurrencyOf(text = '1'): string {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= CONCURRENCY_MAX) return text;
  throw usage(`--max-concurrency must be a whole number from 1 to ${CONCURRENCY_MAX}, not "${text}"`);
}

function usage(sentence: string): Failure {
  return new Failure('Usage', `${sentence}; see: slipway run --help`);
}
