// What a StatefulSet says of itself, as `kubectl rollout status` and `wait` read it; pure.
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { fieldOf, numberAt, textAt } from '../../../api/mod.ts';
import { isAvailable, isReady, phaseOf } from '../../pod-state.ts';
import type { StampReading } from '../../stamp-reading.ts';
import { REVISION_LABEL } from '../controller-revisions/plan.ts';

interface StatusFacts {
  readonly set: KubeObject;
  readonly pods: readonly KubeObject[];
  readonly current: KubeObject;
  readonly update: KubeObject;
  readonly read?: StampReading;
}

export function statefulSetStatus({ set, pods, current, update, read }: StatusFacts, nowMs: number): JsonObject {
  const wanted = numberAt(set, 'spec', 'replicas');
  const ready = pods.filter((pod) => phaseOf(pod) === 'Running' && isReady(pod));
  const countAt = ({ metadata }: KubeObject) => pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && pod.metadata.labels?.[REVISION_LABEL] === metadata.name).length;
  const updated = countAt(update);
  const isComplete = textAt(set, '', 'spec', 'updateStrategy', 'type') === 'RollingUpdate' && [updated, ready.length, pods.length].every((count) => count === wanted);
  const counts = {
    readyReplicas: ready.length,
    currentReplicas: isComplete ? updated : countAt(current),
    updatedReplicas: updated,
  };
  const collisionCount = fieldOf(set, 'status', 'collisionCount') ?? 0;
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, numberAt(set, 'spec', 'minReadySeconds'), nowMs, read)).length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    currentRevision: (isComplete ? update : current).metadata.name,
    updateRevision: update.metadata.name,
    collisionCount,
  };
}
