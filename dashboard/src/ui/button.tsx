import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from './link.tsx';
import styles from './button.module.css';

type ButtonKind = 'plain' | 'primary' | 'danger' | 'quiet';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: ButtonKind;
  readonly icon?: ReactNode;
}

export function Button({ kind = 'plain', icon, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`${styles['button']} ${className ?? ''}`} data-kind={kind} {...rest}>
      {icon}
      {children}
    </button>
  );
}

/** Looks like a button and is a link. */
export function ButtonLink({ kind = 'plain', icon, to, children }: { readonly kind?: ButtonKind; readonly icon?: ReactNode; readonly to: string; readonly children: ReactNode }) {
  return (
    <Link to={to} className={styles['button']} data-kind={kind}>
      {icon}
      {children}
    </Link>
  );
}
