// Pods of all namespaces, live from the Kubernetes API; one can be looked at beside the list.
import { Container } from 'lucide-react';
import { useMemo } from 'react';
import { contains } from '../../api/contains.ts';
import { useKubernetesList } from '../../api/kubernetes.ts';
import type { ClusterFacts } from '../../api/messages.ts';
import { useSearch } from '../../frame/address.ts';
import { sizeText } from '../../frame/time-text.ts';
import { paths } from '../../paths.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterInput } from '../../ui/filter-input.tsx';
import { Link } from '../../ui/link.tsx';
import { StateIcon } from '../../ui/state-icon.tsx';
import { Ago } from '../../ui/time.tsx';
import { PodPanel } from './pod-panel.tsx';
import { podStatusOf, restartsOf, type Pod } from './pod-status.ts';
import ownStyles from './cluster.module.css';
import styles from '../../ui/list.module.css';

/** There is no room for more. */
const COLUMNS_BESIDE_PANEL: ReadonlySet<string> = new Set(['name', 'namespace', 'status', 'run']);
const RUN_LABEL = 'pipelines.slipway.dev/run-id';
const RUN_NAME_ANNOTATION = 'pipelines.kubeflow.org/run_name';

export function PodList({ cluster }: { readonly cluster: ClusterFacts }) {
  const [{ filter = '', pod: chosen }, setSearch] = useSearch();
  const pods = useKubernetesList<Pod>('/api/v1/pods');
  const rows = useMemo(() => (pods.kind === 'ready' ? newestFirst(pods.items).filter((pod) => contains(keyOf(pod), filter)) : []), [pods, filter]);
  const isPanelOpen = chosen !== undefined;
  const columns = useMemo(() => columnsWith(cluster.containers).filter(({ id }) => !isPanelOpen || COLUMNS_BESIDE_PANEL.has(id)), [cluster.containers, isPanelOpen]);
  if (pods.kind === 'failed') return <ErrorState title="The Pods could not be read" error={pods.error} />;
  if (pods.kind === 'ready' && pods.items.length === 0) return <NoPods />;
  const shown = pods.kind === 'ready' ? pods.items.find((pod) => keyOf(pod) === chosen) : undefined;
  return (
    <div className={ownStyles['pods']}>
      <div className={ownStyles['list']}>
        <div role="search" aria-label="Filter the Pods" className={ownStyles['filter']}>
          <FilterInput name="filter" label="Filter by namespace and name" />
          <span className={styles['quiet']}>{rows.length.toLocaleString('en')} Pods. Ended ones are kept for an hour, and the newest 200.</span>
        </div>
        <DataTable<Pod> label="Pods" columns={columns} rowCount={rows.length} rowAt={(index) => rows[index]} keyOf={keyOf} shownKey={chosen} onOpen={(pod) => setSearch({ pod: keyOf(pod) })} />
      </div>
      {chosen === undefined ? null : <PodPanel podKey={chosen} pod={shown} onClose={() => setSearch({ pod: undefined, part: undefined })} />}
    </div>
  );
}

function keyOf({ metadata: { namespace = '', name } }: Pod): string {
  return `${namespace}/${name}`;
}

function newestFirst(pods: readonly Pod[]): readonly Pod[] {
  return pods.toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') || keyOf(a).localeCompare(keyOf(b)));
}

function columnsWith(containers: ClusterFacts['containers']): readonly Column<Pod>[] {
  const memory = Map.groupBy(containers, ({ namespace, pod_name: name }) => `${namespace}/${name}`);
  return [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(12rem, 2.4fr)',
      cell: (pod) => (
        <span className={styles['name']}>
          <StateIcon state={podStatusOf(pod).state} />
          <Link to={paths.cluster({ tab: 'pods', pod: keyOf(pod) })}>{pod.metadata.name}</Link>
        </span>
      ),
    },
    { id: 'namespace', title: 'Namespace', width: 'minmax(6rem, 1fr)', isHiddenOnPhone: true, cell: ({ metadata }) => <span className={styles['quiet']}>{metadata.namespace}</span> },
    { id: 'status', title: 'Status', width: 'minmax(6rem, 1.6fr)', cell: (pod) => <StatusCell pod={pod} /> },
    { id: 'run', title: 'Run', width: 'minmax(6rem, 1.2fr)', isHiddenOnPhone: true, cell: (pod) => <RunCell pod={pod} /> },
    { id: 'restarts', title: 'Restarts', width: '5.5rem', isNumeric: true, isHiddenOnPhone: true, cell: (pod) => <span className={styles['quiet']}>{restartsOf(pod)}</span> },
    {
      id: 'memory',
      title: 'Memory',
      width: '6rem',
      isNumeric: true,
      isHiddenOnPhone: true,
      cell: (pod) => {
        const used = memory.get(keyOf(pod));
        return used === undefined ? <span className={styles['quiet']}>–</span> : sizeText(used.reduce((sum, one) => sum + one.private_bytes, 0));
      },
    },
    { id: 'created', title: 'Created', width: '7rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ metadata }) => <span className={styles['quiet']}><Ago at={metadata.creationTimestamp} /></span> },
  ];
}

function StatusCell({ pod }: { readonly pod: Pod }) {
  const { word, message } = podStatusOf(pod);
  return (
    <span title={message}>
      {word}
      {message === '' ? null : <span className={styles['quiet']}> · {message}</span>}
    </span>
  );
}

function RunCell({ pod: { metadata } }: { readonly pod: Pod }) {
  const runId = metadata.labels?.[RUN_LABEL];
  if (runId === undefined) return <span className={styles['quiet']}>–</span>;
  return (
    <span className={styles['quiet']}>
      <Link to={paths.run(runId)}>{metadata.annotations?.[RUN_NAME_ANNOTATION] ?? runId}</Link>
    </span>
  );
}

function NoPods() {
  return (
    <EmptyState title="No Pods" icon={<Container size={20} aria-hidden="true" />} command="kubectl --kubeconfig slipway.kubeconfig get pods --all-namespaces --watch">
      Every step of a run is a Pod, and so is everything that you apply with kubectl. The same list, in a terminal:
    </EmptyState>
  );
}
