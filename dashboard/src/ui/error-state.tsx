// Something could not be shown: why, and what to do.
import { CircleAlert } from 'lucide-react';
import { ApiError } from '../api/client.ts';
import { paths } from '../paths.ts';
import { Button } from './button.tsx';
import { Link } from './link.tsx';
import styles from './empty-state.module.css';

interface ErrorStateProps {
  readonly title: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}

export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <section className={styles['empty']} role="alert">
      <div className={styles['icon']}>
        <CircleAlert size={20} aria-hidden="true" />
      </div>
      <h2>{title}</h2>
      <p>{error instanceof Error ? sentence(error.message) : String(error)}</p>
      <div className={styles['actions']}>
        {isGone ? <Link to={paths.runs()}>See all runs</Link> : onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
      </div>
    </section>
  );
}

/** Servers begin their sentences small and end them without a stop. */
function sentence(text: string): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}${/[.!?]$/.test(text) ? '' : '.'}`;
}
