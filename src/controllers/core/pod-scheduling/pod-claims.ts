// What a Pod's claims say about where it may run, and which of them get their volume once it has a node; pure. After
// pkg/scheduler/framework/plugins/{volumebinding,volumerestrictions} of Kubernetes.
import type { KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, textAt } from '../../../api/mod.ts';
import { claimsOf } from '../claim-protection/plan.ts';
import { isProvisioned, waitsForConsumer } from '../persistent-volumes/claim-plan.ts';
import { bestVolumeFor, isReachable } from '../persistent-volumes/volume-fit.ts';
import { classOf, isFullyBound, SELECTED_NODE, volumeNameOf } from '../persistent-volumes/words.ts';
import type { PodDemand } from './demand.ts';
import type { NodeRoom } from './node-room.ts';
import { lasting, passing, type Obstacle } from './obstacle.ts';

export interface StorageView {
  claim(namespace: string, name: string): KubeObject | undefined;
  storageClass(name: string): KubeObject | undefined;
  volumes(): readonly KubeObject[];
}

export function namesClaims(pod: KubeObject): boolean {
  return itemsAt(pod.spec, 'volumes').some((volume) => fieldOf(volume, 'persistentVolumeClaim') !== undefined);
}

export function claimObstacle({ pod }: PodDemand, room: NodeRoom, storage: StorageView): Obstacle | undefined {
  for (const { name, claim } of claimsIn(pod, storage)) {
    const found = claim === undefined ? missing(name) : obstacleOfClaim(claim, room, storage);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Claims whose volume waits for this Pod to have its node, and do not know the node yet or are not bound. */
export function unboundClaims(pod: KubeObject, storage: StorageView): readonly KubeObject[] {
  return claimsIn(pod, storage).flatMap(({ claim }) => (claim === undefined || isFullyBound(claim) ? [] : [claim]));
}

export function selectedNodeOf(claim: KubeObject): string {
  return claim.metadata.annotations?.[SELECTED_NODE] ?? '';
}

function claimsIn(pod: KubeObject, storage: StorageView): readonly { readonly name: string; readonly claim: KubeObject | undefined }[] {
  if (!namesClaims(pod)) return [];
  // A generic ephemeral volume is a directory of its Pod, without a claim.
  const own = new Set(itemsAt(pod.spec, 'volumes').filter((volume) => fieldOf(volume, 'ephemeral') !== undefined).map((volume) => `${pod.metadata.name}-${textAt(volume, '', 'name')}`));
  return claimsOf(pod).filter((name) => !own.has(name)).map((name) => ({ name, claim: storage.claim(pod.metadata.namespace ?? '', name) }));
}

function missing(name: string): Obstacle {
  return lasting(`persistentvolumeclaim "${name}" not found`, `it mounts the PersistentVolumeClaim ${name}, which does not exist`);
}

function obstacleOfClaim(claim: KubeObject, room: NodeRoom, storage: StorageView): Obstacle | undefined {
  const { name, namespace = '', deletionTimestamp } = claim.metadata;
  if (deletionTimestamp !== undefined) return lasting(`persistentvolumeclaim "${name}" is being deleted`, `the PersistentVolumeClaim ${name} that it mounts is being deleted`);
  if (textAt(claim, '', 'status', 'phase') === 'Lost') return lasting('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)', `the volume of the PersistentVolumeClaim ${name} is gone`);
  if (isFullyBound(claim)) return boundObstacle(claim, room, storage);
  const storageClass = storage.storageClass(classOf(claim));
  if (!waitsForConsumer(storageClass)) {
    return lasting('pod has unbound immediate PersistentVolumeClaims', `the PersistentVolumeClaim ${name} has no volume yet: \`kubectl describe pvc ${name} -n ${namespace}\` says why`);
  }
  const isServed = isProvisioned(classOf(claim), storageClass) || bestVolumeFor(claim, storage.volumes().filter((volume) => isReachable(volume, room.node))) !== undefined;
  return isServed ? undefined : lasting("node(s) didn't find available persistent volumes to bind", `no PersistentVolume of the class ${classOf(claim)} fits the claim ${name}`);
}

function boundObstacle(claim: KubeObject, room: NodeRoom, storage: StorageView): Obstacle | undefined {
  const { name, namespace = '' } = claim.metadata;
  const volume = storage.volumes().find(({ metadata }) => metadata.name === volumeNameOf(claim));
  if (volume !== undefined && !isReachable(volume, room.node)) {
    return lasting("node(s) didn't match PersistentVolume's node affinity", `the volume of the claim ${name} is not on ${room.name} (nodeAffinity of the PersistentVolume)`);
  }
  if (!itemsAt(claim.spec, 'accessModes').includes('ReadWriteOncePod')) return undefined;
  const holder = [...room.pods.values()].find(({ pod }) => pod.metadata.namespace === namespace && claimsOf(pod).includes(name));
  if (holder === undefined) return undefined;
  return passing('node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode', `${holder.name} uses the claim ${name}, which is for one Pod at a time (ReadWriteOncePod)`);
}
