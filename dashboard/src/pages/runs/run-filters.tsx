// Name, state, and whether the archive is shown.
import { useSearch } from '../../frame/address.ts';
import { FilterInput } from '../../ui/filter-input.tsx';
import { Segments } from '../../ui/segments.tsx';
import styles from '../../ui/list.module.css';

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

export function RunFilters() {
  const [search, setSearch] = useSearch();
  return (
    <div role="search" aria-label="Filter the runs" className={styles['filters']}>
      <FilterInput name="name" label="Filter by name" />
      <Segments label="State" options={STATES} value={search['state'] ?? ''} onChange={(state) => setSearch({ state })} />
      <Segments label="Storage" options={STORAGES} value={search['storage'] ?? ''} onChange={(storage) => setSearch({ storage })} />
    </div>
  );
}
