// Whether Pods fit, all of them together or not at all; pure but for the rooms, which it fills when they do.
import type { PodDemand } from './demand.ts';
import type { NodeRoom } from './node-room.ts';
import type { Obstacle } from './obstacle.ts';
import { obstaclesOf } from './obstacles.ts';
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

/** The node with the most free CPU of those that have no obstacle. */
function placeOne(demand: PodDemand, surroundings: Surroundings) {
  const obstacles = new Map<NodeRoom, readonly Obstacle[]>();
  let best: NodeRoom | undefined;
  for (const room of surroundings.rooms) {
    const found = obstaclesOf(demand, room, surroundings);
    obstacles.set(room, found);
    if (found.length === 0 && (best === undefined || room.free('cpu') > best.free('cpu'))) best = room;
  }
  return { room: best, obstacles };
}
