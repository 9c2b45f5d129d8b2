// All runs, live. The filter, the order and the archive are in the address.
import { GitCompareArrows, Play, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { RunSummary } from '../../api/messages.ts';
import { useRuns, type RunFilter } from '../../api/runs.ts';
import { useNavigate, useSearch } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { RUN_ACTIONS } from './run-actions.ts';
import { useRunColumns } from './run-columns.tsx';
import { RunFilters } from './run-filters.tsx';
import { useRunChange, type RunChange } from './use-run-change.tsx';
import styles from '../../ui/list.module.css';
import ownStyles from './runs-page.module.css';

export const COMPARED_RUN_COUNT_MAX = 10;
const BULK_VERBS = ['terminate', 'retry', 'archive', 'unarchive', 'delete'] as const;

export function RunsPage() {
  const filter = useFilter();
  const isArchive = filter.storage === 'ARCHIVED';
  const runs = useRuns(filter);
  return (
    <>
      <PageHead
        title={isArchive ? 'Archived runs' : 'Runs'}
        mark={<span className={styles['count']}>{runs.isSuccess ? runs.totalSize.toLocaleString('en') : ''}</span>}
        actions={
          <ButtonLink kind="primary" to={paths.newRun()} icon={<Plus size={15} aria-hidden="true" />}>
            Create run
          </ButtonLink>
        }
      >
        <RunFilters />
      </PageHead>
      <RunTable filter={filter} runs={runs} />
    </>
  );
}

function useFilter(): RunFilter {
  const [{ name, state, storage, sort }] = useSearch();
  return useMemo(
    () => ({ name, state, storage: storage === 'ARCHIVED' ? 'ARCHIVED' : 'AVAILABLE', sort: sort ?? 'created_at desc' }) as const,
    [name, state, storage, sort],
  );
}

interface RunTableProps {
  readonly filter: RunFilter;
  readonly runs: ReturnType<typeof useRuns>;
}

export function RunTable({ filter, runs }: RunTableProps) {
  const [, setSearch] = useSearch();
  const navigate = useNavigate();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const change = useRunChange(() => setSelected(new Set()));
  const columns = useRunColumns(change, filter.experimentId !== undefined);
  const { rows, totalSize, onReach } = runs;
  if (runs.isError && rows.length === 0) return <ErrorState title="The runs could not be read" error={runs.error} onRetry={() => void runs.refetch()} />;
  if (runs.isSuccess && rows.length === 0) return <NoRuns filter={filter} />;
  const chosen = rows.filter((run) => selected.has(run.run_id ?? ''));
  return (
    <>
      <DataTable<RunSummary>
        label="Runs"
        columns={columns}
        rowCount={totalSize}
        rowAt={(index) => rows[index]}
        keyOf={(run) => run.run_id ?? ''}
        onOpen={(run) => navigate(paths.run(run.run_id ?? ''))}
        sort={filter.sort}
        onSort={(sort) => setSearch({ sort })}
        selection={{ keys: selected, onChange: setSelected, labelOf: (run) => run.display_name ?? '' }}
        onReach={onReach}
      />
      {chosen.length > 0 && <BulkBar runs={chosen} change={change} onClear={() => setSelected(new Set())} />}
      {change.dialog}
    </>
  );
}

function BulkBar({ runs, change, onClear }: { readonly runs: readonly RunSummary[]; readonly change: RunChange; readonly onClear: () => void }) {
  const navigate = useNavigate();
  const isComparable = runs.length >= 2 && runs.length <= COMPARED_RUN_COUNT_MAX;
  const verbs = BULK_VERBS.filter((verb) => runs.some((run) => RUN_ACTIONS[verb].refusal(run) === undefined));
  return (
    <div role="toolbar" aria-label="Selected runs" className={ownStyles['bulk']}>
      <span>{runs.length} selected</span>
      <Button
        kind="quiet"
        disabled={!isComparable}
        title={isComparable ? undefined : `Select 2 to ${COMPARED_RUN_COUNT_MAX} runs to compare them`}
        icon={<GitCompareArrows size={15} aria-hidden="true" />}
        onClick={() => navigate(paths.compare(runs.map((run) => run.run_id ?? '')))}
      >
        Compare
      </Button>
      {verbs.map((verb) => (
        <Button key={verb} kind="quiet" onClick={() => change.ask(verb, runs)}>
          {RUN_ACTIONS[verb].title}
        </Button>
      ))}
      <Button kind="quiet" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}

function NoRuns({ filter }: { readonly filter: RunFilter }) {
  const [, setSearch] = useSearch();
  if (filter.name !== undefined || filter.state !== undefined) {
    return (
      <EmptyState title="No run matches" actions={<Button onClick={() => setSearch({ name: undefined, state: undefined })}>Show all runs</Button>}>
        The text is looked for anywhere in the name; the state and the archive narrow the list, too.
      </EmptyState>
    );
  }
  if (filter.storage === 'ARCHIVED') return <EmptyState title="Nothing is archived">Archived runs leave the list and keep everything that they made.</EmptyState>;
  return (
    <EmptyState
      title="No runs yet"
      icon={<Play size={20} aria-hidden="true" />}
      command="slipway run examples/iris/pipeline.py --follow"
      actions={<ButtonLink to={paths.newRun()}>Create one here</ButtonLink>}
    >
      A run is one execution of a pipeline. Start one from a pipeline’s Python file or its compiled YAML:
    </EmptyState>
  );
}
