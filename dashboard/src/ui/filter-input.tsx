// A text that filters a list, kept in the address; `/` goes there.
import { Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearch } from '../frame/address.ts';
import { useShortcuts } from '../frame/shortcuts.ts';
import { TextInput } from './text-input.tsx';
import styles from './filter-input.module.css';

/** Typing is one question to the server per pause, not per letter. */
const TYPING_PAUSE_MS = 150;

interface FilterInputProps {
  /** Of the parameter in the address. */
  readonly name: string;
  readonly label: string;
}

export function FilterInput({ name, label }: FilterInputProps) {
  const [{ [name]: applied = '' }, setSearch] = useSearch();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(applied);
  const sent = useRef(applied);
  useEffect(() => {
    // What was sent from here comes back a moment later, when more may have been typed already.
    if (applied !== sent.current) setTyped(applied);
    sent.current = applied;
  }, [applied]);
  useEffect(() => {
    if (typed === applied) return undefined;
    const timer = setTimeout(() => {
      sent.current = typed;
      setSearch({ [name]: typed });
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, applied, name, setSearch]);
  useShortcuts(useMemo(() => [{ keys: '/', title: label, run: () => input.current?.focus() }], [label]));
  return (
    <div className={styles['filter']}>
      <Search size={14} aria-hidden="true" />
      <TextInput ref={input} isIndented type="search" placeholder={label} aria-label={label} value={typed} onChange={(event) => setTyped(event.target.value)} />
    </div>
  );
}
