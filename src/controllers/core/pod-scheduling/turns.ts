// The turn of those that have waited for long; pure but for the rooms, which it fills. Small Pods that come and go would otherwise take
// for ever what a large one needs whole.
import { textAt } from '../../../api/mod.ts';
import type { PodDemand } from './demand.ts';
import { placeAll } from './placement.ts';
import type { Surroundings } from './pod-affinity.ts';

/** Who has waited for so long has a turn, and another one whenever it has waited twice as long as at the one before. */
const FIRST_TURN_MS = 60_000;
/** In the end the turns come at this distance. */
const DISTANCE_MS_MAX = 128 * FIRST_TURN_MS;
/**
 * A turn lasts for this part of the distance: seconds at first, half an hour in the end. Beside a Pod that runs for days the others are held up for
 * so long, not until it ends.
 */
const TURN_PART = 0.25;

export function hasTurn(waitedMs: number): boolean {
  if (waitedMs < FIRST_TURN_MS) return false;
  const distanceMs = Math.min(FIRST_TURN_MS * 2 ** Math.floor(Math.log2(waitedMs / FIRST_TURN_MS)), DISTANCE_MS_MAX);
  return waitedMs % distanceMs < distanceMs * TURN_PART;
}

/** Takes the room that they will have when all has ended that ends by itself; nothing when that is not enough for all of them. */
export function holdRoom(demands: readonly PodDemand[], surroundings: Surroundings): void {
  const ending = surroundings.rooms.flatMap((room) => [...room.pods.values()].filter(endsByItself).map((demand) => ({ demand, room })));
  for (const { demand, room } of ending) room.remove(demand);
  placeAll(demands.map((demand) => ({ ...demand, name: `${demand.name}, whose turn it is` })), surroundings);
  for (const { demand, room } of ending) room.add(demand);
}

function endsByItself({ pod }: PodDemand): boolean {
  return pod.metadata.deletionTimestamp !== undefined || textAt(pod, 'Always', 'spec', 'restartPolicy') !== 'Always';
}
