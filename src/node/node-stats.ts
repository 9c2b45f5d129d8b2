// What the processes of this node take: memory as private bytes, for forks share most of what is resident.
import type { KubeObject } from '../base/mod.ts';
import { isHolder } from './pods/shared-processes.ts';
import type { ProcessStats, SupervisorStats } from './supervisor/protocol.ts';

export interface ContainerStats extends ProcessStats {
  readonly podUid: string;
  /** '' when the Pod is no more known here. */
  readonly namespace: string;
  readonly podName: string;
  readonly container: string;
}

export interface NodeStats {
  readonly supervisor: ProcessStats;
  /** Warm parents with the sandboxes that wait for their next start, and the launcher of fresh processes. */
  readonly parents: readonly (ProcessStats & { readonly parentId: string })[];
  readonly containers: readonly ContainerStats[];
  /** All together. */
  readonly privateBytes: number;
}

export function readNodeStats({ supervisor, parents, containers }: SupervisorStats, podOf: (uid: string) => KubeObject | undefined): NodeStats {
  return {
    supervisor,
    parents,
    containers: containers.filter(({ id }) => !isHolder(id.split('/')[1] ?? '')).map(({ id, ...usage }) => {
      const [podUid = '', container = ''] = id.split('/');
      const { namespace = '', name = '' } = podOf(podUid)?.metadata ?? {};
      return { podUid, namespace, podName: name, container, ...usage };
    }),
    privateBytes: [supervisor, ...parents, ...containers].reduce((sum, { privateBytes }) => sum + privateBytes, 0),
  };
}
