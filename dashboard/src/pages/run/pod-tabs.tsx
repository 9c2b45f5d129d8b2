// What Kubernetes knows of a step's Pod: its events, and the object itself while it is kept.
import { useQuery } from '@tanstack/react-query';
import type { Task } from '../../api/messages.ts';
import { ApiError, path, request } from '../../api/client.ts';
import { useKubernetesList, type KubernetesObject } from '../../api/kubernetes.ts';
import { propertiesOf, stateOf } from '../../api/run.ts';
import { LazyCodeViewer } from '../../ui/lazy-code-viewer.tsx';
import { Ago } from '../../ui/time.tsx';
import styles from './step-panel.module.css';

interface KubernetesEvent extends KubernetesObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

export interface Pod extends KubernetesObject {
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly args?: readonly string[]; readonly command?: readonly string[] }[] };
}

export function PodEvents({ task }: { readonly task: Task }) {
  const [name, namespace] = [task.pods?.[0]?.name, propertiesOf(task).pod_namespace];
  const address = name === undefined || namespace === undefined ? undefined : path`/api/v1/namespaces/${namespace}/events`;
  const events = useKubernetesList<KubernetesEvent>(address, name === undefined ? {} : { fieldSelector: `involvedObject.name=${name}` });
  if (address === undefined) return <p className={styles['note']}>{podMissing(task)}</p>;
  if (events.kind === 'loading') return null;
  if (events.kind === 'failed') return <p className={styles['note']}>{(events.error as Error).message}</p>;
  if (events.items.length === 0) return <p className={styles['note']}>Nothing out of the ordinary: a step that starts and ends as it should leaves no events. Old events are dropped after a while.</p>;
  return (
    <ol className={styles['scroll']} aria-label="Events of the Pod">
      {events.items.map(({ metadata, type, reason, message, count = 1, lastTimestamp, eventTime }) => (
        <li key={metadata.uid} className={styles['event']} data-type={type}>
          <div>
            <strong>{reason}</strong>
            <span className={styles['quiet']}>
              {count > 1 ? `${count} times, ` : null}
              <Ago at={lastTimestamp ?? eventTime ?? metadata.creationTimestamp} />
            </span>
          </div>
          <p>{message}</p>
        </li>
      ))}
    </ol>
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
  if (pod.error !== null) return <p className={styles['note']}>{podGone(pod.error)}</p>;
  return pod.isLoading ? null : <p className={styles['note']}>{podMissing(task)}</p>;
}

/** Who wrote which field says nothing about a step; kubectl hides it as well. */
function withoutManagers(pod: Pod): object {
  return { ...pod, metadata: { ...pod.metadata, managedFields: undefined } };
}

export function podMissing(task: Task): string {
  return stateOf(task) === 'CACHED' ? 'It took its outputs from the cache: there was no Pod.' : 'It has no Pod yet.';
}

export function podGone(error: unknown): string {
  const isGone = error instanceof ApiError && error.status === 404;
  return isGone ? 'Its Pod is gone: finished Pods are kept for an hour, and the newest 200. Its log and its records stay.' : (error as Error).message;
}
