// Which Pod goes when the machine runs short of something; pure.
import { formatQuantity, quantityToNumber } from '../expr/mod.ts';
import { podAmounts } from '../api/mod.ts';
import type { KubeObject } from '../base/mod.ts';

export type ScarceResource = 'memory' | 'ephemeral-storage';

export interface Scarcity {
  readonly resource: ScarceResource;
  readonly availableBytes: number;
  /** Less than this is too little. */
  readonly thresholdBytes: number;
}

export interface PressedPod {
  readonly pod: KubeObject;
  /** What its containers use of it. */
  readonly containers: readonly { readonly container: string; readonly bytes: number }[];
}

export interface Eviction {
  readonly podUid: string;
  readonly message: string;
}

/** Of system-cluster-critical: without Pods of it the rest is of no use, so the kubelet never evicts them. */
const CRITICAL_PRIORITY = 2_000_000_000;

/**
 * Whom to evict: first those that use more than they asked for (so BestEffort before Burstable before Guaranteed), then by lower priority,
 * then by how far beyond their requests they are. Undefined when
 * nobody but critical Pods uses anything.
 */
export function planEviction({ resource, availableBytes, thresholdBytes }: Scarcity, pods: readonly PressedPod[]): Eviction | undefined {
  const ranked = pods
    .map((candidate) => ({ ...candidate, usedBytes: candidate.containers.reduce((sum, { bytes }) => sum + bytes, 0), requestedBytes: requestOf(candidate.pod, resource) }))
    .filter(({ pod, usedBytes }) => usedBytes > 0 && priorityOf(pod) < CRITICAL_PRIORITY)
    .toSorted((a, b) => Number(b.usedBytes > b.requestedBytes) - Number(a.usedBytes > a.requestedBytes) || priorityOf(a.pod) - priorityOf(b.pod) || b.usedBytes - b.requestedBytes - (a.usedBytes - a.requestedBytes));
  const [victim] = ranked;
  if (victim === undefined) return undefined;
  const largest = victim.containers.toSorted((a, b) => b.bytes - a.bytes)[0]!;
  const usage = `Container ${largest.container} was using ${ki(largest.bytes)}, request is ${victim.requestedBytes === 0 ? '0' : ki(victim.requestedBytes)}, has larger consumption of ${resource}. `;
  return { podUid: victim.pod.metadata.uid!, message: `The node was low on resource: ${resource}. Threshold quantity: ${ki(thresholdBytes)}, available: ${ki(availableBytes)}. ${usage}` };
}

function requestOf({ spec }: KubeObject, resource: ScarceResource): number {
  const amount = podAmounts(spec, 'requests').get(resource);
  return amount === undefined ? 0 : quantityToNumber(amount);
}

function priorityOf({ spec }: KubeObject): number {
  const priority = spec?.['priority'];
  return typeof priority === 'number' ? priority : 0;
}

function ki(bytes: number): string {
  return formatQuantity({ nanos: BigInt(Math.ceil(bytes / 1024)) * 1024n * 10n ** 9n, format: 'BinarySI' });
}
