// Short messages about what was done, or why it could not be; heard by screen readers, gone after a while.
import { useSyncExternalStore } from 'react';
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './toasts.module.css';

interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

const SHOWN_MS: Readonly<Record<Toast['kind'], number>> = { done: 4_000, failed: 12_000 };
const COUNT_MAX = 4;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function toast(kind: Toast['kind'], text: string): void {
  const added = { id: ++lastId, kind, text };
  change([...toasts, added].slice(-COUNT_MAX));
  setTimeout(() => dismiss(added.id), SHOWN_MS[kind]);
}

function dismiss(id: number): void {
  change(toasts.filter((one) => one.id !== id));
}

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function Toasts() {
  const shown = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => toasts);
  return (
    <div role="log" aria-live="polite" aria-label="Messages">
      <ol className={styles['toasts']}>
        {shown.map(({ id, kind, text }) => (
          <li key={id} className={styles['toast']} data-kind={kind}>
            {kind === 'done' ? <CircleCheck size={16} aria-hidden="true" /> : <CircleAlert size={16} aria-hidden="true" />}
            <span>{text}</span>
            <IconButton label="Dismiss" onClick={() => dismiss(id)}>
              <X size={14} aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ol>
    </div>
  );
}
