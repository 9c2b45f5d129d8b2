// Times and durations that stay true while one looks at them.
import { useNowMs } from '../frame/now.ts';
import { agoText, durationText, exactTimeText, momentText, timeMs } from '../frame/time-text.ts';

/** How long ago; the exact time is the hint. Nothing when it has not happened. */
export function Ago({ at }: { readonly at: string | undefined }) {
  const ms = timeMs(at);
  const nowMs = useNowMs(ms !== undefined);
  if (ms === undefined) return null;
  return (
    <time dateTime={at} title={exactTimeText(ms)}>
      {agoText(ms, nowMs)}
    </time>
  );
}

/** When, on the reader's clock; the zone is in the hint. Nothing when it has not happened. */
export function Moment({ at }: { readonly at: string | undefined }) {
  const ms = timeMs(at);
  if (ms === undefined) return null;
  return (
    <time dateTime={at} title={exactTimeText(ms)}>
      {momentText(ms)}
    </time>
  );
}

/** From a start to an end, or until now while it has not ended. */
export function Duration({ from, to }: { readonly from: string | undefined; readonly to?: string | undefined }) {
  const [fromMs, toMs] = [timeMs(from), timeMs(to)];
  const nowMs = useNowMs(fromMs !== undefined && toMs === undefined);
  if (fromMs === undefined) return null;
  return <span style={{ fontVariantNumeric: 'tabular-nums' }}>{durationText((toMs ?? Math.max(nowMs, fromMs)) - fromMs)}</span>;
}
