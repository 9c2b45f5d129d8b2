import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from 'react';
import styles from './text-input.module.css';

interface TextInputProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly ref?: Ref<HTMLInputElement>;
  /** Leaves room for an icon at the left. */
  readonly isIndented?: boolean;
}

export function TextInput({ isIndented = false, className, ...rest }: TextInputProps) {
  return <input spellCheck={false} autoComplete="off" {...rest} className={`${styles['input']} ${className ?? ''}`} data-indented={isIndented || undefined} />;
}

export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea spellCheck={false} {...rest} className={`${styles['input']} ${styles['area']} ${className ?? ''}`} />;
}
