// Which PersistentVolume a claim gets of those that are there; pure. After pkg/volume/persistentvolume of Kubernetes.
import { compareQuantities, type Quantity } from '../../../expr/mod.ts';
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { amountOf, fieldOf, itemsAt, matchesLabels, textAt } from '../../../api/mod.ts';
import { meetsNodeSelector } from '../../node-affinity.ts';
import { classOf, isOfClaim } from './words.ts';

const NOTHING: Quantity = { nanos: 0n, format: 'BinarySI' };

/** The one that somebody meant for it, otherwise the smallest that is free and fits. */
export function bestVolumeFor(claim: KubeObject, volumes: readonly KubeObject[]): KubeObject | undefined {
  const present = volumes.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const meant = present.find((volume) => isOfClaim(volume, claim) && misfitOf(claim, volume, true) === undefined);
  if (meant !== undefined) return meant;
  const selector = fieldOf(claim.spec, 'selector');
  const free = present.filter((volume) => fieldOf(volume.spec, 'claimRef') === undefined && textAt(volume, '', 'status', 'phase') === 'Available');
  const fitting = free.filter((volume) => misfitOf(claim, volume) === undefined && (selector === undefined || matchesLabels(selector, volume.metadata.labels ?? {})));
  return fitting.toSorted((a, b) => compareQuantities(capacityOf(a), capacityOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

/** Why a volume is not what a claim asks for, in upstream's words. `isMeant`: it names the claim itself, whatever the class. */
export function misfitOf(claim: KubeObject, volume: KubeObject, isMeant = false): string | undefined {
  if (compareQuantities(capacityOf(volume), requestOf(claim.spec)) < 0) return 'requested PV is too small';
  if (!isMeant && classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if (textAt(volume.spec, 'Filesystem', 'volumeMode') !== textAt(claim.spec, 'Filesystem', 'volumeMode')) return 'incompatible volumeMode';
  const offered = itemsAt(volume.spec, 'accessModes');
  return itemsAt(claim.spec, 'accessModes').every((mode) => offered.includes(mode)) ? undefined : 'incompatible accessMode';
}

/** Whether Pods on the node can use the volume. */
export function isReachable(volume: KubeObject, node: KubeObject): boolean {
  const wanted = fieldOf(volume.spec, 'nodeAffinity', 'required');
  return wanted === undefined || meetsNodeSelector(wanted, node);
}

/** What a claim asks for. */
export function requestOf(claimSpec: JsonObject | undefined): Quantity {
  return amountOf(claimSpec ?? {}, 'requests', 'storage') ?? NOTHING;
}

export function capacityOf(volume: KubeObject): Quantity {
  return amountOf({ resources: { requests: fieldOf(volume.spec, 'capacity') ?? {} } }, 'requests', 'storage') ?? NOTHING;
}
