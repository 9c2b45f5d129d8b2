// The beginning of a log that is too long for a page: how much it is, and which of its lines have what is searched for.
import { useLogSearch, type LogOf } from '../../api/log.ts';
import { MarkedText } from './marked-text.tsx';
import styles from './log-view.module.css';

interface LeftOutLinesProps {
  readonly of: LogOf;
  readonly count: number;
  /** Searched for; '' for nothing. */
  readonly text: string;
}

export function LeftOutLines({ of, count, text }: LeftOutLinesProps) {
  const search = useLogSearch(of, text);
  const matches = (search.data?.matches ?? []).filter(({ line_number: number }) => number <= count);
  return (
    <section aria-label="Lines left out" className={styles['left-out']}>
      <p>
        The first {count.toLocaleString('en')} lines are left out here; the download has them all.
        {text === '' ? ' A search looks through them too.' : ` ${sentence(search, matches.length)}`}
      </p>
      {matches.length === 0 ? null : (
        <ol aria-label="Found in the lines left out" tabIndex={0}>
          {matches.map(({ line_number: number, text: line }) => (
            <li key={number}>
              <span className={styles['number']}>{number}</span>
              <span className={styles['text']}>
                <MarkedText line={line} wanted={text} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function sentence({ isError, error, data }: ReturnType<typeof useLogSearch>, count: number): string {
  if (isError) return `They could not be searched: ${error.message}.`;
  if (data === undefined) return 'Searching them …';
  if (count === 0) return 'None of them has it.';
  const isCut = data.is_cut && count === data.matches.length;
  return `${isCut ? `The first ${count}` : count} of them ${count === 1 ? 'has' : 'have'} it:`;
}
