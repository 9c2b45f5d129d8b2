// A labelled field of a form, with its hint and what is wrong with it.
import { useId, type ReactNode } from 'react';
import styles from './field.module.css';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string;
  /** Gets what ties the control to its label. */
  readonly children: (control: { readonly id: string; readonly 'aria-invalid': boolean; readonly 'aria-describedby': string | undefined }) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const text = error ?? hint;
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': error !== undefined, 'aria-describedby': text === undefined ? undefined : `${id}-text` })}
      {text === undefined ? null : (
        <p id={`${id}-text`} className={styles['text']} data-error={error !== undefined || undefined} role={error === undefined ? undefined : 'alert'}>
          {text}
        </p>
      )}
    </div>
  );
}
