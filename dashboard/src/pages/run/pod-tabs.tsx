// What Kubernetes knows of a step's Pod: its events, and the object itself while it is kept.
import { useQuery } from '@tanstack/react-query';
import type { Task } from '../../api/messages.ts';
import { ApiError, path, request } from '../../api/client.ts';
import { withoutManagers, type KubernetesObject } from '../../api/kubernetes.ts';
import { propertiesOf, stateOf } from '../../api/run.ts';
import { useSearch } from '../../frame/address.ts';
import { PodEvents } from '../../pods/pod-events.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyCodeViewer } from '../../ui/lazy-code-viewer.tsx';
import { PanelNote } from '../../ui/side-panel.tsx';
import { noEventsSentence } from './step-events.ts';
import { StepReason } from './step-reason.tsx';
import styles from './step-panel.module.css';

export interface Pod extends KubernetesObject {
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly args?: readonly string[]; readonly command?: readonly string[] }[] };
}

export function StepEvents({ task }: { readonly task: Task }) {
  const [name, namespace] = [task.pods?.[0]?.name, propertiesOf(task).pod_namespace];
  if (name === undefined || namespace === undefined) return <PanelNote>{podMissing(task)}</PanelNote>;
  return <PodEvents key={name} namespace={namespace} name={name} none={<NoEvents task={task} />} />;
}

function NoEvents({ task }: { readonly task: Task }) {
  const [, setSearch] = useSearch();
  const isFailed = stateOf(task) === 'FAILED';
  if (!isFailed) return <PanelNote>{noEventsSentence(task)}</PanelNote>;
  return (
    <div className={styles['scroll']}>
      <StepReason task={task} />
      <p>{noEventsSentence(task)}</p>
      <div>
        <Button onClick={() => setSearch({ tab: 'log' })}>Open the log</Button>
      </div>
    </div>
  );
}

/** The Pod as it is now; read again when its step goes on. */
export function usePod(task: Task) {
  const [name, namespace] = [task.pods?.[0]?.name ?? '', propertiesOf(task).pod_namespace ?? ''];
  return useQuery({
    queryKey: ['pod', namespace, name, stateOf(task)],
    queryFn: ({ signal }) => request<Pod>(path`/api/v1/namespaces/${namespace}/pods/${name}`, { signal }),
    enabled: name !== '' && namespace !== '',
  });
}

export function PodYaml({ task }: { readonly task: Task }) {
  const pod = usePod(task);
  if (pod.data !== undefined) return <LazyCodeViewer label="The Pod of the step" value={withoutManagers(pod.data)} />;
  if (pod.error !== null) return <PanelNote>{podGone(pod.error)}</PanelNote>;
  return pod.isLoading ? null : <PanelNote>{podMissing(task)}</PanelNote>;
}

export function podMissing(task: Task): string {
  return stateOf(task) === 'CACHED' ? 'It took its outputs from the cache: there was no Pod.' : 'It has no Pod yet.';
}

export function podGone(error: unknown): string {
  const isGone = error instanceof ApiError && error.status === 404;
  return isGone ? 'Its Pod is gone: finished Pods are kept for an hour, and the newest 200. Its log and its records stay.' : (error as Error).message;
}
