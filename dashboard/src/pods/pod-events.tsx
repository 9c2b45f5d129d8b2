// What Kubernetes tells of one Pod, live.
import type { ReactNode } from 'react';
import { path } from '../api/client.ts';
import { eventTimeOf, useKubernetesList, type KubernetesEvent } from '../api/kubernetes.ts';
import { PanelNote } from '../ui/side-panel.tsx';
import { Ago } from '../ui/time.tsx';
import styles from './pod-events.module.css';

interface PodEventsProps {
  readonly namespace: string;
  readonly name: string;
  /** Shown when there are none: what that means for this Pod. */
  readonly none: ReactNode;
}

export function PodEvents({ namespace, name, none }: PodEventsProps) {
  const events = useKubernetesList<KubernetesEvent>(path`/api/v1/namespaces/${namespace}/events`, { fieldSelector: `involvedObject.name=${name}` });
  if (events.kind === 'loading') return null;
  if (events.kind === 'failed') return <PanelNote>{(events.error as Error).message}</PanelNote>;
  if (events.items.length === 0) return none;
  return (
    <ol className={styles['events']} aria-label="Events of the Pod" tabIndex={0}>
      {events.items.map((event) => (
        <li key={event.metadata.uid} data-type={event.type}>
          <div>
            <strong>{event.reason}</strong>
            <span>
              {(event.count ?? 1) > 1 ? `${event.count} times, ` : null}
              <Ago at={eventTimeOf(event)} />
            </span>
          </div>
          <p>{event.message}</p>
        </li>
      ))}
    </ol>
  );
}
