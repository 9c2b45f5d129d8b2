// When a recurring run makes its runs. The next strikes, or why the schedule is none, come from the server while one types.
import { useState } from 'react';
import { useStrikes } from '../../api/recurring-runs.ts';
import { momentText, timeMs } from '../../frame/time-text.ts';
import { Field } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { sentence } from '../../ui/sentence.ts';
import { TextInput } from '../../ui/text-input.tsx';
import { FIRST_SCHEDULE, problemsOf, scheduleBody, type ScheduleProblems, type ScheduleTexts } from './schedule.ts';
import styles from './create-run.module.css';

const KINDS = [
  { value: 'interval', title: 'Interval' },
  { value: 'cron', title: 'Cron' },
] as const;
const UNITS = [
  ['60', 'minutes'],
  ['3600', 'hours'],
  ['86400', 'days'],
  ['604800', 'weeks'],
] as const;
const MISSED = [
  { value: 'all', title: 'Make all of them' },
  { value: 'last', title: 'Only the last one' },
] as const;
/** As many as the server takes. */
const CONCURRENCIES = Array.from({ length: 10 }, (_, index) => String(index + 1));

export interface Schedule {
  readonly texts: ScheduleTexts;
  readonly change: (change: Partial<ScheduleTexts>) => void;
  readonly problems: ScheduleProblems;
  /** Members of the body that makes the recurring run; undefined when the schedule is wrong. */
  readonly body: object | undefined;
  /** Why the server takes the schedule for none. */
  readonly refusal: string | undefined;
  readonly strikes: readonly string[] | undefined;
}

export function useSchedule(isWanted: boolean): Schedule {
  const [texts, setTexts] = useState(FIRST_SCHEDULE);
  const body = scheduleBody(texts);
  const { data: strikes, error } = useStrikes(isWanted ? body : undefined);
  // The server names the member of the request, for which the form has a field.
  const refusal = error === null || body === undefined ? undefined : sentence(error.message.replace(/^trigger\.[a-z_.]+ /, ''));
  return {
    texts,
    change: (change) => setTexts({ ...texts, ...change }),
    problems: problemsOf(texts),
    body: body === undefined || refusal !== undefined ? undefined : { ...body, max_concurrency: texts.concurrency, mode: 'ENABLE' },
    refusal,
    strikes,
  };
}

export function ScheduleFields({ schedule }: { readonly schedule: Schedule }) {
  const { texts, change, problems, refusal } = schedule;
  const errorOf = (error: string | undefined) => (error === undefined ? {} : { error });
  return (
    <>
      <div>
        <Segments label="Schedule" options={KINDS} value={texts.kind} onChange={(kind) => change({ kind })} />
      </div>
      {texts.kind === 'cron' ? (
        <Field label="Cron schedule" hint="Second, minute, hour, day of month, month, day of week, in UTC." {...errorOf(refusal)}>
          {(control) => <TextInput {...control} value={texts.cron} onChange={(event) => change({ cron: event.target.value })} />}
        </Field>
      ) : (
        <div className={styles['pair']}>
          <Field label="Every" {...errorOf(problems.count ?? refusal)}>
            {(control) => <TextInput {...control} inputMode="numeric" value={texts.count} onChange={(event) => change({ count: event.target.value })} />}
          </Field>
          <Field label="Unit">
            {({ id }) => (
              <Select id={id} value={texts.unitSeconds} onChange={(event) => change({ unitSeconds: event.target.value })}>
                {UNITS.map(([value, title]) => (
                  <option key={value} value={value}>
                    {title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      )}
      <p className={styles['description']} role="status">
        {strikesText(schedule)}
      </p>
      <div className={styles['pair']}>
        <Field label="Start" hint="May stay empty: now.">
          {(control) => <TextInput {...control} type="datetime-local" value={texts.start} onChange={(event) => change({ start: event.target.value })} />}
        </Field>
        <Field label="End" hint="May stay empty: none." {...errorOf(problems.end)}>
          {(control) => <TextInput {...control} type="datetime-local" value={texts.end} onChange={(event) => change({ end: event.target.value })} />}
        </Field>
      </div>
      <Field label="Runs at a time" hint="The next one waits while as many go on.">
        {({ 'aria-invalid': _, ...control }) => (
          <Select {...control} value={texts.concurrency} onChange={(event) => change({ concurrency: event.target.value })}>
            {CONCURRENCIES.map((count) => (
              <option key={count}>{count}</option>
            ))}
          </Select>
        )}
      </Field>
      <div className={styles['boolean']}>
        <span>Runs that were missed</span>
        <Segments label="Runs that were missed" options={MISSED} value={texts.missed} onChange={(missed) => change({ missed })} />
        <p>While Slipway was down or the recurring run disabled.</p>
      </div>
    </>
  );
}

function strikesText({ body, strikes }: Schedule): string {
  if (body === undefined || strikes === undefined) return '';
  if (strikes.length === 0) return 'It makes no run: there is no such time before its end.';
  const times = strikes.map((at) => momentText(timeMs(at) ?? 0));
  return `Next runs: ${times.join('; ')}`;
}
