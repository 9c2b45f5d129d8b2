// The queue: what is placed together, highest priority and greatest age first; pure.
import type { Milli, PodDemand } from './demand.ts';
import { countedDemands, type Leniency } from './scaling.ts';
import { UnitHeap } from './unit-heap.ts';

/** One Pod, or those of a PodGroup. */
export interface Unit {
  readonly waiting: readonly PodDemand[];
  /** Of the group, those that have their node, or had it and have done their work. */
  readonly boundCount: number;
  readonly gang?: { readonly name: string; readonly countMin: number };
}

export interface ActivePods {
  readonly waiting: readonly PodDemand[];
  readonly bound: readonly PodDemand[];
  /** Pods that have done their work, by the key of their group. */
  readonly endedCounts: ReadonlyMap<string, number>;
  /** How many Pods of a group start together, by the key of the group; without it its Pods are like all others. */
  readonly countMinOf: (gang: string) => number | undefined;
}

export interface CountedPods {
  readonly queue: UnitHeap<Unit>;
  readonly bound: readonly PodDemand[];
}

interface Gang {
  readonly countMin: number;
  readonly waiting: PodDemand[];
  readonly bound: PodDemand[];
}

const PODS_BETWEEN_PAUSES = 500;

/** Every demand as it counts. Pauses now and then. */
export function* countPods({ waiting, bound, endedCounts, countMinOf }: ActivePods, capacity: Milli, leniency: Leniency): Generator<{ readonly kind: 'pause' }, CountedPods> {
  const gangs = new Map<string, Gang>();
  const gangOf = ({ gang: name }: PodDemand): Gang | undefined => {
    const countMin = name === undefined ? undefined : countMinOf(name);
    if (name === undefined || countMin === undefined) return undefined;
    const gang = gangs.get(name) ?? { countMin, waiting: [], bound: [] };
    gangs.set(name, gang);
    return gang;
  };
  const queue = new UnitHeap<Unit>();
  for (const demand of waiting) {
    const gang = gangOf(demand);
    if (gang === undefined) queue.push({ value: { waiting: countedDemands([demand], capacity, leniency), boundCount: 0 }, ...rankOf([demand]) });
    else gang.waiting.push(demand);
    if (queue.size % PODS_BETWEEN_PAUSES === PODS_BETWEEN_PAUSES - 1) yield { kind: 'pause' };
  }
  const counted: PodDemand[] = [];
  for (const demand of bound) {
    const gang = gangOf(demand);
    if (gang === undefined) counted.push(...countedDemands([demand], capacity, leniency));
    else gang.bound.push(demand);
  }
  for (const [name, gang] of gangs) {
    const all = [...gang.waiting, ...gang.bound];
    const members = countedDemands(all, capacity, leniency);
    counted.push(...members.slice(gang.waiting.length));
    if (gang.waiting.length === 0) continue;
    queue.push({ value: { waiting: members.slice(0, gang.waiting.length), boundCount: gang.bound.length + (endedCounts.get(name) ?? 0), gang: { name, countMin: gang.countMin } }, ...rankOf(all) });
  }
  return { queue, bound: counted };
}

/** A group is as old as its oldest Pod, so that one that has begun goes on first. */
function rankOf(members: readonly PodDemand[]): { readonly priority: number; readonly createdMs: number; readonly name: string } {
  const [first] = members;
  const priority = Math.max(...members.map((member) => member.priority));
  const createdMs = Math.min(...members.map((member) => member.createdMs));
  return { priority, createdMs, name: first!.name };
}
