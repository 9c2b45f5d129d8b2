// The marks by which claims and volumes know each other; upstream's, but for the name of Slipway's own provisioner.
import { isJsonObject, type KubeObject } from '../../../base/mod.ts';
import { DIRECTORY_DRIVER, fieldOf, textAt } from '../../../api/mod.ts';

export const VOLUME_PROTECTION = 'kubernetes.io/pv-protection';
/** Held by whoever keeps the content, until the reclaim policy is carried out. */
export const PROVISIONER_FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
/** The scheduler's choice for the first Pod that uses a claim. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const STORAGE_PROVISIONER = ['volume.kubernetes.io/storage-provisioner', 'volume.beta.kubernetes.io/storage-provisioner'] as const;
/** Its volumes are made by an administrator. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
const DEFAULT_CLASS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'] as const;
const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class';

export function classOf(object: KubeObject): string {
  return object.metadata.annotations?.[LEGACY_CLASS] ?? textAt(object.spec, '', 'storageClassName');
}

/** Neither a class nor the word for none: it takes the default class as soon as there is one. */
export function isWithoutClass(claim: KubeObject): boolean {
  return fieldOf(claim.spec, 'storageClassName') === undefined && claim.metadata.annotations?.[LEGACY_CLASS] === undefined;
}

/** The newest of those that are marked so: whoever adds one means it, also beside `standard`. As admission has it. */
export function defaultClassOf(classes: readonly KubeObject[]): KubeObject | undefined {
  const rank = ({ metadata: { creationTimestamp = '' } }: KubeObject) => Date.parse(creationTimestamp) || 0;
  const marked = classes.filter(({ metadata: { annotations } }) => DEFAULT_CLASS.some((name) => annotations?.[name] === 'true'));
  return marked.toSorted((a, b) => rank(b) - rank(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

export function volumeNameOf(claim: KubeObject): string {
  return textAt(claim.spec, '', 'volumeName');
}

/** Whether the volume says that it is this claim's; one that names no uid is meant by whoever made it. */
export function isOfClaim(volume: KubeObject, { metadata: { namespace, name, uid } }: KubeObject): boolean {
  const reference = fieldOf(volume.spec, 'claimRef');
  if (!isJsonObject(reference) || reference['namespace'] !== namespace || reference['name'] !== name) return false;
  return [undefined, '', uid].includes(reference['uid'] as string | undefined);
}

export function isFullyBound(claim: KubeObject): boolean {
  return claim.metadata.annotations?.[BIND_COMPLETED] !== undefined;
}

/** A directory that Slipway made. */
export function isDirectoryVolume(volume: KubeObject): boolean {
  return textAt(volume.spec, '', 'csi', 'driver') === DIRECTORY_DRIVER;
}
