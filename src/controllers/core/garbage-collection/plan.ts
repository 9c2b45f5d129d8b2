// What the garbage collector does with one object; pure. After pkg/controller/garbagecollector of Kubernetes.
import type { KubeObject, OwnerReference } from '../../../base/mod.ts';

/** `waiting`: on its way out, and stays until those are gone that block it. `unresolvable`: no word about it can be had. */
export type OwnerState = 'present' | 'absent' | 'waiting' | 'unresolvable';

export interface CollectionFacts {
  readonly object: KubeObject;
  readonly owners: readonly { readonly reference: OwnerReference; readonly state: OwnerState }[];
  /** Objects that name this one as an owner. */
  readonly dependents: readonly KubeObject[];
}

export type CollectionAction =
  | { readonly kind: 'delete'; readonly policy: 'Background' | 'Foreground' | 'Orphan' }
  /** Owners that are no more, or on their way out, are taken from the list: others keep the object. */
  | { readonly kind: 'disown'; readonly uids: readonly string[] }
  /** The dependents lose this object as owner. */
  | { readonly kind: 'orphan-dependents' }
  | { readonly kind: 'look-at-dependents' }
  /** Its owners do not wait for it any more. */
  | { readonly kind: 'unblock-owners' }
  | { readonly kind: 'remove-finalizer'; readonly finalizer: string };

const FOREGROUND_FINALIZER = 'foregroundDeletion';
export const ORPHAN_FINALIZER = 'orphan';

export function planCollection(facts: CollectionFacts): readonly CollectionAction[] {
  const { deletionTimestamp, finalizers = [] } = facts.object.metadata;
  if (deletionTimestamp !== undefined) {
    if (finalizers.includes(ORPHAN_FINALIZER)) return [{ kind: 'orphan-dependents' }, { kind: 'remove-finalizer', finalizer: ORPHAN_FINALIZER }];
    return finalizers.includes(FOREGROUND_FINALIZER) ? planForeground(facts) : [];
  }
  return planOwned(facts);
}

/** Dependents that do not block go on their own time. */
function planForeground({ object, dependents }: CollectionFacts): readonly CollectionAction[] {
  const isBlocked = dependents.some(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === object.metadata.uid && owner.blockOwnerDeletion === true));
  return isBlocked ? [{ kind: 'look-at-dependents' }] : [{ kind: 'remove-finalizer', finalizer: FOREGROUND_FINALIZER }];
}

/** On its way out, until those are gone that block it. */
export function isWaiting({ metadata: { deletionTimestamp, finalizers = [] } }: KubeObject): boolean {
  return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND_FINALIZER);
}

function planOwned({ object, owners, dependents }: CollectionFacts): readonly CollectionAction[] {
  if (owners.length === 0) return [];
  const uidsOf = (...states: readonly OwnerState[]) => owners.filter(({ state }) => states.includes(state)).map(({ reference }) => reference.uid);
  if (uidsOf('present', 'unresolvable').length > 0) {
    const lost = uidsOf('absent', 'waiting');
    return lost.length === 0 ? [] : [{ kind: 'disown', uids: lost }];
  }
  // Who waits for this one waits for those that block it, too; in a circle it would wait for itself.
  if (uidsOf('waiting').length > 0 && dependents.length > 0) {
    const isBlocking = owners.some(({ reference }) => reference.blockOwnerDeletion === true);
    return [...(isBlocking && dependents.some(isWaiting) ? [{ kind: 'unblock-owners' } as const] : []), { kind: 'delete', policy: 'Foreground' }];
  }
  const { finalizers = [] } = object.metadata;
  if (finalizers.includes(ORPHAN_FINALIZER)) return [{ kind: 'delete', policy: 'Orphan' }];
  return [{ kind: 'delete', policy: finalizers.includes(FOREGROUND_FINALIZER) ? 'Foreground' : 'Background' }];
}
