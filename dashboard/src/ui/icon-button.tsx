// A small button that is only a mark: its label is read, and shown as a hint.
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './icon-button.module.css';

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly label: string;
  readonly children: ReactNode;
}

export function IconButton({ label, children, ...rest }: IconButtonProps) {
  return (
    <button type="button" className={styles['button']} aria-label={label} title={label} {...rest}>
      {children}
    </button>
  );
}
