// Who owns the claims of a StatefulSet's members, by its persistentVolumeClaimRetentionPolicy; pure. The garbage collector
// does the rest: what the set owns goes with the set, what a member owns that was scaled away goes with the member.
import { jsonEquals, type Json, type KubeObject, type OwnerReference } from '../../../base/mod.ts';
import { textAt } from '../../../api/mod.ts';
import { controllerReference } from '../../pod-template.ts';
import { isInRange, ordinalOf } from './member.ts';

/** Undefined when the claim has the owners that it should have. */
export function claimOwners(set: KubeObject, pod: KubeObject, claim: KubeObject): readonly OwnerReference[] | undefined {
  const before = claim.metadata.ownerReferences ?? [];
  const others = before.filter(({ uid, kind, name }) => uid !== set.metadata.uid && !(kind === 'Pod' && name === pod.metadata.name));
  const owner = others.some(({ controller }) => controller === true) ? undefined : ownerOf(set, pod);
  const after = owner === undefined ? others : [...others, owner];
  return jsonEquals(after as unknown as Json, before as unknown as Json) ? undefined : after;
}

/** The claim belongs to an earlier Pod of this name: it is about to go. */
export function isStale(claim: KubeObject, podName: string, podUid: string | undefined): boolean {
  return (claim.metadata.ownerReferences ?? []).some(({ kind, name, uid }) => kind === 'Pod' && name === podName && uid !== podUid);
}

function ownerOf(set: KubeObject, pod: KubeObject): OwnerReference | undefined {
  const isDeleted = (when: string) => textAt(set, '', 'spec', 'persistentVolumeClaimRetentionPolicy', when) === 'Delete';
  const isScaledAway = !isInRange(set, ordinalOf(set, pod) ?? -1);
  if (isDeleted('whenScaled') && isScaledAway) return controllerReference(pod, 'v1', 'Pod');
  return isDeleted('whenDeleted') ? controllerReference(set, 'apps/v1', 'StatefulSet') : undefined;
}
