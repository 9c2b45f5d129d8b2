// storage.k8s.io/v1 StorageClass.
import { jsonEquals, objectOf, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isQualifiedName } from '../../expr/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { immutable, invalid, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, textAt, textColumn } from '../columns.ts';
import type { KindDefinition } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';

/** Provisioner of StorageClasses and driver of PersistentVolumes whose content is a directory of this machine. */
export const DIRECTORY_DRIVER = 'directory.slipway.dev';

const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];

export const storageClassKind: KindDefinition = builtinKind('storage.k8s.io/v1/storageclasses', {
  setDefaults: (storageClass) => ({ ...storageClass, reclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete', volumeBindingMode: storageClass['volumeBindingMode'] ?? 'Immediate' }),
  validate,
  columns: [
    { ...NAME_COLUMN, cell: (storageClass) => `${storageClass.metadata.name}${isDefault(storageClass) ? ' (default)' : ''}` },
    textColumn('Provisioner', 'Who makes the volumes.', (storageClass) => textAt(storageClass, '', 'provisioner')),
    textColumn('ReclaimPolicy', 'What becomes of volumes without their claim.', (storageClass) => textAt(storageClass, 'Delete', 'reclaimPolicy')),
    textColumn('VolumeBindingMode', 'When claims are bound.', (storageClass) => textAt(storageClass, 'Immediate', 'volumeBindingMode')),
    textColumn('AllowVolumeExpansion', 'Whether volumes can grow.', (storageClass) => storageClass['allowVolumeExpansion'] === true),
    AGE_COLUMN,
  ],
});

function isDefault({ metadata }: KubeObject): boolean {
  return DEFAULT_ANNOTATIONS.some((annotation) => metadata.annotations?.[annotation] === 'true');
}

function validate(storageClass: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const provisioner = textAt(storageClass, '', 'provisioner');
  const { reclaimPolicy, volumeBindingMode } = storageClass as KubeObject & { readonly reclaimPolicy?: string; readonly volumeBindingMode?: string };
  return [
    ...(provisioner === '' ? [required('provisioner')] : isQualifiedName(provisioner.toLowerCase()) ? [] : [invalid('provisioner', provisioner, QUALIFIED_NAME_SENTENCE)]),
    ...('' in objectOf(storageClass['parameters']) ? [invalid('parameters', '', 'a key can not be empty')] : []),
    ...(RECLAIM_POLICIES.includes(reclaimPolicy ?? '') ? [] : [notSupported('reclaimPolicy', reclaimPolicy, RECLAIM_POLICIES)]),
    ...(BINDING_MODES.includes(volumeBindingMode ?? '') ? [] : [notSupported('volumeBindingMode', volumeBindingMode, BINDING_MODES)]),
    ...(old === undefined
      ? []
      : ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode']
          .filter((member) => !jsonEquals(storageClass[member], old[member]))
          .map((member) => immutable(member, storageClass[member] ?? null))),
  ];
}
