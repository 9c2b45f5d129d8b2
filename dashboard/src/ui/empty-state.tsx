// Nothing here yet: what belongs here, and the command that brings it.
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import styles from './empty-state.module.css';

interface EmptyStateProps {
  readonly title: string;
  readonly icon?: ReactNode;
  /** A sentence or two. */
  readonly children: ReactNode;
  /** To be copied and run as it is. */
  readonly command?: string;
  readonly actions?: ReactNode;
}

export function EmptyState({ title, icon, children, command, actions }: EmptyStateProps) {
  return (
    <section className={styles['empty']}>
      {icon === undefined ? null : <div className={styles['icon']}>{icon}</div>}
      <h2>{title}</h2>
      <p>{children}</p>
      {command === undefined ? null : <Command text={command} />}
      {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
    </section>
  );
}

export function Command({ text }: { readonly text: string }) {
  return (
    <div className={styles['command']}>
      {/* A line may end between words, and never within `--follow`. */}
      <pre>{text.split(' ').map((word, index) => [index === 0 ? '' : ' ', <span key={index}>{word}</span>])}</pre>
      <CopyButton text={text} label="Copy the command" />
    </div>
  );
}
