// ⌘K or Ctrl K: pages by name, runs by name as the server finds them.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { contains } from '../api/contains.ts';
import { listRuns } from '../api/runs.ts';
import { paths } from '../paths.ts';
import { Dialog } from '../ui/dialog.tsx';
import { StateIcon } from '../ui/state-icon.tsx';
import { useNavigate } from './address.ts';
import { ROOMS } from './rooms.ts';
import styles from './command-palette.module.css';

interface Entry {
  readonly to: string;
  readonly title: string;
  readonly hint: string;
  readonly state?: string | undefined;
}

const PAGES: readonly Entry[] = [
  ...ROOMS.map(({ title, to }) => ({ to, title, hint: 'Page' })),
  { to: paths.newRun(), title: 'Create run', hint: 'Page' },
  { to: paths.newRun({ recurring: '1' }), title: 'Create recurring run', hint: 'Page' },
  { to: paths.runs({ storage: 'ARCHIVED' }), title: 'Archived runs', hint: 'Page' },
];
const RUN_COUNT_MAX = 8;

export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [position, setPosition] = useState(0);
  const navigate = useNavigate();
  const entries = useEntries(text);
  const chosen = Math.min(position, entries.length - 1);
  const open = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    navigate(entry.to);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setPosition((chosen + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open(entries[chosen]);
    }
  };
  return (
    <Dialog title="Find anything" isTitleHidden onClose={onClose} className={styles['palette']}>
      <input
        autoFocus
        className={styles['input']}
        placeholder="Find a page or a run …"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-entries"
        aria-label="Find a page or a run"
        aria-activedescendant={entries.length > 0 ? `palette-${chosen}` : undefined}
        value={text}
        onChange={(event) => (setText(event.target.value), setPosition(0))}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-entries" role="listbox" aria-label="Found" className={styles['entries']}>
        {entries.map((entry, index) => (
          <li
            key={entry.to}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={styles['entry']}
            onPointerMove={() => setPosition(index)}
            onClick={() => open(entry)}
          >
            {entry.state === undefined ? null : <StateIcon state={entry.state} />}
            <span>{entry.title}</span>
            <small>{entry.hint}</small>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className={styles['nothing']}>Nothing is called “{text}”.</p>}
    </Dialog>
  );
}

function useEntries(text: string): readonly Entry[] {
  const wanted = text.trim().toLowerCase();
  const runs = useQuery({
    queryKey: ['palette', wanted],
    queryFn: ({ signal }) => listRuns({ name: wanted, storage: 'AVAILABLE', sort: 'created_at desc' }, { pageSize: RUN_COUNT_MAX, signal }),
    staleTime: 0,
    placeholderData: (previous) => previous,
  });
  const pages = PAGES.filter(({ title }) => title.toLowerCase().includes(wanted));
  // Until the answer is there, of the runs found before: Enter must not open one that is called otherwise.
  const found = (runs.data ?? []).filter((run) => contains(run.display_name, wanted)).map((run) => ({
    to: paths.run(run.run_id ?? ''),
    title: run.display_name ?? '',
    hint: 'Run',
    state: run.state,
  }));
  return [...pages, ...found];
}
