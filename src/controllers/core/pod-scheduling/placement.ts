// Whether Pods fit, all of them together or not at all; pure but for the rooms, which it fills when they do.
import type { PodDemand } from './demand.ts';
import type { NodeRoom } from './node-room.ts';
import type { Obstacle } from './obstacle.ts';
import { obstaclesOf } from './obstacles.ts';
import { preferenceFor } from './preferences.ts';
import type { Surroundings } from './pod-affinity.ts';

export interface Place {
  readonly demand: PodDemand;
  readonly room: NodeRoom;
}

export type Placement =
  | { readonly kind: 'placed'; readonly places: readonly Place[] }
  /** Of the first one that fits nowhere: what keeps it from each node. */
  | { readonly kind: 'unplaced'; readonly demand: PodDemand; readonly obstacles: ReadonlyMap<NodeRoom, readonly Obstacle[]>; readonly placedCount: number };

export function placeAll(demands: readonly PodDemand[], surroundings: Surroundings): Placement {
  const places: Place[] = [];
  for (const demand of demands) {
    const found = placeOne(demand, surroundings);
    if (found.room === undefined) {
      unplace(places);
      return { kind: 'unplaced', demand, obstacles: found.obstacles, placedCount: places.length };
    }
    found.room.add(demand);
    places.push({ demand, room: found.room });
  }
  return { kind: 'placed', places };
}

export function unplace(places: readonly Place[]): void {
  for (const { demand, room } of places) room.remove(demand);
}

/** Of the nodes that have no obstacle the one that it prefers, otherwise that with the most free CPU. */
function placeOne(demand: PodDemand, surroundings: Surroundings) {
  const obstacles = new Map<NodeRoom, readonly Obstacle[]>();
  const fitting: NodeRoom[] = [];
  for (const room of surroundings.rooms) {
    const found = obstaclesOf(demand, room, surroundings);
    obstacles.set(room, found);
    if (found.length === 0) fitting.push(room);
  }
  return { room: fitting.length > 1 ? bestOf(fitting, demand, surroundings) : fitting[0], obstacles };
}

function bestOf(rooms: readonly NodeRoom[], demand: PodDemand, surroundings: Surroundings): NodeRoom {
  const judged = rooms.map((room) => ({ room, preference: preferenceFor(demand, room, surroundings) }));
  return judged.toSorted((a, b) => b.preference - a.preference || b.room.free('cpu') - a.room.free('cpu'))[0]!.room;
}
