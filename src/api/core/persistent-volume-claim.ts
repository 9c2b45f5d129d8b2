// v1 PersistentVolumeClaim. On this node a claim is a directory; it is bound when the first Pod mounts it.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { fillMissing } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { ACCESS_MODES, accessModesText } from './access-modes.ts';
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
  columns: [
    NAME_COLUMN,
    textColumn('Status', 'Pending until a Pod mounts it, then Bound.', (claim) => (claim.metadata.deletionTimestamp === undefined ? textAt(claim, '', 'status', 'phase') : 'Terminating')),
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
  return [
    ...(modes.length === 0 ? [required(`${path}.accessModes`, 'at least 1 access mode is required')] : []),
    ...modes.flatMap((mode, index) =>
      ACCESS_MODES.includes(String(mode))
        ? []
        : [notSupported(`${path}.accessModes[${index}]`, mode, ACCESS_MODES)],
    ),
    ...(fieldOf(spec, 'resources', 'requests', 'storage') === undefined ? [required(`${path}.resources[storage]`)] : []),
  ];
}

/** What is asked for may grow; the rest of the spec stays as it was. */
function immutableSpecCauses(claim: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  if (old === undefined || jsonEquals(lasting(claim), lasting(old))) return [];
  return [forbidden('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims')];
}

function lasting(claim: KubeObject): Json {
  const { resources: _resources, volumeAttributesClassName: _class, ...rest } = claim.spec ?? {};
  return rest;
}
