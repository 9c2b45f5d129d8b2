// How many Pods each ReplicaSet of a Deployment may have next; pure. The arithmetic of upstream's rolling update.
import type { KubeObject } from '../../../base/mod.ts';
import { fieldOf, numberAt, textAt } from '../../../api/mod.ts';

export interface Bounds {
  readonly replicas: number;
  readonly surgeMax: number;
  readonly unavailableMax: number;
}

/** Percentages of the replicas: the surge rounded up, what may be missing rounded down; both zero would never move. */
export function boundsOf(deployment: KubeObject): Bounds {
  const replicas = numberAt(deployment, 'spec', 'replicas');
  if (textAt(deployment, '', 'spec', 'strategy', 'type') !== 'RollingUpdate') return { replicas, surgeMax: 0, unavailableMax: 0 };
  const rolling = fieldOf(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surgeMax = countOf(fieldOf(rolling, 'maxSurge'), replicas, Math.ceil);
  const unavailableMax = Math.min(countOf(fieldOf(rolling, 'maxUnavailable'), replicas, Math.floor), replicas);
  return { replicas, surgeMax, unavailableMax: surgeMax === 0 && unavailableMax === 0 ? 1 : unavailableMax };
}

function countOf(value: unknown, replicas: number, round: (count: number) => number): number {
  return typeof value === 'string' && value.endsWith('%') ? round((Number(value.slice(0, -1)) * replicas) / 100) : Number(value ?? 0);
}

export function replicasOf(set: KubeObject): number {
  return numberAt(set, 'spec', 'replicas');
}

export function sumOf(sets: readonly KubeObject[], count: (set: KubeObject) => number): number {
  return sets.reduce((sum, set) => sum + count(set), 0);
}

const availableOf = (set: KubeObject) => numberAt(set, 'status', 'availableReplicas');

/** What the new one may grow to, or shrink to, now. `old` are the other sets. */
export function newReplicas(current: number, old: readonly KubeObject[], { replicas, surgeMax }: Bounds): number {
  if (current >= replicas) return replicas;
  const room = replicas + surgeMax - current - sumOf(old, replicasOf);
  return current + Math.max(0, Math.min(room, replicas - current));
}

/** Wanted replicas of the old ones, oldest first: those that do not work go first, then as many as others can stand in for. */
export function oldReplicas(old: readonly KubeObject[], newSet: KubeObject | undefined, { replicas, unavailableMax }: Bounds): ReadonlyMap<KubeObject, number> {
  const wanted = new Map(old.map((set) => [set, replicasOf(set)]));
  const all = newSet === undefined ? old : [...old, newSet];
  const availableMin = replicas - unavailableMax;
  const newUnavailable = newSet === undefined ? 0 : Math.max(0, replicasOf(newSet) - availableOf(newSet));
  let broken = sumOf(all, replicasOf) - availableMin - newUnavailable;
  if (broken <= 0) return wanted;
  for (const set of old) {
    const cut = Math.max(0, Math.min(broken, replicasOf(set) - availableOf(set)));
    wanted.set(set, replicasOf(set) - cut);
    broken -= cut;
  }
  let spare = sumOf(all, availableOf) - availableMin;
  for (const set of old) {
    const cut = Math.max(0, Math.min(spare, wanted.get(set) ?? 0, broken));
    wanted.set(set, (wanted.get(set) ?? 0) - cut);
    spare -= cut;
    broken -= cut;
  }
  return wanted;
}

/**
 * When the Deployment itself is scaled in the middle of a rollout: each set by its share of the size for which it was made, the largest
 * takes what is left. `sets` are oldest first; of those of one size the newest gains, and the oldest loses.
 */
export function proportionalReplicas(sets: readonly KubeObject[], bounds: Bounds, totalBefore: (set: KubeObject) => number): ReadonlyMap<KubeObject, number> {
  const allowed = bounds.replicas === 0 ? 0 : bounds.replicas + bounds.surgeMax;
  const toAdd = allowed - sumOf(sets, replicasOf);
  const bySize = (toAdd > 0 ? sets.toReversed() : sets).toSorted((a, b) => replicasOf(b) - replicasOf(a));
  const wanted = new Map(sets.map((set) => [set, replicasOf(set)]));
  let left = toAdd;
  for (const set of bySize) {
    const share = left === 0 ? 0 : shareOf(set, allowed, totalBefore(set));
    const part = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    wanted.set(set, replicasOf(set) + part);
    left -= part;
  }
  const first = bySize[0];
  if (first !== undefined) wanted.set(first, Math.max(0, (wanted.get(first) ?? 0) + left));
  return wanted;
}

/** What a set gains, or loses, when `before` Pods become `allowed`. */
function shareOf(set: KubeObject, allowed: number, before: number): number {
  if (allowed === 0) return -replicasOf(set);
  return before === 0 ? 0 : Math.round((replicasOf(set) * allowed) / before) - replicasOf(set);
}
