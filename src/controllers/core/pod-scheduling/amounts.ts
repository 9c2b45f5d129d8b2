// Amounts of resources in words; pure.
import { formatSize } from '../../../base/mod.ts';
import type { PodDemand } from './demand.ts';

/** Pods that a sentence names. */
const HOLDERS_MAX = 3;

export function amountText(resource: string, milli: number): string {
  const amount = milli / 1000;
  if (resource === 'cpu') return amount === 1 ? '1 CPU' : `${amount} CPUs`;
  if (resource === 'memory') return `${formatSize(amount)} of memory`;
  return resource === 'ephemeral-storage' ? `${formatSize(amount)} of disk` : `${amount} ${resource}`;
}

/** Largest first. */
export function holdersText(resource: string, pods: Iterable<PodDemand>): string {
  const holders = [...pods].filter(({ amounts }) => (amounts.get(resource) ?? 0) > 0).toSorted((a, b) => b.amounts.get(resource)! - a.amounts.get(resource)!);
  const named = holders.slice(0, HOLDERS_MAX).map(({ name, amounts }) => `${name} (${plain(resource, amounts.get(resource)!)})`);
  const moreCount = holders.length - named.length;
  return [...named, ...(moreCount > 0 ? [`${moreCount} more`] : [])].join(', ');
}

function plain(resource: string, milli: number): string {
  return resource === 'memory' || resource === 'ephemeral-storage' ? formatSize(milli / 1000) : String(milli / 1000);
}
