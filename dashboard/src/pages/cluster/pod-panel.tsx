// One Pod beside the list: its containers, its events, the end of its log, and the object as YAML.
import { useQuery } from '@tanstack/react-query';
import { fetchOk, path } from '../../api/client.ts';
import { withoutManagers } from '../../api/kubernetes.ts';
import { useSearch } from '../../frame/address.ts';
import { PodEvents } from '../../pods/pod-events.tsx';
import { LazyCodeViewer } from '../../ui/lazy-code-viewer.tsx';
import { PanelNote, SidePanel } from '../../ui/side-panel.tsx';
import { Tabs } from '../../ui/tabs.tsx';
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
  const [{ part = 'containers' }, setSearch] = useSearch();
  const [namespace = '', name = ''] = podKey.split('/');
  return (
    <SidePanel label={`Pod ${name}`} title={name} onClose={onClose}>
      {pod === undefined ? (
        <PanelNote>This Pod is gone. The log and the records of a step stay with its run.</PanelNote>
      ) : (
        <Tabs
          label="Parts of the Pod"
          shown={part}
          onShow={(next) => setSearch({ part: next === 'containers' ? undefined : next })}
          tabs={[
            { id: 'containers', title: 'Containers', content: () => <Containers pod={pod} /> },
            { id: 'log', title: 'Log', content: () => <PodLog key={pod.metadata.uid} pod={pod} /> },
            { id: 'events', title: 'Events', content: () => <PodEvents key={podKey} namespace={namespace} name={name} none={<NoEvents pod={pod} />} /> },
            { id: 'yaml', title: 'YAML', content: () => <LazyCodeViewer label={`Pod ${name}`} value={withoutManagers(pod)} /> },
          ]}
        />
      )}
    </SidePanel>
  );
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
  if (log.isError) return <PanelNote>{log.error.message}</PanelNote>;
  if (log.data === '') return <PanelNote>It has written nothing.</PanelNote>;
  return (
    <pre className={styles['log']} tabIndex={0}>
      {log.data}
    </pre>
  );
}

/** A Pod that failed had something happen to it all the same. */
function NoEvents({ pod }: { readonly pod: Pod }) {
  const { word, state, message } = podStatusOf(pod);
  if (state !== 'FAILED') return <PanelNote>Nothing out of the ordinary. Old events are dropped after a while.</PanelNote>;
  return <PanelNote>{`The Pod has no events, and yet it failed (${word}${message === '' ? '' : `: ${message}`}): it was started without trouble, and what it ran ended badly. Its log has what it said before.`}</PanelNote>;
}
