import { ChevronDown } from 'lucide-react';
import type { SelectHTMLAttributes } from 'react';
import styles from './select.module.css';

export function Select(props: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className={styles['select']}>
      <select {...props} />
      <ChevronDown size={14} aria-hidden="true" />
    </span>
  );
}
