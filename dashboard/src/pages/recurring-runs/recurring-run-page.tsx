// One recurring run, live: its runs, or what it is. `view` in the address says which.
import { MoreHorizontal, Pause, Play } from 'lucide-react';
import { useMemo } from 'react';
import { useExperimentName } from '../../api/experiments.ts';
import type { RecurringRunMessage } from '../../api/messages.ts';
import { useRecurringRun } from '../../api/recurring-runs.ts';
import { useRuns, type RunFilter } from '../../api/runs.ts';
import { useNavigate, usePathParameter, useSearch } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Link } from '../../ui/link.tsx';
import { Menu } from '../../ui/menu.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useQuestion } from '../../ui/question.tsx';
import { Segments } from '../../ui/segments.tsx';
import { sentence } from '../../ui/sentence.ts';
import { Ago, Moment } from '../../ui/time.tsx';
import { Value, Values } from '../../ui/values.tsx';
import { RunTable } from '../runs/runs-page.tsx';
import { recurringRunActions, switchOver, switchTitle } from './recurring-run-actions.ts';
import { NextRun, PipelineOf } from './recurring-run-parts.tsx';
import { scheduleText } from './schedule-text.ts';
import styles from './recurring-runs.module.css';

const TRAIL = [{ title: 'Recurring runs', to: paths.recurringRuns() }];
const VIEWS = [
  { value: '', title: 'Runs' },
  { value: 'details', title: 'Details' },
] as const;

export function RecurringRunPage() {
  const read = useRecurringRun(usePathParameter('recurringRunId'));
  if (read.data !== undefined && !read.isError) return <RecurringRun row={read.data} />;
  return (
    <>
      <PageHead title={read.isError ? 'Recurring run' : ''} trail={TRAIL} />
      {read.isError ? <ErrorState title="This recurring run can not be shown" error={read.error} onRetry={() => void read.refetch()} /> : null}
    </>
  );
}

function RecurringRun({ row }: { readonly row: RecurringRunMessage }) {
  const [{ view = '' }, setSearch] = useSearch();
  const navigate = useNavigate();
  const { ask, dialog } = useQuestion();
  const title = switchTitle(row);
  const Icon = title === 'Enable' ? Play : Pause;
  return (
    <>
      <PageHead
        title={row.display_name ?? ''}
        trail={TRAIL}
        facts={<Facts row={row} />}
        actions={
          <>
            <Button icon={<Icon size={14} aria-hidden="true" />} onClick={() => switchOver(row)}>
              {title}
            </Button>
            <Menu label="More actions" items={recurringRunActions(row, ask, () => navigate(paths.recurringRuns())).filter((item) => item.title !== title)}>
              <MoreHorizontal size={16} aria-hidden="true" />
            </Menu>
          </>
        }
      >
        {row.error === undefined ? null : <p className={styles['error']}>{sentence(`the last strike made no run: ${row.error.message}`)}</p>}
        <div>
          <Segments label="View" options={VIEWS} value={view} onChange={(next) => setSearch({ view: next })} />
        </div>
      </PageHead>
      {view === 'details' ? <Details row={row} /> : <Runs row={row} />}
      {dialog}
    </>
  );
}

function Facts({ row }: { readonly row: RecurringRunMessage }) {
  const experimentId = row.experiment_id ?? '';
  const experimentName = useExperimentName(experimentId);
  return (
    <>
      <span>{scheduleText(row.trigger)}</span>
      <span>
        next run <NextRun row={row} />
      </span>
      {row.last_run_at === undefined ? null : (
        <span>
          last run <Ago at={row.last_run_at} />
        </span>
      )}
      <span>
        pipeline <PipelineOf row={row} />
      </span>
      <span>
        experiment <Link to={paths.experiment(experimentId)}>{experimentName ?? experimentId}</Link>
      </span>
    </>
  );
}

function Runs({ row: { recurring_run_id: recurringRunId = '', status } }: { readonly row: RecurringRunMessage }) {
  const [{ sort = 'created_at desc' }] = useSearch();
  const filter = useMemo((): RunFilter => ({ recurringRunId, storage: 'AVAILABLE', sort }), [recurringRunId, sort]);
  const runs = useRuns(filter);
  if (!runs.isSuccess || runs.rows.length > 0) return <RunTable filter={filter} runs={runs} />;
  return <EmptyState title="No runs yet">{status === 'ENABLED' ? 'They are listed here as they are made.' : 'It makes runs when it is enabled.'}</EmptyState>;
}

function Details({ row }: { readonly row: RecurringRunMessage }) {
  const { cron_schedule: cron, periodic_schedule: periodic } = row.trigger ?? {};
  const { start_time: start, end_time: end } = cron ?? periodic ?? {};
  const parameters = Object.entries(row.runtime_config?.parameters ?? {}).map(([name, value]) => ({ name, content: <Value value={value} /> }));
  const { pipeline_version_id: versionId } = row.pipeline_version_reference ?? {};
  const facts = [
    { name: 'Recurring run ID', content: <code>{row.recurring_run_id}</code> },
    { name: 'Description', content: row.description },
    { name: 'Schedule', content: cron === undefined ? scheduleText(row.trigger) : `${cron.cron} (UTC)` },
    { name: 'Start', content: start && <Moment at={start} /> },
    { name: 'End', content: end && <Moment at={end} /> },
    { name: 'Last run', content: row.last_run_at && <Moment at={row.last_run_at} /> },
    { name: 'Runs at a time', content: row.max_concurrency },
    { name: 'Missed runs', content: row.no_catchup === true ? 'only the last one is made' : 'all are made, one after the other' },
    { name: 'Version', content: row.pipeline_spec === undefined && versionId === undefined ? 'the newest one, for each run' : versionId && <code>{versionId}</code> },
    { name: 'Pipeline root', content: row.runtime_config?.pipeline_root },
    { name: 'Service account', content: row.service_account },
    { name: 'Created', content: <Moment at={row.created_at} /> },
  ].filter(({ content }) => content !== undefined && content !== '');
  return (
    <div className={styles['details']}>
      <div className={styles['column']}>
        <h2>Parameters</h2>
        {parameters.length === 0 ? <p>None are given: the pipeline’s defaults count.</p> : <Values label="Parameters" values={parameters} />}
        <h2>Facts</h2>
        <Values label="Facts" values={facts} />
      </div>
    </div>
  );
}
