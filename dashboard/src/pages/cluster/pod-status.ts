// What a Pod is doing in one word, as kubectl says it, and how that looks. Pure.
import type { KubernetesObject } from '../../api/kubernetes.ts';

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: object;
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly message?: string };
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly restartCount?: number;
  readonly state?: ContainerState;
}

export interface Pod extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>; readonly deletionTimestamp?: string };
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly startTime?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface PodStatus {
  readonly word: string;
  /** A state of `lookOf`, for the mark. */
  readonly state: string;
  /** '' when there is nothing to explain. */
  readonly message: string;
}

const STATE_OF_PHASE: Readonly<Record<string, string>> = { Pending: 'PENDING', Running: 'RUNNING', Succeeded: 'SUCCEEDED', Failed: 'FAILED' };

export function podStatusOf({ metadata, status = {} }: Pod): PodStatus {
  const { phase = 'Pending', reason, containerStatuses = [], initContainerStatuses = [] } = status;
  const states = [...initContainerStatuses, ...containerStatuses].map(({ state = {} }) => state);
  const waiting = states.find((state) => state.waiting?.reason !== undefined && state.waiting.reason !== 'ContainerCreating' && state.waiting.reason !== 'PodInitializing')?.waiting;
  const failed = states.find((state) => state.terminated?.exitCode !== undefined && state.terminated.exitCode !== 0)?.terminated;
  const message = status.message ?? waiting?.message ?? failed?.message ?? '';
  if (metadata.deletionTimestamp !== undefined && phase === 'Running') return { word: 'Terminating', state: 'CANCELING', message };
  const word = reason ?? waiting?.reason ?? (phase === 'Failed' ? (failed?.reason ?? phase) : phase);
  return { word, state: waiting === undefined ? (STATE_OF_PHASE[phase] ?? 'PENDING') : 'CANCELING', message };
}

export function restartsOf({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}
