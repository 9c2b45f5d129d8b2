// What people say of when a pipeline is run again and again, and what the server is asked for. Pure.

export interface ScheduleTexts {
  readonly kind: 'interval' | 'cron';
  /** How many of `unitSeconds` lie between two runs. */
  readonly count: string;
  readonly unitSeconds: string;
  readonly cron: string;
  /** As the browser's fields for date and time write them, in the reader's zone; '' for none. */
  readonly start: string;
  readonly end: string;
  readonly concurrency: string;
  readonly missed: 'all' | 'last';
}

export const FIRST_SCHEDULE: ScheduleTexts = { kind: 'interval', count: '1', unitSeconds: '3600', cron: '0 0 9 * * *', start: '', end: '', concurrency: '1', missed: 'all' };

/** What is certainly wrong, by field. */
export interface ScheduleProblems {
  readonly count?: string;
  readonly end?: string;
}

export function problemsOf({ kind, count, start, end }: ScheduleTexts): ScheduleProblems {
  return {
    ...(kind === 'interval' && !/^[1-9]\d{0,8}$/.test(count.trim()) ? { count: 'This must be a whole number, 1 or more.' } : {}),
    ...(start !== '' && end !== '' && Date.parse(end) < Date.parse(start) ? { end: 'This is before the start.' } : {}),
  };
}

/** Of the body that makes a recurring run; undefined when something is certainly wrong. */
export function scheduleBody(texts: ScheduleTexts): { readonly trigger: object; readonly no_catchup: boolean } | undefined {
  if (Object.keys(problemsOf(texts)).length > 0) return undefined;
  const span = { ...timeMember('start_time', texts.start), ...timeMember('end_time', texts.end) };
  const trigger =
    texts.kind === 'cron'
      ? { cron_schedule: { cron: texts.cron.trim(), ...span } }
      : { periodic_schedule: { interval_second: String(Number(texts.count) * Number(texts.unitSeconds)), ...span } };
  return { trigger, no_catchup: texts.missed === 'last' };
}

function timeMember(name: string, text: string): object {
  return text === '' ? {} : { [name]: new Date(text).toISOString() };
}
