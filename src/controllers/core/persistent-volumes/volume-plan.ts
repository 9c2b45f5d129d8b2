// What a PersistentVolume says of itself, and when it is let go; pure. After pkg/controller/volume/{persistentvolume,pvprotection} of
// Kubernetes. The content of directories is removed by the node (see node/pods/persistent-volumes.ts).
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { fieldOf, textAt } from '../../../api/mod.ts';
import { isDirectoryVolume, isOfClaim, volumeNameOf, VOLUME_PROTECTION } from './words.ts';

export interface VolumePlan {
  readonly status?: JsonObject;
  readonly finalizers?: readonly string[];
  /** The claim that it names has a uid other than the one it was bound to, or took another volume: it is free again. */
  readonly isUnbound?: true;
}

/** `claim`: the one that the volume names, of any uid. */
export function planVolume(volume: KubeObject, claim: KubeObject | undefined): VolumePlan {
  const { deletionTimestamp, finalizers = [] } = volume.metadata;
  const reference = fieldOf(volume.spec, 'claimRef');
  const isOwners = claim !== undefined && isOfClaim(volume, claim);
  const took = isOwners ? volumeNameOf(claim) : '';
  if (isOwners && took !== '' && took !== volume.metadata.name) return { isUnbound: true };
  const before = textAt(volume, 'Pending', 'status', 'phase');
  const isMeant = textAt(reference, '', 'uid') === '';
  const phase = isMeant ? 'Available' : !isOwners ? (before === 'Failed' ? 'Failed' : 'Released') : took === volume.metadata.name ? 'Bound' : before;
  const told = phase === 'Released' ? releasedStatus(volume) : { phase };
  const isProtected = finalizers.includes(VOLUME_PROTECTION);
  const isLeaving = deletionTimestamp !== undefined;
  const isKept = phase === 'Bound';
  return {
    ...(told['phase'] === before ? {} : { status: told }),
    ...(!isLeaving && !isProtected ? { finalizers: [...finalizers, VOLUME_PROTECTION] } : {}),
    ...(isLeaving && isProtected && !isKept ? { finalizers: finalizers.filter((finalizer) => finalizer !== VOLUME_PROTECTION) } : {}),
  };
}

/** What somebody else made is never removed. */
function releasedStatus(volume: KubeObject): JsonObject {
  const policy = textAt(volume.spec, '', 'persistentVolumeReclaimPolicy');
  if (policy === 'Retain' || isDirectoryVolume(volume)) return { phase: 'Released' };
  return { phase: 'Failed', reason: 'VolumeFailedDelete', message: `its content was not made by Slipway and is left as it is (reclaim policy ${policy}); delete the PersistentVolume to be rid of it` };
}
