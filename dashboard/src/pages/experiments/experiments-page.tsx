// All experiments, live.
import { FlaskConical, MoreHorizontal, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useExperimentList } from '../../api/experiments.ts';
import type { ExperimentMessage } from '../../api/messages.ts';
import { useNavigate, useSearch } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterInput } from '../../ui/filter-input.tsx';
import { Link } from '../../ui/link.tsx';
import { Menu } from '../../ui/menu.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useQuestion, type Question } from '../../ui/question.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Ago } from '../../ui/time.tsx';
import { CreateExperiment } from './create-experiment.tsx';
import { experimentActions } from './experiment-actions.tsx';
import styles from '../../ui/list.module.css';

const STORAGES = [
  { value: '', title: 'Active' },
  { value: 'ARCHIVED', title: 'Archived' },
] as const;

export function ExperimentsPage() {
  const [{ name = '', storage = '', sort = 'created_at desc' }, setSearch] = useSearch();
  const [isCreating, setIsCreating] = useState(false);
  const experiments = useExperimentList({ name, storage: storage === 'ARCHIVED' ? 'ARCHIVED' : 'AVAILABLE', sort });
  return (
    <>
      <PageHead
        title={storage === 'ARCHIVED' ? 'Archived experiments' : 'Experiments'}
        mark={<span className={styles['count']}>{experiments.isSuccess ? experiments.totalSize.toLocaleString('en') : ''}</span>}
        actions={
          <Button kind="primary" icon={<Plus size={15} aria-hidden="true" />} onClick={() => setIsCreating(true)}>
            Create experiment
          </Button>
        }
      >
        <div role="search" aria-label="Filter the experiments" className={styles['filters']}>
          <FilterInput name="name" label="Filter by name" />
          <Segments label="Storage" options={STORAGES} value={storage} onChange={(value) => setSearch({ storage: value })} />
        </div>
      </PageHead>
      <ExperimentTable experiments={experiments} isFiltered={name !== ''} isArchive={storage === 'ARCHIVED'} sort={sort} />
      {isCreating ? <CreateExperiment onClose={() => setIsCreating(false)} /> : null}
    </>
  );
}

interface ExperimentTableProps {
  readonly experiments: ReturnType<typeof useExperimentList>;
  readonly isFiltered: boolean;
  readonly isArchive: boolean;
  readonly sort: string;
}

function ExperimentTable({ experiments, isFiltered, isArchive, sort }: ExperimentTableProps) {
  const [, setSearch] = useSearch();
  const navigate = useNavigate();
  const { ask, dialog } = useQuestion();
  const columns = useMemo(() => columnsWith(ask), [ask]);
  const { rows, totalSize, onReach } = experiments;
  if (experiments.isError && rows.length === 0) return <ErrorState title="The experiments could not be read" error={experiments.error} onRetry={() => void experiments.refetch()} />;
  const list =
    experiments.isSuccess && rows.length === 0 ? (
      <NoExperiments isFiltered={isFiltered} isArchive={isArchive} />
    ) : (
      <DataTable<ExperimentMessage>
        label="Experiments"
        columns={columns}
        rowCount={totalSize}
        rowAt={(index) => rows[index]}
        keyOf={(experiment) => experiment.experiment_id ?? ''}
        onOpen={(experiment) => navigate(paths.experiment(experiment.experiment_id ?? ''))}
        sort={sort}
        onSort={(next) => setSearch({ sort: next })}
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

function columnsWith(ask: (question: Question) => void): readonly Column<ExperimentMessage>[] {
  return [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(11rem, 1.5fr)',
      sortBy: 'display_name',
      cell: ({ experiment_id: id = '', display_name: name }) => (
        <span className={styles['name']}>
          <FlaskConical size={15} strokeWidth={1.75} aria-hidden="true" />
          <Link to={paths.experiment(id)}>{name}</Link>
        </span>
      ),
    },
    { id: 'description', title: 'Description', width: 'minmax(10rem, 3fr)', isHiddenOnPhone: true, cell: ({ description }) => <span className={styles['quiet']}>{description}</span> },
    { id: 'last', title: 'Last run', width: '8rem', isNumeric: true, sortBy: 'last_run_created_at', cell: ({ last_run_created_at: at }) => <span className={styles['quiet']}><Ago at={at} /></span> },
    { id: 'created', title: 'Created', width: '8rem', isNumeric: true, sortBy: 'created_at', isHiddenOnPhone: true, cell: ({ created_at: at }) => <span className={styles['quiet']}><Ago at={at} /></span> },
    {
      id: 'actions',
      title: '',
      width: '2.875rem',
      cell: (experiment) => (
        <Menu label={`Actions for ${experiment.display_name}`} items={experimentActions(experiment, ask)}>
          <MoreHorizontal size={16} aria-hidden="true" />
        </Menu>
      ),
    },
  ];
}

function NoExperiments({ isFiltered, isArchive }: { readonly isFiltered: boolean; readonly isArchive: boolean }) {
  const icon = <FlaskConical size={20} aria-hidden="true" />;
  if (isFiltered) return <EmptyState title="No experiment is called that" icon={icon}>The text is looked for anywhere in the name. Perhaps it is archived.</EmptyState>;
  if (isArchive) return <EmptyState title="Nothing is archived" icon={icon}>An experiment that is archived goes here with its runs, and can be restored.</EmptyState>;
  return (
    <EmptyState title="No experiments yet" icon={icon} command="slipway run examples/iris/pipeline.py --experiment trees">
      An experiment holds the runs that belong together, so that they can be compared. Runs that name none go to “Default”.
    </EmptyState>
  );
}
