// A link to bytes of the server that looks like a button; the server names the file.
import type { ReactNode } from 'react';
import styles from './button.module.css';

export function DownloadLink({ to, icon, children }: { readonly to: string; readonly icon?: ReactNode; readonly children: ReactNode }) {
  return (
    <a href={to} download="" className={styles['button']} data-kind="plain">
      {icon}
      {children}
    </a>
  );
}
