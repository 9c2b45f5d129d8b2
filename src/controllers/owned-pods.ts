// The Pods that controllers own: one index for all of them, and one source of events that wakes whoever owns what changed.
import type { Clock, KubeObject } from '../base/mod.ts';
import type { Informer, InformerChange } from '../client/mod.ts';
import { controllerOf, createOwnedObjects, type OwnedObjects } from './owned-objects.ts';

export interface PodFollower {
  /** A Pod of the object with this key changed, came or went. */
  readonly owned: (ownerKey: string, change: InformerChange) => void;
  /** A Pod without a controller changed. */
  readonly loose?: (pod: KubeObject) => void;
}

export interface OwnedPods extends OwnedObjects {
  /** Tells of Pods whose controller is of this kind; those that are there already at once. */
  follow(ownerKind: string, follower: PodFollower): void;
}

export function createOwnedPods(informer: Informer, clock: Clock): OwnedPods {
  // First: the index is up to date when a follower is told.
  const owned = createOwnedObjects(informer, clock);
  const followers: { readonly kind: string; readonly follower: PodFollower }[] = [];
  informer.onChange((change) => {
    for (const { kind, follower } of followers) tell(kind, follower, change);
  });
  return {
    ...owned,
    follow(kind, follower) {
      followers.push({ kind, follower });
      for (const object of informer.list()) tell(kind, follower, { kind: 'upsert', object });
    },
  };
}

function tell(kind: string, follower: PodFollower, change: InformerChange): void {
  const { object, previous } = change;
  const now = controllerOf(object);
  const before = previous === undefined ? undefined : controllerOf(previous);
  const namespace = object.metadata.namespace ?? '';
  if (now?.kind === kind) follower.owned(`${namespace}/${now.name}`, change);
  if (before?.kind === kind && before.name !== now?.name) follower.owned(`${namespace}/${before.name}`, change);
  if (now === undefined) follower.loose?.(object);
}
