// v1 PersistentVolumeClaim.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { compareQuantities, type Quantity } from '../../expr/mod.ts';
import { forbidden, invalid, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { fillMissing } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { ACCESS_MODES, VOLUME_MODES, accessModesText } from './access-modes.ts';
import { supportedCauses } from './member-causes.ts';
import { quantityOf, ZERO } from './pod-resources.ts';
import { fractionWarnings } from './pod-warnings.ts';
import { isPositive } from './quantity-validation.ts';
import { ALL_VERBS, STATUS_SUBRESOURCE } from '../verbs.ts';

export const persistentVolumeClaimKind: KindDefinition = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  categories: [],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [STATUS_SUBRESOURCE],
  schema: { $ref: 'io.k8s.api.core.v1.PersistentVolumeClaim' },
  hasGeneration: false,
  setDefaults: defaultClaim,
  prepareForCreate: (claim) => ({ ...claim, status: { phase: 'Pending' } }),
  validate,
  warnings: (claim) => ['limits', 'requests'].flatMap((part) => fractionWarnings(fieldOf(claim, 'spec', 'resources', part), ['storage'], `spec.resources.${part}`)),
  columns: [
    NAME_COLUMN,
    textColumn('Status', 'Pending until it has a volume, then Bound.', (claim) => (claim.metadata.deletionTimestamp === undefined ? textAt(claim, '', 'status', 'phase') : 'Terminating')),
    textColumn('Volume', 'Name of the volume behind it.', (claim) => textAt(claim, '', 'spec', 'volumeName')),
    textColumn('Capacity', 'What it holds.', (claim) => textAt(claim, '', 'status', 'capacity', 'storage')),
    textColumn('Access Modes', 'How it may be mounted.', (claim) => accessModesText(itemsAt(claim, 'status', 'accessModes'))),
    textColumn('StorageClass', 'Class that was asked for.', (claim) => textAt(claim, '', 'spec', 'storageClassName')),
    textColumn('VolumeAttributesClass', 'Attributes class that was asked for.', (claim) => textAt(claim, '<unset>', 'spec', 'volumeAttributesClassName')),
    AGE_COLUMN,
    wideColumn('VolumeMode', 'File system or block device.', (claim) => textAt(claim, '<unset>', 'spec', 'volumeMode')),
  ],
  fieldSelectors: {},
};

/** A claim, or the template of one. */
export function defaultClaim<T extends JsonObject | KubeObject>(claim: T): T {
  const spec = fieldOf(claim, 'spec');
  return { ...claim, spec: fillMissing(isJsonObject(spec) ? spec : {}, { volumeMode: 'Filesystem' }) };
}

function validate(claim: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  return [...claimSpecCauses(claim.spec, 'spec'), ...immutableSpecCauses(claim, old)];
}

/** Rules of a claim's spec wherever it stands. */
export function claimSpecCauses(spec: Json | undefined, path: string): readonly StatusCause[] {
  const modes = itemsAt(spec, 'accessModes');
  const className = textAt(spec, '', 'storageClassName');
  return [
    ...(modes.length === 0 ? [required(`${path}.accessModes`, 'at least 1 access mode is required')] : []),
    ...modes.flatMap((mode, index) =>
      ACCESS_MODES.includes(String(mode))
        ? []
        : [notSupported(`${path}.accessModes[${index}]`, mode, ACCESS_MODES)],
    ),
    ...storageCauses(fieldOf(spec, 'resources', 'requests', 'storage'), `${path}.resources`),
    ...(className === '' ? [] : nameCauses('dns-subdomain', `${path}.storageClassName`, className)),
    ...supportedCauses(spec ?? {}, path, 'volumeMode', VOLUME_MODES),
  ];
}

function storageCauses(asked: Json | undefined, path: string): readonly StatusCause[] {
  if (asked === undefined) return [required(`${path}[storage]`)];
  return isPositive(asked) ? [] : [invalid(`${path}.requests[storage]`, asked, 'must be greater than zero')];
}

/** What a bound claim asks for may grow, a claim takes a class and a volume once; the rest of the spec stays as it was. */
function immutableSpecCauses(claim: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  if (old === undefined) return [];
  if (!jsonEquals(lasting(claim, old), lasting(old, old))) {
    return [forbidden('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims')];
  }
  const [asked, held] = [storageOf(fieldOf(claim.spec, 'resources', 'requests')), storageOf(fieldOf(old, 'status', 'capacity'))];
  const isShrunk = !jsonEquals(claim.spec?.['resources'], old.spec?.['resources']) && compareQuantities(asked, held) < 0;
  return isShrunk ? [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')] : [];
}

function lasting(claim: KubeObject, old: KubeObject): Json {
  const { resources = null, volumeAttributesClassName: _class, volumeName = null, storageClassName = null, ...rest } = claim.spec ?? {};
  const lacks = (member: string) => fieldOf(old.spec, member) === undefined;
  const isBound = textAt(old, '', 'status', 'phase') === 'Bound';
  return { ...rest, ...(isBound ? {} : { resources }), ...(lacks('volumeName') ? {} : { volumeName }), ...(lacks('storageClassName') ? {} : { storageClassName }) };
}

function storageOf(amounts: Json | undefined): Quantity {
  return quantityOf(fieldOf(amounts, 'storage')) ?? ZERO;
}
