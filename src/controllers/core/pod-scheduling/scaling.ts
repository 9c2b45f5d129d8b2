// Where a machine is smaller than what Pods ask for; pure. What counts of such a demand is a function of specs and nodes alone, so
// that each pass of the scheduler, and each after a restart, counts the same.
import { isGpu } from '../../../api/mod.ts';
import { amountText } from './amounts.ts';
import type { Milli, PodDemand } from './demand.ts';

export interface Leniency {
  /** Requests of CPU and memory beyond the machine are scaled down. */
  readonly isOvercommitOn: boolean;
  /** A Pod that asks for more GPUs than there are runs without. */
  readonly isGpuOptional: boolean;
}

const SCALED = ['cpu', 'memory'];
const NO_FACTORS: ReadonlyMap<string, number> = new Map();
/**
 * What asks for more than the machine counts as this part of it: the whole would have to wait until nothing else runs, for ever
 * beside a notebook.
 */
const SCALED_PART = 0.5;

/** What counts of the demands of Pods that start together, on nodes of which the largest offers `capacity`. */
export function countedDemands(members: readonly PodDemand[], capacity: Milli, leniency: Leniency): readonly PodDemand[] {
  const factors = leniency.isOvercommitOn ? factorsOf(members, capacity) : NO_FACTORS;
  return members.map((member) => {
    const missingGpus = leniency.isGpuOptional ? [...member.amounts.keys()].filter((resource) => isGpu(resource) && isBeyond(member, resource, capacity)) : [];
    if (factors.size === 0 && missingGpus.length === 0) return member;
    const amounts = new Map(member.amounts);
    for (const [resource, factor] of factors) amounts.set(resource, Math.floor((amounts.get(resource) ?? 0) * factor));
    for (const resource of missingGpus) amounts.delete(resource);
    const notes = [
      ...[...factors.keys()].map((resource) => ({ reason: 'Overcommitted', message: overcommitMessage(resource, members, capacity, amounts) })),
      ...missingGpus.map((resource) => ({ reason: 'GpuFallback', message: `it asks for ${amountText(resource, member.amounts.get(resource)!)}, which this machine does not have, and runs without (--gpu cpu-fallback)` })),
    ];
    return { ...member, amounts, notes };
  });
}

function isBeyond({ amounts }: PodDemand, resource: string, capacity: Milli): boolean {
  return (amounts.get(resource) ?? 0) > (capacity.get(resource) ?? 0);
}

function factorsOf(members: readonly PodDemand[], capacity: Milli): ReadonlyMap<string, number> {
  if (SCALED.every((resource) => totalOf(members, resource) <= (capacity.get(resource) ?? 0))) return NO_FACTORS;
  const factors = new Map<string, number>();
  for (const resource of SCALED) {
    const asked = totalOf(members, resource);
    const offered = capacity.get(resource) ?? 0;
    if (asked > offered) factors.set(resource, (offered * SCALED_PART) / asked);
  }
  return factors;
}

function totalOf(members: readonly PodDemand[], resource: string): number {
  return members.reduce((sum, { amounts }) => sum + (amounts.get(resource) ?? 0), 0);
}

function overcommitMessage(resource: string, members: readonly PodDemand[], capacity: Milli, counted: Milli): string {
  const asked = amountText(resource, totalOf(members, resource));
  const who = members.length === 1 ? 'it asks' : `the ${members.length} Pods of its group ask`;
  return `${who} for ${asked} and this machine has ${amountText(resource, capacity.get(resource) ?? 0)}: counted as ${amountText(resource, counted.get(resource)!)}, it takes what is free (--overcommit)`;
}
