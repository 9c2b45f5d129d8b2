// One pass of the scheduler over a snapshot: what becomes of each Pod that has no node; pure. A sequence, so that whoever acts
// decides how much of it one turn of the loop takes.
import type { KubeObject } from '../../../base/mod.ts';
import { fieldOf, hasEnded, itemsAt, textAt } from '../../../api/mod.ts';
import { demandOf, gangOf, isBound, isHolding, isStep, offersOf, type Milli, type PodDemand } from './demand.ts';
import { controllerOf } from '../../owned-objects.ts';
import { phaseOf } from '../../pod-state.ts';
import { NodeRoom } from './node-room.ts';
import { placeAll, type Place, type Placement } from './placement.ts';
import { unboundClaims } from './pod-claims.ts';
import { termsOf, type Surroundings } from './pod-affinity.ts';
import { planPreemption } from './preemption.ts';
import type { Leniency } from './scaling.ts';
import { incompleteGroup, ofGroup, waitingFor, type Waiting } from './sentence.ts';
import { hasTurn, holdRoom } from './turns.ts';
import type { UnitHeap } from './unit-heap.ts';
import { countPods, type ActivePods, type Unit } from './units.ts';

export interface SchedulingSnapshot extends Pick<ActivePods, 'countMinOf'>, Pick<Surroundings, 'namespaceLabels' | 'storage'> {
  readonly pods: readonly KubeObject[];
  readonly nodes: readonly KubeObject[];
  /** PodDisruptionBudgets. */
  readonly budgets: readonly KubeObject[];
  /** Nodes that Pods were bound to, by uid, where the snapshot may not show it yet. */
  readonly assumed: ReadonlyMap<string, string>;
  readonly leniency: Leniency;
  readonly nowMs: number;
}

export type SchedulingDecision =
  | { readonly kind: 'bind'; readonly pod: KubeObject; readonly nodeName: string; readonly notes: PodDemand['notes'] }
  | { readonly kind: 'wait'; readonly pod: KubeObject; readonly waiting: Waiting }
  /** Its claims get their volumes for this node first. */
  | { readonly kind: 'claim'; readonly pod: KubeObject; readonly nodeName: string; readonly claims: readonly KubeObject[] }
  /** Its gates are closed. */
  | { readonly kind: 'gated'; readonly pod: KubeObject }
  /** Victims go, gracefully; the Pods have their node when they are gone. */
  | { readonly kind: 'preempt'; readonly places: readonly { readonly pod: KubeObject; readonly nodeName: string }[]; readonly victims: readonly KubeObject[]; readonly waiting: Waiting }
  /** A good place to let others have the loop. */
  | { readonly kind: 'pause' };

const PODS_READ_BETWEEN_PAUSES = 100;
/** Pods and groups of a pass that may have a turn: the first in the queue. */
const TURNS_MAX = 10;
const PAUSE: SchedulingDecision = { kind: 'pause' };

export function* planScheduling(snapshot: SchedulingSnapshot): Generator<SchedulingDecision> {
  const [waiting, bound, homes]: [PodDemand[], PodDemand[], Map<string, string>] = [[], [], new Map()];
  const endedCounts = new Map<string, number>();
  let readCount = 0;
  for (const pod of snapshot.pods) {
    if (++readCount % PODS_READ_BETWEEN_PAUSES === 0) yield PAUSE;
    const home = isBound(pod) ? textAt(pod, '', 'spec', 'nodeName') : snapshot.assumed.get(pod.metadata.uid ?? '');
    if (home !== undefined) {
      const ended = hasHadItsTurn(pod) ? gangOf(pod) : undefined;
      if (ended !== undefined) endedCounts.set(ended, (endedCounts.get(ended) ?? 0) + 1);
      if (!isHolding(pod)) continue;
      bound.push(demandOf(pod));
      homes.set(pod.metadata.uid ?? '', home);
    } else if (pod.metadata.deletionTimestamp === undefined && !hasEnded(pod)) {
      if (itemsAt(pod.spec, 'schedulingGates').length > 0) yield { kind: 'gated', pod };
      else waiting.push(demandOf(pod));
    }
  }
  if (waiting.length === 0) return;
  const rooms = snapshot.nodes.map((node) => new NodeRoom(node));
  const counted = yield* countPods({ waiting, bound, endedCounts, countMinOf: snapshot.countMinOf }, capacityOf(snapshot.nodes), snapshot.leniency);
  const roomOf = new Map(rooms.map((room) => [room.name, room]));
  for (const demand of counted.bound) roomOf.get(homes.get(demand.uid)!)?.add(demand);
  yield PAUSE;
  yield* new Pass(snapshot, rooms).run(counted.queue);
}

/** A member of a group that has done its work was there at the start. Who starts Pods of a group by hand starts them anew. */
function hasHadItsTurn(pod: KubeObject): boolean {
  return phaseOf(pod) === 'Succeeded' && controllerOf(pod) !== undefined;
}

type Unplaced = Extract<Placement, { kind: 'unplaced' }>;

/** The most of each resource that one node offers. */
function capacityOf(nodes: readonly KubeObject[]): Milli {
  const capacity = new Map<string, number>();
  for (const node of nodes) for (const [resource, amount] of offersOf(node)) capacity.set(resource, Math.max(amount, capacity.get(resource) ?? 0));
  return capacity;
}

class Pass {
  readonly #snapshot: SchedulingSnapshot;
  readonly #surroundings: Surroundings;
  /** What keeps Pods of a likeness away; rooms only get fuller during a pass. */
  readonly #hopeless = new Map<string, Waiting>();
  #isLikenessEnough: boolean;
  #turnsLeft = TURNS_MAX;

