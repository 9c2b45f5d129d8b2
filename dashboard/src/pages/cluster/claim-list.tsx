// PersistentVolumeClaims of all namespaces, live from the Kubernetes API, with what the node measured of their directories.
import { HardDrive } from 'lucide-react';
import { useMemo } from 'react';
import { contains } from '../../api/contains.ts';
import { useKubernetesList, type KubernetesObject } from '../../api/kubernetes.ts';
import type { ClusterFacts } from '../../api/messages.ts';
import { useSearch } from '../../frame/address.ts';
import { sizeText } from '../../frame/time-text.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterInput } from '../../ui/filter-input.tsx';
import { Ago } from '../../ui/time.tsx';
import ownStyles from './cluster.module.css';
import styles from '../../ui/list.module.css';

interface Claim extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly deletionTimestamp?: string };
  readonly spec?: { readonly storageClassName?: string; readonly resources?: { readonly requests?: { readonly storage?: string } } };
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } };
}

export function ClaimList({ measured }: { readonly measured: ClusterFacts['claims'] }) {
  const [{ filter = '' }] = useSearch();
  const claims = useKubernetesList<Claim>('/api/v1/persistentvolumeclaims');
  const rows = useMemo(() => (claims.kind === 'ready' ? claims.items.filter((claim) => contains(keyOf(claim), filter)).toSorted((a, b) => keyOf(a).localeCompare(keyOf(b))) : []), [claims, filter]);
  const columns = useMemo(() => columnsWith(measured), [measured]);
  if (claims.kind === 'failed') return <ErrorState title="The claims could not be read" error={claims.error} />;
  if (claims.kind === 'ready' && claims.items.length === 0) {
    return (
      <EmptyState title="No claims" icon={<HardDrive size={20} aria-hidden="true" />} command="kubectl --kubeconfig slipway.kubeconfig get persistentvolumeclaims --all-namespaces --watch">
        A PersistentVolumeClaim is a directory of this machine that outlives the Pods that use it. What is claimed with kubectl, a StatefulSet or a pipeline is listed here.
      </EmptyState>
    );
  }
  return (
    <div className={ownStyles['list']}>
      <div role="search" aria-label="Filter the claims" className={ownStyles['filter']}>
        <FilterInput name="filter" label="Filter by namespace and name" />
        <span className={styles['quiet']}>A claim may take more than it asked for.</span>
      </div>
      <DataTable<Claim> label="Claims" columns={columns} rowCount={rows.length} rowAt={(index) => rows[index]} keyOf={keyOf} />
    </div>
  );
}

function keyOf({ metadata: { namespace = '', name } }: Claim): string {
  return `${namespace}/${name}`;
}

function columnsWith(measured: ClusterFacts['claims']): readonly Column<Claim>[] {
  const usedBytes = new Map(measured.map(({ namespace, name, used_bytes: bytes }) => [`${namespace}/${name}`, bytes]));
  const quiet = (text: string) => <span className={styles['quiet']}>{text}</span>;
  return [
    { id: 'name', title: 'Name', width: 'minmax(10rem, 2.4fr)', cell: ({ metadata }) => metadata.name },
    { id: 'namespace', title: 'Namespace', width: 'minmax(6rem, 1fr)', isHiddenOnPhone: true, cell: ({ metadata }) => quiet(metadata.namespace ?? '') },
    { id: 'status', title: 'Status', width: 'minmax(6rem, 1fr)', cell: ({ metadata, status }) => (metadata.deletionTimestamp === undefined ? (status?.phase ?? 'Pending') : 'Terminating') },
    { id: 'class', title: 'Class', width: 'minmax(6rem, 1fr)', isHiddenOnPhone: true, cell: ({ spec }) => quiet(spec?.storageClassName ?? '') },
    {
      id: 'used',
      title: 'Used',
      width: '6rem',
      isNumeric: true,
      cell: (claim) => {
        const bytes = usedBytes.get(keyOf(claim));
        return bytes === undefined ? quiet('–') : sizeText(bytes);
      },
    },
    { id: 'asked', title: 'Asked for', width: '6rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ spec, status }) => quiet(status?.capacity?.storage ?? spec?.resources?.requests?.storage ?? '') },
    { id: 'created', title: 'Created', width: '7rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ metadata }) => <span className={styles['quiet']}><Ago at={metadata.creationTimestamp} /></span> },
  ];
}
