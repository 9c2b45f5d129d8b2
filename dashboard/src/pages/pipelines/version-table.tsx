// The versions of a pipeline, newest first.
import { Check } from 'lucide-react';
import type { VersionSummary } from '../../api/messages.ts';
import type { useVersions } from '../../api/pipelines.ts';
import { useNavigate } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Link } from '../../ui/link.tsx';
import { Ago } from '../../ui/time.tsx';
import styles from '../../ui/list.module.css';

interface VersionTableProps {
  readonly pipelineId: string;
  readonly shownId: string;
  readonly versions: ReturnType<typeof useVersions>;
}

export function VersionTable({ pipelineId, shownId, versions: { rows, totalSize, onReach } }: VersionTableProps) {
  const navigate = useNavigate();
  const addressOf = ({ pipeline_version_id: id = '' }: VersionSummary) => paths.pipelineVersion(pipelineId, id);
  const columns: readonly Column<VersionSummary>[] = [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(11rem, 1.5fr)',
      cell: (version) => (
        <span className={styles['name']}>
          <Link to={addressOf(version)}>{version.display_name}</Link>
          {version.pipeline_version_id === shownId ? <Check size={14} role="img" aria-label="shown" /> : null}
        </span>
      ),
    },
    { id: 'description', title: 'Description', width: 'minmax(10rem, 3fr)', isHiddenOnPhone: true, cell: ({ description }) => <span className={styles['quiet']}>{description}</span> },
    { id: 'created', title: 'Uploaded', width: '8rem', isNumeric: true, cell: ({ created_at: at }) => <span className={styles['quiet']}><Ago at={at} /></span> },
  ];
  return (
    <DataTable<VersionSummary>
      label="Versions"
      columns={columns}
      rowCount={totalSize}
      rowAt={(index) => rows[index]}
      keyOf={({ pipeline_version_id: id = '' }) => id}
      onOpen={(version) => navigate(addressOf(version))}
      onReach={onReach}
    />
  );
}
