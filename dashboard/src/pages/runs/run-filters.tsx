// Name, state, and whether the archive is shown.
import { Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearch } from '../../frame/address.ts';
import { useShortcuts } from '../../frame/shortcuts.ts';
import { Segments } from '../../ui/segments.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import styles from './runs-page.module.css';

const STATES = [
  { value: '', title: 'All' },
  { value: 'RUNNING', title: 'Running' },
  { value: 'SUCCEEDED', title: 'Succeeded' },
  { value: 'FAILED', title: 'Failed' },
] as const;
const STORAGES = [
  { value: '', title: 'Active' },
  { value: 'ARCHIVED', title: 'Archived' },
] as const;
/** Typing is one question to the server per pause, not per letter. */
const TYPING_PAUSE_MS = 150;

export function RunFilters() {
  const [search, setSearch] = useSearch();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(search['name'] ?? '');
  useEffect(() => setTyped(search['name'] ?? ''), [search]);
  useEffect(() => {
    const timer = setTimeout(() => setSearch({ name: typed }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, setSearch]);
  useShortcuts(useMemo(() => [{ keys: '/', title: 'Filter the runs', run: () => input.current?.focus() }], []));
  return (
    <div role="search" aria-label="Filter the runs" className={styles['filters']}>
      <div className={styles['search']}>
        <Search size={14} aria-hidden="true" />
        <TextInput ref={input} isIndented type="search" placeholder="Filter by name" aria-label="Filter by name" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </div>
      <Segments label="State" options={STATES} value={search['state'] ?? ''} onChange={(state) => setSearch({ state })} />
      <Segments label="Storage" options={STORAGES} value={search['storage'] ?? ''} onChange={(storage) => setSearch({ storage })} />
    </div>
  );
}
