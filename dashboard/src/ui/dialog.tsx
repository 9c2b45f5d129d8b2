// The browser's own modal dialog: it traps the focus, closes on Escape and gives the focus back.
import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { IconButton } from './icon-button.tsx';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly isTitleHidden?: boolean;
  readonly onClose: () => void;
  readonly className?: string | undefined;
  readonly children: ReactNode;
  /** Buttons below, the confirming one last. */
  readonly actions?: ReactNode;
}

export function Dialog({ title, isTitleHidden = false, onClose, className, children, actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`${styles['dialog']} ${className ?? ''}`}
      aria-labelledby={titleId}
      onCancel={(event) => (event.preventDefault(), onClose())}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className={styles['content']} data-bare={isTitleHidden || undefined}>
        <header className={isTitleHidden ? 'visually-hidden' : styles['head']}>
          <h2 id={titleId}>{title}</h2>
          {isTitleHidden ? null : (
            <IconButton label="Close" onClick={onClose}>
              <X size={16} aria-hidden="true" />
            </IconButton>
          )}
        </header>
        {children}
        {actions === undefined ? null : <footer className={styles['actions']}>{actions}</footer>}
      </div>
    </dialog>
  );
}
