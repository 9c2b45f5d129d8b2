// What there is to know about the chosen one of a list or a graph, beside it; on a phone above it. Escape closes it.
import { X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { IconButton } from './icon-button.tsx';
import styles from './side-panel.module.css';

interface SidePanelProps {
  readonly label: string;
  readonly title: string;
  /** Below the title: state, duration, what can be done. */
  readonly facts?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function SidePanel({ label, title, facts, onClose, children }: SidePanelProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isInside = panel.current?.contains(document.activeElement) === true;
      const isCovered = document.querySelector('dialog[open], [popover]:popover-open') !== null;
      if (event.key === 'Escape' && isInside && !isCovered) onClose();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  return (
    <aside ref={panel} aria-label={label} className={styles['panel']}>
      <header className={styles['head']}>
        <div>
          <h2>{title}</h2>
          <IconButton label="Close the panel" onClick={onClose}>
            <X size={16} aria-hidden="true" />
          </IconButton>
        </div>
        {facts}
      </header>
      {children}
    </aside>
  );
}

/** A text where a list, a log or a document would be. */
export function PanelNote({ children }: { readonly children: ReactNode }) {
  return <p className={styles['note']}>{children}</p>;
}
