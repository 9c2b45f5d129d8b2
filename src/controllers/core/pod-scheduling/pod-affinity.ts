// Which Pods a Pod wants beside it, and which not, within a topology: nodes that have the same value of a label; pure.
import type { Json, KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, labelsOf, matchesLabels, textAt } from '../../../api/mod.ts';
import type { PodDemand } from './demand.ts';
import type { NodeRoom } from './node-room.ts';
import { passing, type Obstacle } from './obstacle.ts';
import type { StorageView } from './pod-claims.ts';

export interface Surroundings {
  readonly rooms: readonly NodeRoom[];
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>;
  readonly storage: StorageView;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
export type Affinity = 'podAffinity' | 'podAntiAffinity';

export function podAffinityObstacle(demand: PodDemand, room: NodeRoom, surroundings: Surroundings): Obstacle | undefined {
  const { pod } = demand;
  if (!isAmongFriends(pod, room, surroundings)) {
    return passing("node(s) didn't match pod affinity rules", `none of the Pods that it wants beside it (podAffinity) is on ${room.name}`);
  }
  for (const term of termsOf(pod, 'podAntiAffinity')) {
    const other = neighbours(term, room, surroundings).find((candidate) => candidate.uid !== demand.uid && matches(term, pod, candidate.pod, surroundings));
    if (other === undefined) continue;
    return passing("node(s) didn't match pod anti-affinity rules", `it wants no Pod like ${other.name} beside it (podAntiAffinity)`);
  }
  for (const { rooms, holder, term } of opposingTerms(surroundings)) {
    if (!rooms(term, room) || !matches(term, holder.pod, pod, surroundings)) continue;
    return passing("node(s) didn't satisfy existing pods anti-affinity rules", `${holder.name} wants no Pod like it beside itself (podAntiAffinity)`);
  }
  return undefined;
}

export function termsOf(pod: KubeObject, affinity: Affinity): readonly Json[] {
  return itemsAt(pod.spec, 'affinity', affinity, REQUIRED);
}

/**
 * A friend is a Pod that all terms mean together; in the domain of each term there has to be one. The first Pod of a set whose
 * members want each other may come where none is anywhere.
 */
function isAmongFriends(pod: KubeObject, room: NodeRoom, surroundings: Surroundings): boolean {
  const terms = termsOf(pod, 'podAffinity');
  if (terms.length === 0) return true;
  if (terms.some((term) => domainOf(term, room) === undefined)) return false;
  const isFriend = (candidate: KubeObject) => terms.every((term) => matches(term, pod, candidate, surroundings));
  if (terms.every((term) => neighbours(term, room, surroundings).some((candidate) => isFriend(candidate.pod)))) return true;
  const isKnownAnywhere = (term: Json) => surroundings.rooms.some((other) => domainOf(term, other) !== undefined && [...other.pods.values()].some((candidate) => isFriend(candidate.pod)));
  return isFriend(pod) && !terms.some(isKnownAnywhere);
}

/** Whether a Pod that the term of `pod` means is in the same domain. */
export function hasNeighbour(term: Json, pod: KubeObject, room: NodeRoom, surroundings: Surroundings): boolean {
  return neighbours(term, room, surroundings).some((candidate) => matches(term, pod, candidate.pod, surroundings));
}

function neighbours(term: Json, room: NodeRoom, { rooms }: Surroundings): readonly PodDemand[] {
  return rooms.filter((other) => isSameDomain(term, other, room)).flatMap((other) => [...other.pods.values()]);
}

function opposingTerms({ rooms }: Surroundings) {
  return rooms.flatMap((home) =>
    [...home.pods.values()].flatMap((holder) =>
      termsOf(holder.pod, 'podAntiAffinity').map((term) => ({ holder, term, rooms: (wanted: Json, room: NodeRoom) => isSameDomain(wanted, home, room) })),
    ),
  );
}

function domainOf(term: Json, { node }: NodeRoom): string | undefined {
  return node.metadata.labels?.[textAt(term, '', 'topologyKey')];
}

function isSameDomain(term: Json, a: NodeRoom, b: NodeRoom): boolean {
  const domain = domainOf(term, a);
  return domain !== undefined && domain === domainOf(term, b);
}

/** Whether a term of `owner` means `other`. */
function matches(term: Json, owner: KubeObject, other: KubeObject, { namespaceLabels }: Surroundings): boolean {
  const labels = other.metadata.labels ?? {};
  const own = owner.metadata.labels ?? {};
  return (
    isNamespaceMeant(term, owner, other.metadata.namespace ?? '', namespaceLabels) &&
    matchesLabels(fieldOf(term, 'labelSelector'), labels) &&
    itemsAt(term, 'matchLabelKeys').every((key) => own[String(key)] === undefined || own[String(key)] === labels[String(key)]) &&
    itemsAt(term, 'mismatchLabelKeys').every((key) => own[String(key)] === undefined || own[String(key)] !== labels[String(key)])
  );
}

function isNamespaceMeant(term: Json, owner: KubeObject, namespace: string, labelsOfNamespace: Surroundings['namespaceLabels']): boolean {
  const named = itemsAt(term, 'namespaces');
  const selector = fieldOf(term, 'namespaceSelector');
  if (named.length === 0 && selector === undefined) return namespace === owner.metadata.namespace;
  return named.includes(namespace) || (selector !== undefined && matchesLabels(selector, labelsOf(labelsOfNamespace(namespace))));
}
