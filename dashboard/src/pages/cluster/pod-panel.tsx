// One Pod beside the list: its containers, its events, the end of its log, and the object as YAML.
import { X } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchOk, path } from '../../api/client.ts';
import { useKubernetesList } from '../../api/kubernetes.ts';
import { LazyCodeViewer } from '../../ui/lazy-code-viewer.tsx';
import { StateBadge } from '../../ui/state-icon.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Ago } from '../../ui/time.tsx';
import { eventTimeOf, type KubernetesEvent } from './event-list.tsx';
import { podStatusOf, type ContainerStatus, type Pod } from './pod-status.ts';
import styles from './cluster.module.css';

interface PodPanelProps {
  /** namespace/name */
  readonly podKey: string;
  /** Undefined when it is gone. */
  readonly pod: Pod | undefined;
  readonly onClose: () => void;
}

const LOG_LINES_MAX = 500;

export function PodPanel({ podKey, pod, onClose }: PodPanelProps) {
  const [tab, setTab] = useState('containers');
  const [, name = ''] = podKey.split('/');
  return (
    <aside className={styles['panel']} aria-label={`Pod ${name}`}>
      <header>
        <h2 title={podKey}>{name}</h2>
        <button type="button" aria-label="Close" onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      {pod === undefined ? (
        <p className={styles['panel-text']}>This Pod is gone. The log and the records of a step stay with its run.</p>
      ) : (
        <Tabs
          label="Parts of the Pod"
          shown={tab}
          onShow={setTab}
          tabs={[
            { id: 'containers', title: 'Containers', content: () => <Containers pod={pod} /> },
            { id: 'log', title: 'Log', content: () => <PodLog key={pod.metadata.uid} pod={pod} /> },
            { id: 'events', title: 'Events', content: () => <PodEvents pod={pod} /> },
            { id: 'yaml', title: 'YAML', content: () => <LazyCodeViewer label={`Pod ${name}`} value={withoutOwners(pod)} /> },
          ]}
        />
      )}
    </aside>
  );
}

/** Who owns which field is of interest to programs. */
function withoutOwners({ metadata, ...rest }: Pod): object {
  const { managedFields: _managedFields, ...shown } = metadata as Record<string, unknown>;
  return { metadata: shown, ...rest };
}

function Containers({ pod }: { readonly pod: Pod }) {
  const { message } = podStatusOf(pod);
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  return (
    <div className={styles['panel-body']}>
      {message === '' ? null : <p>{message}</p>}
      <ul className={styles['containers']} aria-label="Containers">
        {[...initContainerStatuses, ...containerStatuses].map((status) => (
          <li key={status.name}>
            <strong>{status.name}</strong>
            <code>{status.image}</code>
            <span className={styles['quiet']}>{containerText(status)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function containerText({ state = {}, restartCount = 0 }: ContainerStatus): string {
  const restarts = restartCount === 0 ? '' : `, restarted ${restartCount === 1 ? 'once' : `${restartCount} times`}`;
  if (state.running !== undefined) return `running${restarts}`;
  if (state.terminated !== undefined) return `ended with exit code ${state.terminated.exitCode ?? '?'}${restarts}`;
  return `waiting${state.waiting?.reason === undefined ? '' : `: ${state.waiting.reason}`}${restarts}`;
}

function PodLog({ pod: { metadata, spec, status } }: { readonly pod: Pod }) {
  const container = spec?.containers?.[0]?.name ?? '';
  const log = useQuery({
    // Read again when the Pod goes on; the page of a run follows the log of a step line by line.
    queryKey: ['pod-log', metadata.uid, status?.phase],
    queryFn: async ({ signal }) => (await fetchOk(`${path`/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${metadata.name}/log`}?container=${encodeURIComponent(container)}&tailLines=${LOG_LINES_MAX}`, { signal })).text(),
    staleTime: 0,
  });
  if (log.isError) return <p className={styles['panel-text']}>{log.error.message}</p>;
  if (log.data === '') return <p className={styles['panel-text']}>It has written nothing.</p>;
  return (
    <pre className={styles['log']} tabIndex={0}>
      {log.data}
    </pre>
  );
}

function PodEvents({ pod: { metadata } }: { readonly pod: Pod }) {
  const events = useKubernetesList<KubernetesEvent>(path`/api/v1/namespaces/${metadata.namespace ?? ''}/events`, { fieldSelector: `involvedObject.name=${metadata.name}` });
  if (events.kind === 'failed') return <p className={styles['panel-text']}>{(events.error as Error).message}</p>;
  if (events.kind === 'ready' && events.items.length === 0) return <p className={styles['panel-text']}>Nothing out of the ordinary. Old events are dropped after a while.</p>;
  return (
    <ol className={styles['pod-events']} aria-label="Events of the Pod">
      {(events.kind === 'ready' ? events.items : []).map((event) => (
        <li key={event.metadata.uid}>
          <StateBadge state={event.type === 'Warning' ? 'CANCELED' : 'SUCCEEDED'} />
          <strong>{event.reason}</strong>
          <span className={styles['quiet']}><Ago at={eventTimeOf(event)} /></span>
          <p>{event.message}</p>
        </li>
      ))}
    </ol>
  );
}
