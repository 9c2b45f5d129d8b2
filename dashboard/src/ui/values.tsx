// Names with their values: parameters, metrics, facts.
import type { ReactNode } from 'react';
import type { Json } from '../api/messages.ts';
import styles from './values.module.css';

export interface NamedContent {
  readonly name: string;
  readonly content: ReactNode;
}

export function Values({ label, values }: { readonly label: string; readonly values: readonly NamedContent[] }) {
  return (
    <dl className={styles['values']} aria-label={label}>
      {values.map(({ name, content }, index) => (
        // Names need not differ: two states of one second have the same.
        <div key={`${index} ${name}`}>
          <dt>{name}</dt>
          <dd>{content}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A value as people read it: texts as they are, the rest as JSON. */
export function Value({ value }: { readonly value: Json | undefined }) {
  if (value === undefined || value === null) return <span className={styles['none']}>none</span>;
  if (typeof value === 'string') return value === '' ? <span className={styles['none']}>empty text</span> : <span className={styles['text']}>{value}</span>;
  return <code className={styles['json']}>{typeof value === 'object' ? JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/g, ' ') : String(value)}</code>;
}
