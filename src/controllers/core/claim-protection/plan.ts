// Whether a claim is kept from going: a finalizer holds it while a Pod uses it. Pure; after pkg/controller/volume/pvcprotection of
// Kubernetes, except that Pods which have ended keep nothing here.
import { isJsonObject, type KubeObject } from '../../../base/mod.ts';
import { hasEnded, itemsAt, textAt } from '../../../api/mod.ts';

export const PROTECTION_FINALIZER = 'kubernetes.io/pvc-protection';

export type ClaimPlan = 'protect' | 'release' | 'nothing';

export function planClaim(claim: KubeObject, isUsed: boolean): ClaimPlan {
  const { deletionTimestamp, finalizers = [] } = claim.metadata;
  const isProtected = finalizers.includes(PROTECTION_FINALIZER);
  if (deletionTimestamp === undefined) return isProtected ? 'nothing' : 'protect';
  return isProtected && !isUsed ? 'release' : 'nothing';
}

/** A Pod that is on a node and has not ended. */
export function usesClaim(pod: KubeObject, claimName: string): boolean {
  return !hasEnded(pod) && textAt(pod, '', 'spec', 'nodeName') !== '' && claimsOf(pod).includes(claimName);
}

/** Names of the claims that a Pod mounts, generic ephemeral ones included. */
export function claimsOf(pod: KubeObject): readonly string[] {
  return itemsAt(pod, 'spec', 'volumes').flatMap((volume) => {
    if (!isJsonObject(volume)) return [];
    if (volume['ephemeral'] !== undefined) return [`${pod.metadata.name}-${String(volume['name'])}`];
    const name = textAt(volume, '', 'persistentVolumeClaim', 'claimName');
    return name === '' ? [] : [name];
  });
}
