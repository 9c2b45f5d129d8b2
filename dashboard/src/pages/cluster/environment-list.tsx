// Environments: interpreters with packages, built once and kept.
import { Package } from 'lucide-react';
import type { EnvironmentFacts } from '../../api/messages.ts';
import { sizeText } from '../../frame/time-text.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Ago } from '../../ui/time.tsx';
import styles from '../../ui/list.module.css';

export function EnvironmentList({ environments }: { readonly environments: readonly EnvironmentFacts[] }) {
  if (environments.length === 0) {
    return (
      <EmptyState title="No environments yet" icon={<Package size={20} aria-hidden="true" />} command="slipway run examples/iris/pipeline.py --follow">
        The first Python step that wants certain packages has them installed once. Every later step with the same packages finds them here.
      </EmptyState>
    );
  }
  return <DataTable<EnvironmentFacts> label="Environments" columns={COLUMNS} rowCount={environments.length} rowAt={(index) => environments[index]} keyOf={({ id }) => id} />;
}

const COLUMNS: readonly Column<EnvironmentFacts>[] = [
  {
    id: 'packages',
    title: 'Packages',
    width: 'minmax(8rem, 4fr)',
    cell: ({ requirements }) => <span title={requirements.join('\n')}>{requirements.length === 0 ? <span className={styles['quiet']}>kfp alone</span> : requirements.join(', ')}</span>,
  },
  { id: 'python', title: 'Python', width: '6rem', cell: ({ python_version: version }) => version },
  { id: 'tool', title: 'Built with', width: '6rem', isHiddenOnPhone: true, cell: ({ tool }) => <span className={styles['quiet']}>{tool}</span> },
  { id: 'pods', title: 'Pods now', width: '6rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ pod_count: count }) => count },
  { id: 'size', title: 'Size', width: '6rem', isNumeric: true, cell: ({ size_bytes: size }) => sizeText(size) },
  { id: 'used', title: 'Last used', width: '8rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ last_used_at: at }) => <span className={styles['quiet']}><Ago at={at} /></span> },
  { id: 'created', title: 'Built', width: '8rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ created_at: at }) => <span className={styles['quiet']}><Ago at={at} /></span> },
];
