// Events of all namespaces, live from the Kubernetes API, the newest first.
import { Bell, CircleAlert, Info } from 'lucide-react';
import { useMemo } from 'react';
import { contains } from '../../api/contains.ts';
import { eventTimeOf, useKubernetesList, type KubernetesEvent } from '../../api/kubernetes.ts';
import { useSearch } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterInput } from '../../ui/filter-input.tsx';
import { Link } from '../../ui/link.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Ago } from '../../ui/time.tsx';
import ownStyles from './cluster.module.css';
import styles from '../../ui/list.module.css';

const TYPES = [
  { value: '', title: 'All' },
  { value: 'Warning', title: 'Warnings' },
] as const;

export function EventList() {
  const [{ filter = '', type = '' }, setSearch] = useSearch();
  const events = useKubernetesList<KubernetesEvent>('/api/v1/events');
  const rows = useMemo(() => (events.kind === 'ready' ? newestFirst(events.items).filter((event) => (type === '' || event.type === type) && contains(textOf(event), filter)) : []), [events, filter, type]);
  if (events.kind === 'failed') return <ErrorState title="The events could not be read" error={events.error} />;
  if (events.kind === 'ready' && events.items.length === 0) {
    return (
      <EmptyState title="No events" icon={<Bell size={20} aria-hidden="true" />} command="kubectl --kubeconfig slipway.kubeconfig get events --all-namespaces --watch">
        What is out of the ordinary is told here: images without a recipe, restarts, steps that wait. A step that starts and ends as it should leaves none.
      </EmptyState>
    );
  }
  return (
    <div className={ownStyles['list']}>
      <div role="search" aria-label="Filter the events" className={ownStyles['filter']}>
        <FilterInput name="filter" label="Filter by object, reason and message" />
        <Segments label="Type" options={TYPES} value={type} onChange={(value) => setSearch({ type: value })} />
      </div>
      <DataTable<KubernetesEvent> label="Events" columns={COLUMNS} rowCount={rows.length} rowAt={(index) => rows[index]} keyOf={({ metadata }) => metadata.uid} />
    </div>
  );
}

function textOf({ reason = '', message = '', involvedObject }: KubernetesEvent): string {
  return `${involvedObject?.namespace ?? ''}/${involvedObject?.name ?? ''} ${reason} ${message}`;
}

function newestFirst(events: readonly KubernetesEvent[]): readonly KubernetesEvent[] {
  return events.toSorted((a, b) => (eventTimeOf(b) ?? '').localeCompare(eventTimeOf(a) ?? ''));
}

const COLUMNS: readonly Column<KubernetesEvent>[] = [
  {
    id: 'reason',
    title: 'Reason',
    width: 'minmax(7rem, 1fr)',
    cell: ({ type, reason }) => (
      <span className={styles['name']}>
        {type === 'Warning' ? <CircleAlert size={15} className={ownStyles['warning']} role="img" aria-label="Warning" /> : <Info size={15} role="img" aria-label="Normal" />}
        {reason}
      </span>
    ),
  },
  { id: 'object', title: 'Object', width: 'minmax(9rem, 1.6fr)', isHiddenOnPhone: true, cell: ({ involvedObject }) => <ObjectCell object={involvedObject} /> },
  { id: 'message', title: 'Message', width: 'minmax(6rem, 4fr)', cell: ({ message }) => <span title={message}>{message}</span> },
  { id: 'count', title: 'Count', width: '5rem', isNumeric: true, isHiddenOnPhone: true, cell: ({ count = 1 }) => <span className={styles['quiet']}>{count}</span> },
  { id: 'seen', title: 'Last seen', width: '5.5rem', isNumeric: true, cell: (event) => <span className={styles['quiet']}><Ago at={eventTimeOf(event)} /></span> },
];

/** A Pod leads to the list of Pods, where it can be looked at. */
function ObjectCell({ object: { kind = '', namespace = '', name = '' } = {} }: { readonly object: KubernetesEvent['involvedObject'] }) {
  const key = `${namespace}/${name}`;
  return (
    <span className={styles['quiet']}>
      {kind} {kind === 'Pod' ? <Link to={paths.cluster({ tab: 'pods', pod: key })}>{key}</Link> : key}
    </span>
  );
}
