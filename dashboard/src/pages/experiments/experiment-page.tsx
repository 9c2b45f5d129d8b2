// One experiment with its runs.
import { MoreHorizontal, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useExperiment } from '../../api/experiments.ts';
import type { ExperimentMessage } from '../../api/messages.ts';
import { useRecurringRuns } from '../../api/recurring-runs.ts';
import { useRuns, type RunFilter } from '../../api/runs.ts';
import { useNavigate, usePathParameter, useSearch } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Link } from '../../ui/link.tsx';
import { Menu } from '../../ui/menu.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useQuestion } from '../../ui/question.tsx';
import { shellWord } from '../../ui/shell-word.ts';
import { Ago } from '../../ui/time.tsx';
import { RunFilters } from '../runs/run-filters.tsx';
import { RunTable } from '../runs/runs-page.tsx';
import { experimentActions } from './experiment-actions.tsx';
import styles from '../../ui/list.module.css';

const TRAIL = [{ title: 'Experiments', to: paths.experiments() }];

export function ExperimentPage() {
  const experiment = useExperiment(usePathParameter('experimentId'));
  if (experiment.data !== undefined) return <Experiment experiment={experiment.data} />;
  return (
    <>
      <PageHead title={experiment.isError ? 'Experiment' : ''} trail={TRAIL} />
      {experiment.isError ? <ErrorState title="This experiment can not be shown" error={experiment.error} onRetry={() => void experiment.refetch()} /> : null}
    </>
  );
}

function Experiment({ experiment }: { readonly experiment: ExperimentMessage }) {
  const { experiment_id: id = '', display_name: name = '', description, created_at: createdAt, storage_state: state } = experiment;
  const navigate = useNavigate();
  const { ask, dialog } = useQuestion();
  const filter = useFilter(id);
  const runs = useRuns(filter);
  const isEmpty = runs.isSuccess && runs.rows.length === 0 && !isNarrowed(filter);
  return (
    <>
      <PageHead
        title={name}
        trail={TRAIL}
        mark={<span className={styles['count']}>{runs.isSuccess ? runs.totalSize.toLocaleString('en') : ''}</span>}
        facts={
          <>
            {description === undefined ? null : <span>{description}</span>}
            <span>
              created <Ago at={createdAt} />
            </span>
            <RecurringRunsOf experimentId={id} />
            {state === 'ARCHIVED' ? <span>archived</span> : null}
          </>
        }
        actions={
          <>
            <Menu label="Actions for this experiment" items={experimentActions(experiment, ask, () => navigate(paths.experiments()))}>
              <MoreHorizontal size={16} aria-hidden="true" />
            </Menu>
            <ButtonLink kind="primary" to={paths.newRun({ experimentId: id })} icon={<Plus size={15} aria-hidden="true" />}>
              Create run
            </ButtonLink>
          </>
        }
      >
        <RunFilters />
      </PageHead>
      {isEmpty ? (
        <EmptyState title="No runs in this experiment yet" command={`slipway run examples/iris/pipeline.py --experiment ${shellWord(name)}`}>
          Runs that belong together can be selected here and compared: their parameters, their figures, their curves.
        </EmptyState>
      ) : (
        <RunTable filter={filter} runs={runs} />
      )}
      {dialog}
    </>
  );
}

/** The one by its name; several by a list. */
function RecurringRunsOf({ experimentId }: { readonly experimentId: string }) {
  const { rows, totalSize } = useRecurringRuns({ experimentId });
  const [one] = rows;
  if (one === undefined) return null;
  if (totalSize > 1) return <Link to={paths.recurringRuns({ experimentId })}>{`${totalSize.toLocaleString('en')} recurring runs`}</Link>;
  return (
    <span>
      recurring run <Link to={paths.recurringRun(one.recurring_run_id ?? '')}>{one.display_name}</Link>
    </span>
  );
}

function useFilter(experimentId: string): RunFilter {
  const [{ name, state, storage, sort }] = useSearch();
  return useMemo(
    () => ({ experimentId, name, state, storage: storage === 'ARCHIVED' ? 'ARCHIVED' : 'AVAILABLE', sort: sort ?? 'created_at desc' }) as const,
    [experimentId, name, state, storage, sort],
  );
}

function isNarrowed({ name = '', state = '', storage }: RunFilter): boolean {
  return name !== '' || state !== '' || storage === 'ARCHIVED';
}
