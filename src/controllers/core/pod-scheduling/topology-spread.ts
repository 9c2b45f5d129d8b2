// Whether a Pod would make the nodes' shares of its kind too unequal (topologySpreadConstraints with DoNotSchedule); pure. After
// pkg/scheduler/framework/plugins/podtopologyspread of Kubernetes.
import { objectsOf, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, labelsOf, matchesLabels, numberAt, textAt } from '../../../api/mod.ts';
import { isSelected } from '../../node-affinity.ts';
import { untoleratedTaint } from '../../taints.ts';
import type { PodDemand } from './demand.ts';
import type { NodeRoom } from './node-room.ts';
import { lasting, passing, type Obstacle } from './obstacle.ts';

export type Unsatisfiable = 'DoNotSchedule' | 'ScheduleAnyway';

export function spreadConstraintsOf(pod: KubeObject, whenUnsatisfiable: Unsatisfiable): readonly JsonObject[] {
  return objectsOf(fieldOf(pod.spec, 'topologySpreadConstraints'))
    .filter((constraint) => textAt(constraint, 'DoNotSchedule', 'whenUnsatisfiable') === whenUnsatisfiable);
}

export function spreadObstacle({ pod }: PodDemand, room: NodeRoom, rooms: readonly NodeRoom[]): Obstacle | undefined {
  const constraints = spreadConstraintsOf(pod, 'DoNotSchedule');
  for (const constraint of constraints) {
    const key = textAt(constraint, '', 'topologyKey');
    const domain = domainOf(constraint, room);
    if (domain === undefined) {
      return lasting("node(s) didn't match pod topology spread constraints (missing required label)", `${room.name} does not have the label ${key} by which its Pods are spread (topologySpreadConstraints)`);
    }
    const counts = countsByDomain(pod, constraint, rooms.filter((other) => constraints.every((one) => domainOf(one, other) !== undefined)));
    const isFew = counts.size < numberAt(constraint, 'minDomains');
    const fewest = isFew || counts.size === 0 ? 0 : Math.min(...counts.values());
    const own = matchesConstraint(constraint, pod, pod) ? 1 : 0;
    const skew = (counts.get(domain) ?? 0) + own - fewest;
    const maxSkew = numberAt(constraint, 'maxSkew');
    if (skew > maxSkew) {
      const than = isFew ? `fewer than ${numberAt(constraint, 'minDomains')} places have the label ${key}` : `the place with the fewest has ${fewest}`;
      return passing("node(s) didn't match pod topology spread constraints", `on ${room.name} there would be ${fewest + skew} Pods like it and ${than}: that is more uneven than maxSkew ${maxSkew} allows (topologySpreadConstraints)`);
    }
  }
  return undefined;
}

/** Pods like it in each domain of the nodes that count for it. */
export function countsByDomain(pod: KubeObject, constraint: JsonObject, rooms: readonly NodeRoom[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const room of rooms) {
    const domain = domainOf(constraint, room);
    if (domain === undefined || !isCounted(pod, constraint, room)) continue;
    const like = [...room.pods.values()].filter(({ pod: other }) => other.metadata.deletionTimestamp === undefined && matchesConstraint(constraint, pod, other));
    counts.set(domain, (counts.get(domain) ?? 0) + like.length);
  }
  return counts;
}

/** By default only nodes that the Pod selects count, tainted ones as well. */
function isCounted(pod: KubeObject, constraint: JsonObject, { node }: NodeRoom): boolean {
  if (textAt(constraint, 'Honor', 'nodeAffinityPolicy') === 'Honor' && !isSelected(pod, node)) return false;
  if (textAt(constraint, 'Ignore', 'nodeTaintsPolicy') === 'Ignore') return true;
  return untoleratedTaint(itemsAt(node, 'spec', 'taints'), itemsAt(pod.spec, 'tolerations')) === undefined;
}

function matchesConstraint(constraint: JsonObject, pod: KubeObject, other: KubeObject): boolean {
  if (other.metadata.namespace !== pod.metadata.namespace) return false;
  const [own, labels] = [labelsOf(pod.metadata.labels), labelsOf(other.metadata.labels)];
  const isSame = (key: Json) => own[String(key)] === undefined || own[String(key)] === labels[String(key)];
  return matchesLabels(fieldOf(constraint, 'labelSelector'), labels) && itemsAt(constraint, 'matchLabelKeys').every(isSame);
}

function domainOf(constraint: JsonObject, { node }: NodeRoom): string | undefined {
  return node.metadata.labels?.[textAt(constraint, '', 'topologyKey')];
}
