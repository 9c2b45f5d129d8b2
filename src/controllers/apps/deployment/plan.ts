// What happens next to a Deployment; pure. After pkg/controller/deployment of Kubernetes.
import { jsonEquals, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, numberAt, textAt } from '../../../api/mod.ts';
import { asWritten, type StampReading } from '../../stamp-reading.ts';
import { deploymentStatus } from './deployment-status.ts';
import { desiredOf, findNewSet, maximumOf, newestMarks, newSetOf, oldestFirst, revisionOf, sizeMarks } from './revisions.ts';
import { boundsOf, newReplicas, oldReplicas, proportionalReplicas, replicasOf, sumOf, type Bounds } from './rolling.ts';

export interface DeploymentFacts {
  readonly deployment: KubeObject;
  /** ReplicaSets that it controls. */
  readonly sets: readonly KubeObject[];
  /** Pods of each set that have not ended, by the uid of the set. */
  readonly podCounts: ReadonlyMap<string, number>;
  /** How stamps compare with the time of the plan. */
  readonly read?: StampReading;
}

export interface SetChange {
  readonly set: KubeObject;
  readonly replicas: number;
  /** When it differs from that of the set. */
  readonly minReadySeconds?: number;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface DeploymentPlan {
  readonly create?: KubeObject;
  readonly changes: readonly SetChange[];
  readonly removals: readonly KubeObject[];
  /** The Deployment's own mark of its revision. */
  readonly revision?: string;
  readonly status?: JsonObject;
  readonly wakeAtMs?: number;
}

export function planDeployment({ deployment, sets, podCounts, read = asWritten }: DeploymentFacts, nowMs: number): DeploymentPlan {
  if (deployment.metadata.deletionTimestamp !== undefined) return { changes: [], removals: [] };
  const newSet = findNewSet(deployment, sets);
  const old = oldestFirst(sets.filter((set) => set !== newSet));
  const bounds = boundsOf(deployment);
  const isPaused = fieldOf(deployment, 'spec', 'paused') === true;
  const isScaled = hasOtherSize(sets, bounds);
  const wanted = wantedReplicas({ deployment, newSet, old, bounds, isHeld: isPaused || isScaled, podCounts });
  const marks = newestMarks(deployment, newSet, old);
  const size = sizeMarks(bounds.replicas, bounds.surgeMax);
  // The size first: the next look makes the new set within the bounds of it.
  const createCount = newSet === undefined && !isPaused && !isScaled ? firstReplicas(deployment, old, bounds, podCounts) : undefined;
  const create = createCount === undefined ? undefined : newSetOf(deployment, createCount, { ...marks, ...size });
  const minReadySeconds = numberAt(deployment, 'spec', 'minReadySeconds');
  const changes = sets
    .map((set): SetChange => {
      const replicas = wanted.get(set) ?? replicasOf(set);
      // Of a change of the strategy alone the marks say nothing, as upstream's.
      const isResized = replicas !== replicasOf(set) || (desiredOf(set) !== bounds.replicas && (replicas > 0 || set === newSet));
      const annotations = { ...(set === newSet ? marks : {}), ...(isResized ? size : {}) };
      return { set, replicas, annotations, ...(set === newSet && numberAt(set, 'spec', 'minReadySeconds') !== minReadySeconds ? { minReadySeconds } : {}) };
    })
    .filter(isChange);
  const { status, wakeAtMs, isComplete } = deploymentStatus({ deployment, sets, newSet, created: create, bounds, isPaused, read }, nowMs);
  const revision = create?.metadata.annotations ?? { ...newSet?.metadata.annotations, ...(newSet === undefined ? {} : marks) };
  const mark = revision['deployment.kubernetes.io/revision'];
  return {
    ...(create === undefined ? {} : { create }),
    changes,
    removals: isComplete || isPaused ? outlived(deployment, old) : [],
    ...(mark === undefined || mark === deployment.metadata.annotations?.['deployment.kubernetes.io/revision'] ? {} : { revision: mark }),
    ...(jsonEquals(status, deployment.status) ? {} : { status }),
    ...(wakeAtMs === undefined ? {} : { wakeAtMs }),
  };
}

function isChange({ set, replicas, minReadySeconds, annotations }: SetChange): boolean {
  return replicas !== replicasOf(set) || minReadySeconds !== undefined || Object.entries(annotations).some(([key, value]) => set.metadata.annotations?.[key] !== value);
}

/** By the marks on the sets that have Pods, the Deployment was scaled since. */
function hasOtherSize(sets: readonly KubeObject[], bounds: Bounds): boolean {
  return sets.some((set) => replicasOf(set) > 0 && !Number.isNaN(desiredOf(set)) && desiredOf(set) !== bounds.replicas);
}

interface Situation {
  readonly deployment: KubeObject;
  readonly newSet: KubeObject | undefined;
  readonly old: readonly KubeObject[];
  readonly bounds: Bounds;
  /** Only sizes change: it is paused, or was scaled. */
  readonly isHeld: boolean;
  readonly podCounts: ReadonlyMap<string, number>;
}

function wantedReplicas({ deployment, newSet, old, bounds, isHeld, podCounts }: Situation): ReadonlyMap<KubeObject, number> {
  const active = oldestFirst([...old, ...(newSet === undefined ? [] : [newSet])]).filter((set) => replicasOf(set) > 0);
  if (isHeld) return scaled(deployment, active, newSet, old, bounds);
  if (isRecreate(deployment)) {
    const gone = new Map(old.map((set) => [set, 0]));
    return newSet === undefined || sumOf(old, replicasOf) > 0 || !isEmptied(old, podCounts) ? gone : new Map([...gone, [newSet, bounds.replicas]]);
  }
  const ofOld = oldReplicas(old, newSet, bounds);
  return newSet === undefined ? ofOld : new Map([...ofOld, [newSet, newReplicas(replicasOf(newSet), old, bounds)]]);
}

function scaled(deployment: KubeObject, active: readonly KubeObject[], newSet: KubeObject | undefined, old: readonly KubeObject[], bounds: Bounds): ReadonlyMap<KubeObject, number> {
  const only = active.length === 1 ? active[0] : active.length === 0 ? (newSet ?? old.at(-1)) : undefined;
  if (only !== undefined) return new Map([[only, bounds.replicas]]);
  const isSaturated = newSet !== undefined && [replicasOf(newSet), desiredOf(newSet), numberAt(newSet, 'status', 'availableReplicas')].every((count) => count === bounds.replicas);
  if (isSaturated) return new Map(old.map((set) => [set, 0]));
  return proportionalReplicas(active, bounds, (set) => maximumOf(set) || numberAt(deployment, 'status', 'replicas'));
}

function firstReplicas(deployment: KubeObject, old: readonly KubeObject[], bounds: Bounds, podCounts: ReadonlyMap<string, number>): number | undefined {
  if (!isRecreate(deployment)) return newReplicas(0, old, bounds);
  return sumOf(old, replicasOf) === 0 && isEmptied(old, podCounts) ? bounds.replicas : undefined;
}

function isRecreate(deployment: KubeObject): boolean {
  return textAt(deployment, '', 'spec', 'strategy', 'type') === 'Recreate';
}

function isEmptied(old: readonly KubeObject[], podCounts: ReadonlyMap<string, number>): boolean {
  return old.every((set) => (podCounts.get(set.metadata.uid ?? '') ?? 0) === 0);
}

/** Empty sets beyond the history that is kept, the lowest revisions first. */
function outlived(deployment: KubeObject, old: readonly KubeObject[]): readonly KubeObject[] {
  const limit = fieldOf(deployment, 'spec', 'revisionHistoryLimit');
  if (typeof limit !== 'number') return [];
  const staying = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined).toSorted((a, b) => revisionOf(a) - revisionOf(b));
  const isEmpty = (set: KubeObject) => replicasOf(set) === 0 && numberAt(set, 'status', 'replicas') === 0;
  // One whose controller has not seen its last change may still make Pods.
  const isSettled = (set: KubeObject) => (set.metadata.generation ?? 0) <= numberAt(set, 'status', 'observedGeneration');
  return staying.slice(0, Math.max(0, staying.length - limit)).filter((set) => isEmpty(set) && isSettled(set));
}
