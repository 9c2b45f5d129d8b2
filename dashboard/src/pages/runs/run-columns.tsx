// The columns of a list of runs.
import { MoreHorizontal } from 'lucide-react';
import { useMemo } from 'react';
import { useExperimentNames } from '../../api/experiments.ts';
import type { RunSummary } from '../../api/messages.ts';
import { useNavigate } from '../../frame/address.ts';
import { timeMs } from '../../frame/time-text.ts';
import { paths } from '../../paths.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Link } from '../../ui/link.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { StateIcon } from '../../ui/state-icon.tsx';
import { lookOf } from '../../ui/states.ts';
import { Ago, Duration } from '../../ui/time.tsx';
import { RUN_ACTIONS } from './run-actions.ts';
import type { RunChange } from './use-run-change.tsx';
import styles from '../../ui/list.module.css';

const MENU_VERBS = ['retry', 'terminate', 'archive', 'unarchive', 'delete'] as const;

/** The runs of one experiment need not name it. */
export function useRunColumns({ ask }: RunChange, isOfExperiment: boolean): readonly Column<RunSummary>[] {
  const names = useExperimentNames();
  const navigate = useNavigate();
  return useMemo(() => columnsWith(names, ask, navigate).filter(({ id }) => !isOfExperiment || id !== 'experiment'), [names, ask, navigate, isOfExperiment]);
}

function columnsWith(names: ReadonlyMap<string, string>, ask: RunChange['ask'], navigate: (to: string) => void): readonly Column<RunSummary>[] {
  return [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(9rem, 3fr)',
      sortBy: 'display_name',
      cell: (run) => (
        <span className={styles['name']}>
          <StateIcon state={run.state} />
          <Link to={paths.run(run.run_id ?? '')}>{run.display_name}</Link>
        </span>
      ),
    },
    { id: 'state', title: 'State', width: 'minmax(6rem, 2fr)', sortBy: 'state', isHiddenOnPhone: true, cell: (run) => <StateCell run={run} /> },
    { id: 'pipeline', title: 'Pipeline', width: 'minmax(7rem, 1.4fr)', sortBy: 'pipeline_name', isHiddenOnPhone: true, cell: (run) => <PipelineCell run={run} /> },
    {
      id: 'experiment',
      title: 'Experiment',
      width: 'minmax(7rem, 1.2fr)',
      isHiddenOnPhone: true,
      cell: ({ experiment_id: id = '' }) => (
        <span className={styles['quiet']}>
          {names.has(id) ? <Link to={paths.experiment(id)}>{names.get(id)}</Link> : null}
        </span>
      ),
    },
    {
      id: 'duration',
      title: 'Duration',
      width: '6.5rem',
      isNumeric: true,
      cell: (run) => <Duration from={run.started_at ?? run.created_at} to={timeMs(run.finished_at) === undefined ? undefined : run.finished_at} />,
    },
    {
      id: 'created',
      title: 'Created',
      width: '7rem',
      isNumeric: true,
      sortBy: 'created_at',
      isHiddenOnPhone: true,
      cell: (run) => (
        <span className={styles['quiet']}>
          <Ago at={run.created_at} />
        </span>
      ),
    },
    {
      id: 'actions',
      title: '',
      width: '2.875rem',
      cell: (run) => (
        <Menu label={`Actions for ${run.display_name}`} items={menuItems(run, ask, navigate)}>
          <MoreHorizontal size={16} aria-hidden="true" />
        </Menu>
      ),
    },
  ];
}

export function menuItems(run: RunSummary, ask: RunChange['ask'], navigate: (to: string) => void): readonly MenuItem[] {
  const verbs = MENU_VERBS.filter((verb) => verb === 'delete' || RUN_ACTIONS[verb].refusal(run) === undefined);
  return [
    { title: 'Clone', onChoose: () => navigate(paths.newRun({ cloneFromRun: run.run_id ?? '' })) },
    ...verbs.map((verb) => ({
      title: RUN_ACTIONS[verb].title,
      isDangerous: verb === 'delete',
      disabledReason: RUN_ACTIONS[verb].refusal(run),
      onChoose: () => ask(verb, [run]),
    })),
  ];
}

/** The word, and the sentence why where there is one. */
function StateCell({ run }: { readonly run: RunSummary }) {
  return (
    <span title={run.state_message}>
      {lookOf(run.state).title}
      {run.state_message === undefined ? null : <span className={styles['quiet']}> · {run.state_message}</span>}
    </span>
  );
}

function PipelineCell({ run }: { readonly run: RunSummary }) {
  const { pipeline_id: pipelineId, pipeline_version_id: versionId } = run.pipeline_version_reference ?? {};
  if (pipelineId === undefined || versionId === undefined) return <span className={styles['quiet']}>{run.pipeline_name}</span>;
  return (
    <span className={styles['quiet']}>
      <Link to={paths.pipelineVersion(pipelineId, versionId)}>{run.pipeline_name}</Link>
    </span>
  );
}
