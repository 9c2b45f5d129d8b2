// Which Pods of lower priority go so that others fit; pure. As few as possible, those last whose disruption budgets forbid it.
import type { KubeObject } from '../../../base/mod.ts';
import { createBudgetQuestion, type DisruptionBudgets } from './disruption-budgets.ts';
import { isBound, type PodDemand } from './demand.ts';
import type { NodeRoom } from './node-room.ts';
import { placeAll, unplace, type Place } from './placement.ts';
import type { Surroundings } from './pod-affinity.ts';

export interface Preemption {
  /** Where they will go. They hold their rooms from now on. */
  readonly places: readonly Place[];
  /** Empty when those that are on their way out are enough. */
  readonly victims: readonly KubeObject[];
}

interface Candidate {
  readonly demand: PodDemand;
  readonly room: NodeRoom;
  readonly isProtected: boolean;
}

/** Undefined when it does not help. The rooms keep the victims until they are gone. */
export function planPreemption(demands: readonly PodDemand[], surroundings: Surroundings, budgets: DisruptionBudgets): Preemption | undefined {
  const priority = Math.min(...demands.map((demand) => demand.priority));
  const candidates = candidatesOf(priority, surroundings, budgets);
  for (const { demand, room } of candidates) room.remove(demand);
  const victims = victimsOf(demands, candidates, surroundings);
  const placement = victims === undefined ? undefined : placeAll(demands, surroundings);
  for (const { demand, room } of candidates) if (!room.pods.has(demand.uid)) room.add(demand);
  return placement?.kind === 'placed' ? { places: placement.places, victims: victims! } : undefined;
}

/** Those first that should stay most. Who was only placed in this pass, or has its turn, displaces nobody by going. */
function candidatesOf(priority: number, { rooms }: Surroundings, budgets: DisruptionBudgets): readonly Candidate[] {
  const isForbidden = createBudgetQuestion(budgets);
  const byImportance = rooms
    .flatMap((room) => [...room.pods.values()].filter((demand) => demand.priority < priority && isBound(demand.pod)).map((demand) => ({ demand, room })))
    .toSorted((a, b) => b.demand.priority - a.demand.priority || a.demand.createdMs - b.demand.createdMs);
  // What a budget allows goes to the least important; those that leave already are in no count.
  const forbidden = new Set(byImportance.toReversed().filter(({ demand: { pod } }) => pod.metadata.deletionTimestamp === undefined && isForbidden(pod)));
  const candidates = byImportance.map((one) => ({ ...one, isProtected: forbidden.has(one) }));
  return candidates.toSorted((a, b) => Number(b.isProtected) - Number(a.isProtected));
}

/** Leaves the rooms without the victims, and with all others that do not leave by themselves. */
function victimsOf(demands: readonly PodDemand[], candidates: readonly Candidate[], surroundings: Surroundings): readonly KubeObject[] | undefined {
  if (!fits(demands, surroundings)) return undefined;
  const victims: KubeObject[] = [];
  for (const { demand, room } of candidates) {
    if (demand.pod.metadata.deletionTimestamp !== undefined) continue;
    room.add(demand);
    if (fits(demands, surroundings)) continue;
    room.remove(demand);
    victims.push(demand.pod);
  }
  return victims;
}

function fits(demands: readonly PodDemand[], surroundings: Surroundings): boolean {
  const placement = placeAll(demands, surroundings);
  if (placement.kind === 'placed') unplace(placement.places);
  return placement.kind === 'placed';
}
