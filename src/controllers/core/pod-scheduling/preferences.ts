// Which of the nodes that fit a Pod likes most; pure. Weighed as its manifest says: preferred affinities, taints that only deter, even
// spreading. What nobody says anything about is decided by free CPU (placement.ts).
import { isJsonObject, type JsonObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, numberAt } from '../../../api/mod.ts';
import { matchesTerm } from '../../node-affinity.ts';
import { untoleratedTaint } from '../../taints.ts';
import type { PodDemand } from './demand.ts';
import type { NodeRoom } from './node-room.ts';
import { hasNeighbour, type Affinity, type Surroundings } from './pod-affinity.ts';
import { countsByDomain, spreadConstraintsOf } from './topology-spread.ts';

const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
/** As much as the strongest preference of a manifest. */
const DETERRED_WEIGHT = 100;

export function preferenceFor(demand: PodDemand, room: NodeRoom, surroundings: Surroundings): number {
  const { pod } = demand;
  const affinity = fieldOf(pod.spec, 'affinity');
  const ofNode = itemsAt(affinity, 'nodeAffinity', PREFERRED).filter((term) => matchesTerm(fieldOf(term, 'preference') ?? {}, room.node));
  const isDeterred = untoleratedTaint(itemsAt(room.node, 'spec', 'taints'), itemsAt(pod.spec, 'tolerations'), ['PreferNoSchedule']) !== undefined;
  return weightOf(ofNode) + ofPods(demand, 'podAffinity', room, surroundings) - ofPods(demand, 'podAntiAffinity', room, surroundings) - (isDeterred ? DETERRED_WEIGHT : 0) - crowd(demand, room, surroundings);
}

function ofPods({ pod }: PodDemand, kind: Affinity, room: NodeRoom, surroundings: Surroundings): number {
  return weightOf(itemsAt(pod.spec, 'affinity', kind, PREFERRED).filter((term) => hasNeighbour(fieldOf(term, 'podAffinityTerm') ?? {}, pod, room, surroundings)));
}

function weightOf(terms: readonly unknown[]): number {
  return terms.filter(isJsonObject).reduce((sum, term: JsonObject) => sum + numberAt(term, 'weight'), 0);
}

/** Pods like it where it would be, by the constraints that only ask. */
function crowd({ pod }: PodDemand, room: NodeRoom, { rooms }: Surroundings): number {
  return spreadConstraintsOf(pod, 'ScheduleAnyway').reduce((sum, constraint) => {
    const domain = room.node.metadata.labels?.[String(constraint['topologyKey'])];
    return sum + (domain === undefined ? DETERRED_WEIGHT : (countsByDomain(pod, constraint, rooms).get(domain) ?? 0));
  }, 0);
}
