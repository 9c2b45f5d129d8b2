// Why Pods wait, in upstream's counting form and one plain sentence; pure.
import type { NodeRoom } from './node-room.ts';
import type { Obstacle } from './obstacle.ts';

/** Nodes and causes that a sentence names. */
const CLAUSES_MAX = 3;

export interface Waiting {
  /** Counts only: the same as long as the state is. */
  readonly counts: string;
  /** Names and amounts, which change with the Pods that run. */
  readonly sentence: string;
}

export const NO_NODES: Waiting = { counts: 'no nodes available to schedule pods', sentence: 'No node is ready: the one of this machine comes with `slipway up`.' };

/** `leavingCount` Pods of lower priority make room already. */
export function waitingFor(obstacles: ReadonlyMap<NodeRoom, readonly Obstacle[]>, leavingCount: number): Waiting {
  if (obstacles.size === 0) return NO_NODES;
  const nodeCount = obstacles.size;
  const byReason = new Map<string, number>();
  for (const found of obstacles.values()) for (const { reason } of found) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const counted = [...byReason].map(([reason, count]) => `${count} ${reason}`).toSorted();
  const clauses = [...new Set([...obstacles.values()].flat().map(({ clause }) => clause))].slice(0, CLAUSES_MAX);
  const leaving = leavingCount === 0 ? '' : `; ${leavingCount === 1 ? 'a Pod' : `${leavingCount} Pods`} of lower priority ${leavingCount === 1 ? 'leaves' : 'leave'} for it`;
  return {
    counts: `0/${nodeCount} nodes are available: ${counted.join(', ')}.${leavingCount > 0 ? '' : preemptionText([...obstacles.values()], nodeCount)}`,
    sentence: `${asSentence(clauses.join('; '))}${leaving}.`,
  };
}

function preemptionText(found: readonly (readonly Obstacle[])[], nodeCount: number): string {
  const lastingCount = found.filter((obstacles) => obstacles.some(({ isPassing }) => !isPassing)).length;
  const parts = [
    ...(lastingCount < nodeCount ? [`${nodeCount - lastingCount} No preemption victims found for incoming pod`] : []),
    ...(lastingCount > 0 ? [`${lastingCount} Preemption is not helpful for scheduling`] : []),
  ];
  return ` preemption: 0/${nodeCount} nodes are available: ${parts.join(', ')}.`;
}

/** Of a group whose Pods are not all there. */
export function incompleteGroup(name: string, existingCount: number, countMin: number): Waiting {
  return {
    counts: `waiting for ${countMin} pods of pod group ${name}.`,
    sentence: `It starts together with the others of its group, of which ${existingCount} of ${countMin} exist.`,
  };
}

/** Of a group that does not fit whole. */
export function ofGroup({ counts, sentence }: Waiting, name: string, countMin: number, fittingCount: number): Waiting {
  return { counts, sentence: `The ${countMin} Pods of its group ${name} start together or not at all, and ${fittingCount} fit now: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` };
}

function asSentence(clause: string): string {
  return clause.startsWith('it ') ? `I${clause.slice(1)}` : clause;
}