  constructor(snapshot: SchedulingSnapshot, rooms: readonly NodeRoom[]) {
    this.#snapshot = snapshot;
    this.#surroundings = { rooms, namespaceLabels: snapshot.namespaceLabels, storage: snapshot.storage };
    // Somebody's anti-affinity goes by labels, in which like Pods differ.
    this.#isLikenessEnough = !rooms.some((room) => [...room.pods.values()].some(({ pod }) => termsOf(pod, 'podAntiAffinity').length > 0));
  }

  *run(queue: UnitHeap<Unit>): Generator<SchedulingDecision> {
    for (let unit = queue.pop(); unit !== undefined; unit = queue.pop()) {
      const { gang } = unit;
      const existingCount = unit.waiting.length + unit.boundCount;
      if (gang === undefined || unit.boundCount >= gang.countMin) {
        for (const demand of unit.waiting) yield this.#planOne(demand);
      } else if (existingCount < gang.countMin) {
        for (const { pod } of unit.waiting) yield { kind: 'wait', pod, waiting: incompleteGroup(gang.name, existingCount, gang.countMin) };
      } else {
        yield* this.#planGang(unit, gang);
      }
    }
  }

  #planOne(demand: PodDemand): SchedulingDecision {
    const { pod, likeness } = demand;
    const known = this.#isLikenessEnough && likeness !== '' ? this.#hopeless.get(likeness) : undefined;
    if (known !== undefined) return { kind: 'wait', pod, waiting: known };
    const placement = placeAll([demand], this.#surroundings);
    if (placement.kind === 'placed') {
      if (demand.likeness === '') this.#isLikenessEnough &&= termsOf(pod, 'podAntiAffinity').length === 0;
      return this.#bindingOf(placement.places[0]!);
    }
    const refusing = isStep(pod) ? refusingNode(placement) : undefined;
    if (refusing !== undefined) return { kind: 'bind', pod, nodeName: refusing, notes: [] };
    const preemption = this.#preempt([demand], placement);
    if (preemption !== undefined) return preemption;
    this.#giveTurn([demand], placement);
    const waiting = waitingFor(placement.obstacles, 0);
    if (likeness !== '') this.#hopeless.set(likeness, waiting);
    return { kind: 'wait', pod, waiting };
  }

  /** As many as its group needs together; those beyond them each for itself. */
  *#planGang({ waiting: demands, boundCount }: Unit, gang: NonNullable<Unit['gang']>): Generator<SchedulingDecision> {
    const neededCount = gang.countMin - boundCount;
    const needed = demands.slice(0, neededCount);
    const placement = placeAll(needed, this.#surroundings);
    if (placement.kind === 'placed') {
      const decisions = placement.places.map((place) => this.#bindingOf(place));
      const claiming = decisions.filter(({ kind }) => kind === 'claim');
      yield* claiming.length > 0 ? claiming : decisions;
      for (const demand of demands.slice(neededCount)) yield this.#planOne(demand);
      return;
    }
    const preemption = this.#preempt(needed, placement);
    if (preemption !== undefined) return yield preemption;
    this.#giveTurn(needed, placement);
    const waiting = ofGroup(waitingFor(placement.obstacles, 0), gang.name, gang.countMin, boundCount + placement.placedCount);
    for (const { pod } of demands) yield { kind: 'wait', pod, waiting };
  }

  #bindingOf({ demand: { pod, notes }, room: { name: nodeName } }: Place): SchedulingDecision {
    const claims = unboundClaims(pod, this.#snapshot.storage);
    return claims.length > 0 ? { kind: 'claim', pod, nodeName, claims } : { kind: 'bind', pod, nodeName, notes };
  }

  /** Those after them in the queue find the room taken, if they have waited for long. */
  #giveTurn(demands: readonly PodDemand[], placement: Unplaced): void {
    const waitedMs = this.#snapshot.nowMs - Math.min(...demands.map(({ createdMs }) => createdMs));
    if (this.#turnsLeft === 0 || !hasTurn(waitedMs) || !mayPass(placement)) return;
    this.#turnsLeft--;
    holdRoom(demands, this.#surroundings);
  }

  #preempt(demands: readonly PodDemand[], placement: Unplaced): SchedulingDecision | undefined {
    if (!mayPass(placement) || demands.some(({ pod }) => fieldOf(pod, 'spec', 'preemptionPolicy') === 'Never')) return undefined;
    const { budgets, pods } = this.#snapshot;
    const preemption = planPreemption(demands, this.#surroundings, { budgets, pods });
    if (preemption === undefined) return undefined;
    const leavingCount = preemption.victims.length;
    const places = preemption.places.map(({ demand, room }) => ({ pod: demand.pod, nodeName: room.name }));
    return { kind: 'preempt', places, victims: preemption.victims, waiting: waitingFor(placement.obstacles, Math.max(1, leavingCount)) };
  }
}

/** Whether there is a node from which only other Pods keep it. */
function mayPass({ obstacles }: Unplaced): boolean {
  return [...obstacles.values()].some((found) => found.every(({ isPassing }) => isPassing));
}

/** The node that will refuse a step for devices that no node has, so that its run ends with that sentence instead of waiting for ever. */
function refusingNode({ obstacles }: Unplaced): string | undefined {
  const isRefused = [...obstacles.values()].every((found) => found.some(({ isOutOfDevices }) => isOutOfDevices));
  return isRefused ? [...obstacles.keys()][0]?.name : undefined;
}
