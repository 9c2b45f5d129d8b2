// What a PersistentVolumeClaim needs next to have its volume; pure. After pkg/controller/volume/persistentvolume of Kubernetes,
// with one difference: a directory of this machine serves every class, also one that does not exist here or whose provisioner is
// somebody else's, so that manifests written for other clusters work.
import { jsonEquals, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { DIRECTORY_DRIVER, fieldOf, textAt } from '../../../api/mod.ts';
import { compareQuantities } from '../../../expr/mod.ts';
import type { EventText } from '../../../client/mod.ts';
import { directoryVolume } from './directory-volume.ts';
import { bestVolumeFor, capacityOf, isReachable, misfitOf, requestOf } from './volume-fit.ts';
import { classOf, isDirectoryVolume, isFullyBound, isOfClaim, isWithoutClass, NO_PROVISIONER, SELECTED_NODE, volumeNameOf } from './words.ts';

export interface ClaimFacts {
  readonly claim: KubeObject;
  readonly volumes: readonly KubeObject[];
  /** The claim's class, when it exists. */
  readonly storageClass: KubeObject | undefined;
  readonly defaultClassName: string | undefined;
  /** A Pod that uses the claim is on a node. */
  readonly hasConsumer: boolean;
  /** That node, or the one that was chosen for the first such Pod; undefined when it does not matter yet. */
  readonly node: KubeObject | undefined;
}

export type ClaimStep =
  /** It stays as it is; the event says what it waits for. */
  | { readonly kind: 'wait'; readonly phase: 'Pending' | 'Lost'; readonly event?: EventText }
  | { readonly kind: 'classify'; readonly className: string }
  | { readonly kind: 'bind'; readonly volume: KubeObject }
  /** The new volume names the claim already. */
  | { readonly kind: 'provision'; readonly volume: KubeObject; readonly event: EventText }
  /** More is asked for than the volume has. */
  | { readonly kind: 'grow'; readonly volume: KubeObject }
  /** `status` is missing when it is told already. */
  | { readonly kind: 'bound'; readonly status?: JsonObject };

export function planClaim(facts: ClaimFacts): ClaimStep {
  return isFullyBound(facts.claim) && volumeNameOf(facts.claim) !== '' ? planBound(facts) : planUnbound(facts);
}

/** Whether the volume is chosen when the first Pod that uses the claim has its node. */
export function waitsForConsumer(storageClass: KubeObject | undefined): boolean {
  return storageClass?.['volumeBindingMode'] === 'WaitForFirstConsumer';
}

/** Whether volumes of the class are made when they are asked for. */
export function isProvisioned(className: string, storageClass: KubeObject | undefined): boolean {
  return className !== '' && storageClass?.['provisioner'] !== NO_PROVISIONER;
}

function planBound({ claim, volumes, storageClass }: ClaimFacts): ClaimStep {
  const volume = volumes.find(({ metadata }) => metadata.name === volumeNameOf(claim));
  if (volume === undefined) return lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  if (fieldOf(volume.spec, 'claimRef') === undefined) return { kind: 'bind', volume };
  if (!isOfClaim(volume, claim)) return lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
  const mayGrow = isDirectoryVolume(volume) && (storageClass === undefined || storageClass['allowVolumeExpansion'] === true);
  if (mayGrow && compareQuantities(requestOf(claim.spec), capacityOf(volume)) > 0) return { kind: 'grow', volume };
  const status = boundStatus(claim, volume);
  return jsonEquals(status, claim.status) ? { kind: 'bound' } : { kind: 'bound', status };
}

/** Conditions are somebody else's. */
function boundStatus({ status = {} }: KubeObject, volume: KubeObject): JsonObject {
  return { ...status, phase: 'Bound', accessModes: fieldOf(volume.spec, 'accessModes') ?? [], capacity: fieldOf(volume.spec, 'capacity') ?? {} };
}

function planUnbound(facts: ClaimFacts): ClaimStep {
  const { claim, volumes, storageClass, hasConsumer, node, defaultClassName } = facts;
  if (isWithoutClass(claim) && defaultClassName !== undefined) return { kind: 'classify', className: defaultClassName };
  const wanted = volumeNameOf(claim);
  if (wanted !== '') return planWanted(claim, wanted, volumes.find(({ metadata }) => metadata.name === wanted));
  // Before there were volumes, Slipway called a claim bound whose directory existed.
  const hasDirectory = textAt(claim, '', 'status', 'phase') === 'Bound';
  const isEarly = waitsForConsumer(storageClass) && !hasConsumer && !hasDirectory && claim.metadata.annotations?.[SELECTED_NODE] === undefined;
  const eligible = isEarly ? volumes.filter((volume) => isOfClaim(volume, claim)) : volumes.filter((volume) => node === undefined || isReachable(volume, node));
  const best = bestVolumeFor(claim, eligible);
  if (best !== undefined) return { kind: 'bind', volume: best };
  if (isEarly) return waiting('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  const className = classOf(claim);
  if (className === '') return waiting('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
  if (!isProvisioned(className, storageClass)) return waiting('Normal', 'FailedBinding', `no persistent volume of the class "${className}" fits this claim, and its volumes are made by hand (${NO_PROVISIONER})`);
  return planProvision(claim, className, storageClass);
}

function planProvision(claim: KubeObject, className: string, storageClass: KubeObject | undefined): ClaimStep {
  const refuse = (why: string) => waiting('Warning', 'ProvisioningFailed', `failed to provision volume with StorageClass "${className}": ${why}`);
  if (textAt(claim.spec, 'Filesystem', 'volumeMode') === 'Block') return refuse('volumes are directories of this machine: use volumeMode Filesystem');
  if (fieldOf(claim.spec, 'dataSource') !== undefined || fieldOf(claim.spec, 'dataSourceRef') !== undefined) return refuse('copies of other claims and snapshots are not made here: leave out dataSource and fill the volume by a Job');
  if (fieldOf(claim.spec, 'selector') !== undefined) return refuse('claim Selector is not supported');
  const volume = directoryVolume(claim, className, storageClass);
  const stranger = storageClass === undefined ? `there is no StorageClass "${className}" here` : !isOwn(storageClass) ? `"${String(storageClass['provisioner'])}" is not here` : undefined;
  const why = stranger === undefined ? '' : `: ${stranger}, so a directory of this machine serves it`;
  return { kind: 'provision', volume, event: { type: 'Normal', reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${volume.metadata.name}${why}` } };
}

function isOwn({ provisioner }: KubeObject & { readonly provisioner?: unknown }): boolean {
  return provisioner === DIRECTORY_DRIVER;
}

/** Of a claim that names its volume. */
function planWanted(claim: KubeObject, name: string, volume: KubeObject | undefined): ClaimStep {
  if (volume === undefined) return waiting('Normal', 'FailedBinding', `the volume "${name}" that it names does not exist`);
  if (fieldOf(volume.spec, 'claimRef') !== undefined) {
    return isOfClaim(volume, claim) ? { kind: 'bind', volume } : waiting('Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
  }
  const misfit = misfitOf(claim, volume);
  return misfit === undefined ? { kind: 'bind', volume } : waiting('Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${misfit}`);
}

function waiting(type: EventText['type'], reason: string, message: string): ClaimStep {
  return { kind: 'wait', phase: 'Pending', event: { type, reason, message } };
}

function lost(reason: string, message: string): ClaimStep {
  return { kind: 'wait', phase: 'Lost', event: { type: 'Warning', reason, message } };
}
