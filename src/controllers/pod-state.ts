// What controllers ask of a Pod; pure.
import { objectsOf, type JsonObject, type KubeObject } from '../base/mod.ts';
import { fieldOf, hasEnded, itemsAt, textAt } from '../api/mod.ts';
import { asWritten, type StampReading } from './stamp-reading.ts';

export function phaseOf(pod: KubeObject): string {
  return textAt(pod, 'Pending', 'status', 'phase');
}

/** Neither ended nor on its way out. */
export function isActive(pod: KubeObject): boolean {
  return !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function isTerminating(pod: KubeObject): boolean {
  return !hasEnded(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function conditionOf(object: KubeObject, type: string): JsonObject | undefined {
  return objectsOf(fieldOf(object, 'status', 'conditions')).find((condition) => condition['type'] === type);
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
  return ['initContainerStatuses', 'containerStatuses'].flatMap((member) => objectsOf(fieldOf(pod, 'status', member)));
}

/** When it ended, as upstream reckons: its last container's end, else when it stopped being ready, else when it was told to go. */
export function endedAtMs(pod: KubeObject): number {
  const sidecars = itemsAt(pod, 'spec', 'initContainers').filter((container) => fieldOf(container, 'restartPolicy') === 'Always').map((container) => fieldOf(container, 'name'));
  const lasting = [...itemsAt(pod, 'status', 'containerStatuses'), ...itemsAt(pod, 'status', 'initContainerStatuses').filter((status) => sidecars.includes(fieldOf(status, 'name')))];
  const ends = lasting.map((status) => Date.parse(textAt(status, '', 'state', 'terminated', 'finishedAt')));
  if (ends.length > 0 && !ends.some(Number.isNaN)) return Math.max(...ends);
  const ready = conditionOf(pod, 'Ready');
  const { deletionTimestamp = '', deletionGracePeriodSeconds = 0, creationTimestamp = '' } = pod.metadata;
  const times = [
    ready?.['status'] === 'False' ? Date.parse(textAt(ready, '', 'lastTransitionTime')) : Number.NaN,
    Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000,
    Date.parse(creationTimestamp),
  ];
  return times.find((atMs) => !Number.isNaN(atMs)) ?? 0;
}
