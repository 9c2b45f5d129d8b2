// All recurring runs, live.
import { CircleAlert, MoreHorizontal, Plus, Repeat } from 'lucide-react';
import { useMemo } from 'react';
import { useExperimentName } from '../../api/experiments.ts';
import type { RecurringRunMessage } from '../../api/messages.ts';
import { useRecurringRuns, type RecurringRunFilter } from '../../api/recurring-runs.ts';
import { useNavigate, useSearch } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterInput } from '../../ui/filter-input.tsx';
import { Link } from '../../ui/link.tsx';
import { Menu } from '../../ui/menu.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useQuestion, type Question } from '../../ui/question.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Moment } from '../../ui/time.tsx';
import { recurringRunActions } from './recurring-run-actions.ts';
import { NextRun, PipelineOf } from './recurring-run-parts.tsx';
import { scheduleText } from './schedule-text.ts';
import styles from '../../ui/list.module.css';
import ownStyles from './recurring-runs.module.css';

const STATUSES = [
  { value: '', title: 'All' },
  { value: 'ENABLED', title: 'Enabled' },
  { value: 'DISABLED', title: 'Disabled' },
] as const;

export function RecurringRunsPage() {
  const [{ name = '', status = '', experimentId, sort = 'created_at desc' }, setSearch] = useSearch();
  const filter = { name, status, experimentId, sort };
  const experimentName = useExperimentName(experimentId ?? '');
  const recurringRuns = useRecurringRuns(filter);
  return (
    <>
      <PageHead
        title="Recurring runs"
        trail={experimentId === undefined ? [] : [{ title: experimentName ?? experimentId, to: paths.experiment(experimentId) }]}
        mark={<span className={styles['count']}>{recurringRuns.isSuccess ? recurringRuns.totalSize.toLocaleString('en') : ''}</span>}
        actions={
          <ButtonLink kind="primary" to={paths.newRun({ recurring: '1', ...(experimentId === undefined ? {} : { experimentId }) })} icon={<Plus size={15} aria-hidden="true" />}>
            Create recurring run
          </ButtonLink>
        }
      >
        <div role="search" aria-label="Filter the recurring runs" className={styles['filters']}>
          <FilterInput name="name" label="Filter by name" />
          <Segments label="Status" options={STATUSES} value={status} onChange={(value) => setSearch({ status: value })} />
        </div>
      </PageHead>
      <RecurringRunTable recurringRuns={recurringRuns} filter={filter} />
    </>
  );
}

interface RecurringRunTableProps {
  readonly recurringRuns: ReturnType<typeof useRecurringRuns>;
  readonly filter: RecurringRunFilter & { readonly sort: string };
}

function RecurringRunTable({ recurringRuns, filter }: RecurringRunTableProps) {
  const [, setSearch] = useSearch();
  const navigate = useNavigate();
  const { ask, dialog } = useQuestion();
  const columns = useMemo(() => columnsWith(ask), [ask]);
  const { rows, totalSize, onReach } = recurringRuns;
  if (recurringRuns.isError && rows.length === 0) return <ErrorState title="The recurring runs could not be read" error={recurringRuns.error} onRetry={() => void recurringRuns.refetch()} />;
  const list =
    recurringRuns.isSuccess && rows.length === 0 ? (
      <NoRecurringRuns filter={filter} />
    ) : (
      <DataTable<RecurringRunMessage>
        label="Recurring runs"
        columns={columns}
        rowCount={totalSize}
        rowAt={(index) => rows[index]}
        keyOf={(row) => row.recurring_run_id ?? ''}
        onOpen={(row) => navigate(paths.recurringRun(row.recurring_run_id ?? ''))}
        sort={filter.sort}
        onSort={(sort) => setSearch({ sort })}
        onReach={onReach}
      />
    );
  return (
    <>
      {list}
      {dialog}
    </>
  );
}

function columnsWith(ask: (question: Question) => void): readonly Column<RecurringRunMessage>[] {
  return [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(7.5rem, 2fr)',
      sortBy: 'display_name',
      cell: (row) => (
        <span className={styles['name']}>
          {row.error === undefined ? <Repeat size={15} strokeWidth={1.75} aria-hidden="true" /> : <CircleAlert size={15} className={ownStyles['bad']} aria-label="No run was made" />}
          <Link to={paths.recurringRun(row.recurring_run_id ?? '')}>{row.display_name}</Link>
        </span>
      ),
    },
    { id: 'status', title: 'Status', width: 'minmax(6rem, 2fr)', sortBy: 'status', isHiddenOnPhone: true, cell: (row) => <StatusCell row={row} /> },
    { id: 'schedule', title: 'Schedule', width: 'minmax(7rem, 1.2fr)', isHiddenOnPhone: true, cell: ({ trigger }) => scheduleText(trigger) },
    { id: 'pipeline', title: 'Pipeline', width: 'minmax(7rem, 1.4fr)', isHiddenOnPhone: true, cell: (row) => <span className={styles['quiet']}><PipelineOf row={row} /></span> },
    { id: 'last', title: 'Last run', width: '11rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ last_run_at: at }) => <span className={styles['quiet']}><Moment at={at} /></span> },
    { id: 'next', title: 'Next run', width: 'minmax(10rem, 11rem)', isNumeric: true, cell: (row) => <NextRun row={row} /> },
    {
      id: 'actions',
      title: '',
      width: '2.875rem',
      cell: (row) => (
        <Menu label={`Actions for ${row.display_name}`} items={recurringRunActions(row, ask)}>
          <MoreHorizontal size={16} aria-hidden="true" />
        </Menu>
      ),
    },
  ];
}

/** The word, and why the last strike made no run where it made none. */
function StatusCell({ row: { status, error } }: { readonly row: RecurringRunMessage }) {
  return (
    <span title={error?.message}>
      {status === 'ENABLED' ? 'Enabled' : 'Disabled'}
      {error === undefined ? null : <span className={styles['quiet']}> · {error.message}</span>}
    </span>
  );
}

function NoRecurringRuns({ filter: { name = '', status = '', experimentId } }: { readonly filter: RecurringRunFilter }) {
  const [, setSearch] = useSearch();
  const icon = <Repeat size={20} aria-hidden="true" />;
  if (name !== '' || status !== '') {
    return (
      <EmptyState title="No recurring run matches" icon={icon} actions={<Button onClick={() => setSearch({ name: undefined, status: undefined })}>Show all</Button>}>
        The text is looked for anywhere in the name; the status narrows the list, too.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={experimentId === undefined ? 'No recurring runs yet' : 'No recurring runs in this experiment'}
      icon={icon}
      command="slipway run examples/iris/pipeline.py --every 1h"
      actions={<ButtonLink to={paths.newRun({ recurring: '1' })}>Create one here</ButtonLink>}
    >
      A recurring run makes a run of its pipeline again and again, by an interval or a cron schedule, while Slipway is up. Make one from a pipeline’s Python file or its compiled YAML:
    </EmptyState>
  );
}
