// What controllers ask of a Pod; pure.
import { isJsonObject, type JsonObject, type KubeObject } from '../base/mod.ts';
import { itemsAt, textAt } from '../api/mod.ts';
import { asWritten, type StampReading } from './stamp-reading.ts';

export function phaseOf(pod: KubeObject): string {
  return textAt(pod, 'Pending', 'status', 'phase');
}

export function hasEnded(pod: KubeObject): boolean {
  return ['Succeeded', 'Failed'].includes(phaseOf(pod));
}

/** Neither ended nor on its way out. */
export function isActive(pod: KubeObject): boolean {
  return !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function isTerminating(pod: KubeObject): boolean {
  return !hasEnded(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function conditionOf(object: KubeObject, type: string): JsonObject | undefined {
  return itemsAt(object, 'status', 'conditions').filter(isJsonObject).find((condition) => condition['type'] === type);
}

export function isReady(pod: KubeObject): boolean {
  return conditionOf(pod, 'Ready')?.['status'] === 'True';
}

/** When a Pod that is ready counts as available: after it has been so for `minReadySeconds`, on the clock by which `read` reads stamps. */
export function availableAtMs(pod: KubeObject, minReadySeconds: number, read: StampReading = asWritten): number {
  return minReadySeconds === 0 ? 0 : read(pod.metadata.uid ?? '', readySinceMs(pod)) + minReadySeconds * 1000;
}

export function isAvailable(pod: KubeObject, minReadySeconds: number, nowMs: number, read: StampReading = asWritten): boolean {
  return isReady(pod) && availableAtMs(pod, minReadySeconds, read) <= nowMs;
}

export function readySinceMs(pod: KubeObject): number {
  return Date.parse(textAt(conditionOf(pod, 'Ready'), '', 'lastTransitionTime')) || 0;
}

/** Statuses of all containers, those that run first included. */
export function containerStatusesOf(pod: KubeObject): readonly JsonObject[] {
  return ['initContainerStatuses', 'containerStatuses'].flatMap((member) => itemsAt(pod, 'status', member).filter(isJsonObject));
}

/** When it ended: its last container's end, otherwise when it was last seen to change. */
export function endedAtMs(pod: KubeObject): number {
  const ends = containerStatusesOf(pod).map((status) => Date.parse(textAt(status, '', 'state', 'terminated', 'finishedAt')));
  const known = ends.filter((end) => !Number.isNaN(end));
  if (known.length > 0) return Math.max(...known);
  const times = [pod.metadata.deletionTimestamp, textAt(conditionOf(pod, 'Ready'), '', 'lastTransitionTime'), pod.metadata.creationTimestamp];
  return times.map((time) => Date.parse(time ?? '')).find((time) => !Number.isNaN(time)) ?? 0;
}
