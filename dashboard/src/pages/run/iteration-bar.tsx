// Above the iterations of a long loop: how many there are, those that failed alone, and the way to those beyond a page.
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useSearch } from '../../frame/address.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Segments } from '../../ui/segments.tsx';
import { ITERATION_COUNT_MAX, type ShownIterations } from './iterations.ts';
import styles from './iteration-bar.module.css';

/** So many are seen at a glance. */
const GLANCE_COUNT_MAX = 50;

export function IterationBar({ iterations: { count, failedCount, matchingCount, from } }: { readonly iterations: ShownIterations }) {
  const [{ only = '' }, setSearch] = useSearch();
  if (count <= GLANCE_COUNT_MAX && only === '') return null;
  const to = Math.min(matchingCount, from + ITERATION_COUNT_MAX);
  const goTo = (next: number) => setSearch({ from: String(next), step: undefined, tab: undefined, find: undefined });
  return (
    <div role="toolbar" aria-label="Iterations" className={styles['bar']}>
      {failedCount === 0 && only === '' ? (
        <span>{figure(count)} iterations</span>
      ) : (
        <Segments
          label="Iterations"
          options={[
            { value: '', title: `All ${figure(count)}` },
            { value: 'FAILED', title: `Failed ${figure(failedCount)}` },
          ]}
          value={only}
          onChange={(next) => setSearch({ only: next, from: undefined })}
        />
      )}
      {matchingCount <= ITERATION_COUNT_MAX ? null : (
        <span className={styles['pages']}>
          <IconButton label="Iterations before" onClick={() => goTo(from - ITERATION_COUNT_MAX)} disabled={from === 0}>
            <ChevronLeft size={14} aria-hidden="true" />
          </IconButton>
          <span role="status">
            {figure(from + 1)} to {figure(to)} of {figure(matchingCount)}
          </span>
          <IconButton label="Iterations after" onClick={() => goTo(from + ITERATION_COUNT_MAX)} disabled={to === matchingCount}>
            <ChevronRight size={14} aria-hidden="true" />
          </IconButton>
        </span>
      )}
    </div>
  );
}

function figure(count: number): string {
  return count.toLocaleString('en');
}
