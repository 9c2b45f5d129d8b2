// Up to ten runs side by side: what went in, what came out, and how the one follows from the other.
import { GitCompareArrows, X } from 'lucide-react';
import { useMemo } from 'react';
import type { RunWithTasks } from '../../api/messages.ts';
import { ConfusionMatrix } from '../../artifact-preview/confusion-matrix.tsx';
import { figureText } from '../../artifact-preview/figure-text.ts';
import { RocCurve } from '../../artifact-preview/roc-curve.tsx';
import { useSearch } from '../../frame/address.ts';
import { timeMs } from '../../frame/time-text.ts';
import { paths } from '../../paths.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Link } from '../../ui/link.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Segments } from '../../ui/segments.tsx';
import { StateIcon } from '../../ui/state-icon.tsx';
import { Duration } from '../../ui/time.tsx';
import { Value } from '../../ui/values.tsx';
import { axesOf, comparisonOf, type ComparedRow } from './comparison.ts';
import { useComparedRuns } from './compared-runs.ts';
import { ParallelCoordinates } from './parallel-coordinates.tsx';
import styles from './compare.module.css';

/** As many as there are colours that can be told apart. */
const RUN_COUNT_MAX = 10;
const SHOWN = [
  { value: '', title: 'All rows' },
  { value: 'different', title: 'Only differences' },
] as const;

export function ComparePage() {
  const [{ runlist = '', rows = '' }, setSearch] = useSearch();
  const runIds = [...new Set(runlist.split(',').filter((id) => id !== ''))].slice(0, RUN_COUNT_MAX);
  const compared = useComparedRuns(runIds);
  const failed = compared.find(({ error }) => error !== null);
  const runs = compared.flatMap(({ run }) => run ?? []);
  return (
    <>
      <PageHead
        title={runIds.length < 2 ? 'Compare runs' : `Compare ${runIds.length} runs`}
        trail={[{ title: 'Runs', to: paths.runs() }]}
        actions={<Segments label="Rows" options={SHOWN} value={rows} onChange={(next) => setSearch({ rows: next })} />}
      />
      {runIds.length < 2 ? (
        <EmptyState title="Nothing to compare yet" icon={<GitCompareArrows size={20} aria-hidden="true" />} actions={<ButtonLink to={paths.runs()}>Choose runs</ButtonLink>}>
          Select two to ten runs in the list and choose Compare.
        </EmptyState>
      ) : failed !== undefined ? (
        <ErrorState title="A run could not be read" error={failed.error} />
      ) : runs.length < runIds.length ? null : (
        <Comparison runs={runs} isOnlyDifferent={rows === 'different'} onRemove={(runId) => setSearch({ runlist: runIds.filter((id) => id !== runId).join(',') })} />
      )}
    </>
  );
}

interface ComparisonProps {
  readonly runs: readonly RunWithTasks[];
  readonly isOnlyDifferent: boolean;
  readonly onRemove: (runId: string) => void;
}

function Comparison({ runs, isOnlyDifferent, onRemove }: ComparisonProps) {
  const comparison = useMemo(() => comparisonOf(runs), [runs]);
  const shown = (rows: readonly ComparedRow[]) => (isOnlyDifferent ? rows.filter(({ isDifferent }) => isDifferent) : rows);
  const axes = axesOf([...comparison.parameters, ...comparison.metrics]);
  const nameOf = (run: number) => runs[run]?.display_name ?? '';
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label="Comparison">
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">Run</th>
            {runs.map((run, index) => (
              <th key={run.run_id} scope="col" className={styles['run']}>
                <RunTitle run={run} index={index} onRemove={() => onRemove(run.run_id ?? '')} />
              </th>
            ))}
          </tr>
        </thead>
        <Rows title="Parameters" rows={shown(comparison.parameters)} count={runs.length} isOnlyDifferent={isOnlyDifferent} />
        <Rows title="Metrics" rows={shown(comparison.metrics)} count={runs.length} isOnlyDifferent={isOnlyDifferent} />
      </table>
      <div className={styles['charts']}>
        {axes.length < 2 ? null : (
          <section className={styles['wide']}>
            <h2>Numbers that differ</h2>
            <ParallelCoordinates axes={axes} names={runs.map((run) => run.display_name ?? '')} />
          </section>
        )}
        {comparison.curves.map(({ name, charts }) => (
          <section key={name}>
            <h2>{name}</h2>
            <RocCurve curves={charts.map(({ run, content }) => ({ name: nameOf(run), points: content, series: run + 1 }))} />
          </section>
        ))}
        {comparison.matrices.map(({ name, charts }) => (
          <section key={name} className={styles['wide']}>
            <h2>{name}</h2>
            <div className={styles['matrices']}>
              {charts.map(({ run, content }) => (
                <div key={run}>
                  <h3>
                    <Swatch index={run} /> {nameOf(run)}
                  </h3>
                  <ConfusionMatrix matrix={content} />
                </div>
              ))}
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}

function RunTitle({ run, index, onRemove }: { readonly run: RunWithTasks; readonly index: number; readonly onRemove: () => void }) {
  return (
    <div className={styles['title']}>
      <Swatch index={index} />
      <Link to={paths.run(run.run_id ?? '')}>{run.display_name}</Link>
      <button type="button" onClick={onRemove} aria-label={`Leave out ${run.display_name}`} title="Leave out">
        <X size={13} aria-hidden="true" />
      </button>
      <span className={styles['state']}>
        <StateIcon state={run.state} size={13} />
        <Duration from={run.created_at} to={timeMs(run.finished_at) === undefined ? undefined : run.finished_at} />
      </span>
    </div>
  );
}

function Swatch({ index }: { readonly index: number }) {
  return <span className={styles['swatch']} style={{ background: `var(--series-${index + 1})` }} aria-hidden="true" />;
}

function Rows({ title, rows, count, isOnlyDifferent }: { readonly title: string; readonly rows: readonly ComparedRow[]; readonly count: number; readonly isOnlyDifferent: boolean }) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={count + 1} className={styles['group']}>
          {title}
        </th>
      </tr>
      {rows.length === 0 ? (
        <tr>
          <td colSpan={count + 1} className={styles['none']}>
            {isOnlyDifferent ? 'No differences.' : 'None.'}
          </td>
        </tr>
      ) : null}
      {rows.map(({ name, values, isDifferent }) => (
        <tr key={name} data-different={isDifferent || undefined}>
          <th scope="row">{name}</th>
          {values.map((value, index) => (
            // A row has a value per run: its place is its name.
            <td key={index}>
              {value === undefined ? <span className={styles['none']}>–</span> : typeof value === 'number' ? <code title={String(value)}>{figureText(value)}</code> : <Value value={value} />}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}
