// All artifacts, live. The filter and the order are in the address.
import { Boxes } from 'lucide-react';
import { useMemo } from 'react';
import { useArtifacts, type ArtifactFilter } from '../../api/artifacts.ts';
import type { ListedArtifact } from '../../api/messages.ts';
import { lookOfType, TYPE_GROUPS } from '../../artifact-preview/artifact-types.ts';
import { useNavigate, useSearch } from '../../frame/address.ts';
import { sizeText } from '../../frame/time-text.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterInput } from '../../ui/filter-input.tsx';
import { Link } from '../../ui/link.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Ago } from '../../ui/time.tsx';
import styles from '../../ui/list.module.css';

const NEWEST_FIRST = 'created_at desc';

export function ArtifactsPage() {
  const [{ place, type, sort }] = useSearch();
  const filter = useMemo((): ArtifactFilter => ({ place, types: TYPE_GROUPS.find(({ value }) => value === type)?.types ?? [], sort: sort ?? NEWEST_FIRST }), [place, type, sort]);
  const artifacts = useArtifacts(filter);
  return (
    <>
      <PageHead title="Artifacts" mark={<span className={styles['count']}>{artifacts.isSuccess ? artifacts.totalSize.toLocaleString('en') : ''}</span>}>
        <ArtifactFilters />
      </PageHead>
      <ArtifactTable artifacts={artifacts} isFiltered={(place ?? '') !== '' || (type ?? '') !== ''} sort={filter.sort} />
    </>
  );
}

interface ArtifactTableProps {
  readonly artifacts: ReturnType<typeof useArtifacts>;
  readonly isFiltered: boolean;
  readonly sort: string;
}

function ArtifactTable({ artifacts, isFiltered, sort }: ArtifactTableProps) {
  const [, setSearch] = useSearch();
  const navigate = useNavigate();
  const { rows, totalSize, onReach } = artifacts;
  if (artifacts.isError && rows.length === 0) return <ErrorState title="The artifacts could not be read" error={artifacts.error} onRetry={() => void artifacts.refetch()} />;
  if (artifacts.isSuccess && rows.length === 0) return isFiltered ? <NoneLikeThat onClear={() => setSearch({ place: '', type: '' })} /> : <NoArtifacts />;
  return (
    <DataTable<ListedArtifact>
      label="Artifacts"
      columns={COLUMNS}
      rowCount={totalSize}
      rowAt={(index) => rows[index]}
      keyOf={(artifact) => artifact.artifact_id}
      onOpen={(artifact) => navigate(paths.artifact(artifact.artifact_id))}
      sort={sort}
      onSort={(next) => setSearch({ sort: next })}
      onReach={onReach}
    />
  );
}

const COLUMNS: readonly Column<ListedArtifact>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(11rem, 2fr)',
    sortBy: 'name',
    cell: ({ artifact_id: id, name, type }) => {
      const { icon: Icon } = lookOfType(type);
      return (
        <span className={styles['name']}>
          <Icon size={15} strokeWidth={1.75} aria-hidden="true" />
          <Link to={paths.artifact(id)}>{name === '' ? id : name}</Link>
        </span>
      );
    },
  },
  { id: 'type', title: 'Type', width: 'minmax(7rem, 1fr)', sortBy: 'type', cell: ({ type }) => lookOfType(type).title },
  { id: 'run', title: 'Run', width: 'minmax(8rem, 1.4fr)', isHiddenOnPhone: true, cell: (artifact) => <RunCell artifact={artifact} /> },
  {
    id: 'step',
    title: 'Step',
    width: 'minmax(7rem, 1.2fr)',
    isHiddenOnPhone: true,
    cell: ({ producer }) => <span className={styles['quiet']}>{producer === undefined ? '' : <Link to={paths.step(producer.run_id, producer.scope_path)}>{producer.task_name}</Link>}</span>,
  },
  { id: 'size', title: 'Size', width: '6rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ size_bytes: size }) => (size === undefined || size === 0 ? <span className={styles['quiet']}>–</span> : sizeText(size)) },
  {
    id: 'created',
    title: 'Created',
    width: '7.5rem',
    isNumeric: true,
    isHiddenOnPhone: true,
    sortBy: 'created_at',
    cell: ({ created_at: at }) => (
      <span className={styles['quiet']}>
        <Ago at={at} />
      </span>
    ),
  },
];

function RunCell({ artifact: { run_id: runId, run_name: name } }: { readonly artifact: ListedArtifact }) {
  if (runId === undefined) return <span className={styles['quiet']}>–</span>;
  if (name === undefined) return <span className={styles['quiet']}>a deleted run</span>;
  return (
    <span className={styles['quiet']}>
      <Link to={paths.run(runId)}>{name}</Link>
    </span>
  );
}

function ArtifactFilters() {
  const [search, setSearch] = useSearch();
  return (
    <div role="search" aria-label="Filter the artifacts" className={styles['filters']}>
      <FilterInput name="place" label="Filter by name, step or pipeline" />
      <Segments label="Type" options={TYPE_GROUPS} value={search['type'] ?? ''} onChange={(type) => setSearch({ type })} />
    </div>
  );
}

function NoArtifacts() {
  return (
    <EmptyState title="No artifacts yet" icon={<Boxes size={20} aria-hidden="true" />} command="slipway run examples/iris/pipeline.py --follow">
      What steps write (datasets, models, metrics, reports) is kept and shown here, with the step that made it and the steps that used it.
    </EmptyState>
  );
}

function NoneLikeThat({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState title="No artifact is like that" actions={<Button onClick={onClear}>Show all</Button>}>
      The text is looked for in the place of the artifact, where the pipeline, the run, the step and the name stand.
    </EmptyState>
  );
}
