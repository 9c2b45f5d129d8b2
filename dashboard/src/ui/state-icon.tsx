// A mark per state, told apart by its shape and not by its colour alone.
import { lookOf, type StateShape } from './states.ts';
import styles from './state.module.css';

const DISC = <circle cx="8" cy="8" r="7" fill="currentColor" />;
const RING = <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />;
const mark = (d: string) => <path d={d} fill="none" stroke="var(--mark, var(--surface))" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />;
const line = (d: string) => <path d={d} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />;

const SHAPES: Readonly<Record<StateShape, React.ReactNode>> = {
  check: <>{DISC}{mark('M5 8.2 7.2 10.4 11 6')}</>,
  cross: <>{DISC}{mark('M5.8 5.8 10.2 10.2M10.2 5.8 5.8 10.2')}</>,
  bolt: <>{DISC}<path d="M8.7 3.6 5.2 8.8h2.3l-.4 3.6 3.6-5.3H8.3z" fill="var(--mark, var(--surface))" /></>,
  slash: <>{RING}{line('M4.6 11.4 11.4 4.6')}</>,
  skip: <>{RING}{line('M5.6 5.6 8 8 5.6 10.4M8.6 5.6 11 8 8.6 10.4')}</>,
  clock: <>{RING}{line('M8 4.8V8l2.1 1.4')}</>,
  dots: <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.4 2.5" />,
  spinner: (
    <>
      <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.75" opacity="0.25" />
      <path d="M8 1.75A6.25 6.25 0 0 1 14.25 8" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />
    </>
  ),
};

export function StateIcon({ state, size = 16 }: { readonly state: string | undefined; readonly size?: number }) {
  const { tone, shape } = lookOf(state);
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} className={styles['icon']} data-tone={tone} data-shape={shape} aria-hidden="true">
      {SHAPES[shape]}
    </svg>
  );
}

/** The mark with the word. */
export function StateBadge({ state, isStrong = false }: { readonly state: string | undefined; readonly isStrong?: boolean }) {
  const { title, tone } = lookOf(state);
  return (
    <span className={styles['badge']} data-tone={tone} data-strong={isStrong || undefined}>
      <StateIcon state={state} size={isStrong ? 14 : 16} />
      {title}
    </span>
  );
}
