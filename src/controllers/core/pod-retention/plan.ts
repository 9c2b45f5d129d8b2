// Which finished Pods go; pure. The newest ones stay for a while so that `kubectl get pods` shows what just ran.
import { hasEnded } from '../../../api/mod.ts';
import { isJsonObject, type KubeObject } from '../../../base/mod.ts';

export interface RetentionLimits {
  /** Finished Pods kept, newest first. */
  readonly countMax: number;
  /** Finished Pods older than this go. */
  readonly ageMsMax: number;
}

export const DEFAULT_RETENTION: RetentionLimits = { countMax: 200, ageMsMax: 3_600_000 };

/**
 * Pods to delete, oldest first. Of those that a controller made only the ones that a ReplicaSet has replaced: they pile up where Pods are evicted
 * again and again. Jobs and kinds of others count on theirs.
 */
export function planRetention(pods: readonly KubeObject[], limits: RetentionLimits, nowMs: number): readonly KubeObject[] {
  const ended = pods
    .filter((pod) => hasEnded(pod) && pod.metadata.deletionTimestamp === undefined && !isNeeded(pod))
    .map((pod) => ({ pod, endMs: endOf(pod) }))
    .toSorted((a, b) => b.endMs - a.endMs);
  return ended
    .filter(({ endMs }, index) => index >= limits.countMax || nowMs - endMs > limits.ageMsMax)
    .map(({ pod }) => pod)
    .toReversed();
}

function isNeeded(pod: KubeObject): boolean {
  return pod.metadata.ownerReferences?.some(({ controller, kind, apiVersion }) => controller === true && !(kind === 'ReplicaSet' && apiVersion === 'apps/v1')) ?? false;
}

/** Latest end of a container; the creation time when no container ever ran. */
function endOf(pod: KubeObject): number {
  const statuses = pod.status?.['containerStatuses'];
  const ends = (Array.isArray(statuses) ? statuses : []).map((status) => {
    const state = isJsonObject(status) && isJsonObject(status['state']) ? status['state'] : {};
    const terminated = isJsonObject(state['terminated']) ? state['terminated'] : {};
    return typeof terminated['finishedAt'] === 'string' ? Date.parse(terminated['finishedAt']) : Number.NaN;
  });
  const known = ends.filter((end) => !Number.isNaN(end));
  return known.length > 0 ? Math.max(...known) : Date.parse(pod.metadata.creationTimestamp ?? '1970-01-01T00:00:00Z');
}
