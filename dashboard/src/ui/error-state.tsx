// Something could not be shown: why, and what to do.
import { CircleAlert } from 'lucide-react';
import { ApiError } from '../api/client.ts';
import { usePathname } from '../frame/address.ts';
import { ROOMS } from '../frame/rooms.ts';
import { Button, ButtonLink } from './button.tsx';
import { sentence } from './sentence.ts';
import styles from './empty-state.module.css';

interface ErrorStateProps {
  readonly title: string;
  readonly error: unknown;
  /** Undefined: the page is loaded again. */
  readonly onRetry?: (() => void) | undefined;
}

export function ErrorState({ title, error, onRetry = () => location.reload() }: ErrorStateProps) {
  const pathname = usePathname();
  const room = ROOMS.find(({ isHere }) => isHere.test(pathname)) ?? ROOMS[0];
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <section className={styles['empty']} role="alert">
      <div className={styles['icon']}>
        <CircleAlert size={20} aria-hidden="true" />
      </div>
      <h2>{title}</h2>
      <p>{error instanceof Error ? sentence(error.message) : String(error)}</p>
      <div className={styles['actions']}>
        {isGone ? <ButtonLink to={room.to}>{`See all ${room.title.toLowerCase()}`}</ButtonLink> : <Button onClick={onRetry}>Try again</Button>}
      </div>
    </section>
  );
}
