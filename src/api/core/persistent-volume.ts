// v1 PersistentVolume.
import { isJsonObject, jsonEquals, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { forbidden, immutable, invalid, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { fill, fillMissing, mapMembers } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { ACCESS_MODES, VOLUME_MODES, accessModesText } from './access-modes.ts';
import { supportedCauses } from './member-causes.ts';
import { isPositive } from './quantity-validation.ts';
import { hostPathCauses } from './volume-validation.ts';

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
/** Members of the spec that are no source of a volume. */
const OTHER_MEMBERS = ['accessModes', 'capacity', 'claimRef', 'mountOptions', 'nodeAffinity', 'persistentVolumeReclaimPolicy', 'storageClassName', 'volumeMode', 'volumeAttributesClassName'];

export const persistentVolumeKind: KindDefinition = builtinKind('v1/persistentvolumes', {
  subresources: ['status'],
  setDefaults,
  prepareForCreate: (volume) => ({ ...volume, status: { phase: 'Pending' } }),
  validate,
  columns: [
    NAME_COLUMN,
    textColumn('Capacity', 'What it holds.', (volume) => textAt(volume, '0', 'spec', 'capacity', 'storage')),
    textColumn('Access Modes', 'How it may be mounted.', (volume) => accessModesText(itemsAt(volume, 'spec', 'accessModes'))),
    textColumn('Reclaim Policy', 'What becomes of it without its claim.', (volume) => textAt(volume, '', 'spec', 'persistentVolumeReclaimPolicy')),
    textColumn('Status', 'Whether it is bound.', (volume) => (volume.metadata.deletionTimestamp === undefined ? textAt(volume, '', 'status', 'phase') : 'Terminating')),
    textColumn('Claim', 'The claim that it is bound to.', claim),
    textColumn('StorageClass', 'Its class.', (volume) => textAt(volume, '', 'spec', 'storageClassName')),
    textColumn('VolumeAttributesClass', 'Its attributes class.', (volume) => textAt(volume, '<unset>', 'spec', 'volumeAttributesClassName')),
    textColumn('Reason', 'Why it failed.', (volume) => textAt(volume, '', 'status', 'reason')),
    AGE_COLUMN,
    wideColumn('VolumeMode', 'File system or block device.', (volume) => textAt(volume, '<unset>', 'spec', 'volumeMode')),
  ],
});

function setDefaults(volume: KubeObject): KubeObject {
  const spec = fillMissing(fill(volume.spec ?? {}, { persistentVolumeReclaimPolicy: 'Retain' }), { volumeMode: 'Filesystem' });
  const withSource = mapMembers(spec, { hostPath: (source) => fillMissing(source, { type: '' }) });
  const status = fill(isJsonObject(volume.status) ? volume.status : {}, { phase: 'Pending' });
  return { ...volume, spec: withSource, status };
}

function validate(volume: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const spec: JsonObject = volume.spec ?? {};
  const className = textAt(spec, '', 'storageClassName');
  return [
    ...accessModeCauses(spec),
    ...capacityCauses(spec),
    ...supportedCauses(spec, 'spec', 'persistentVolumeReclaimPolicy', RECLAIM_POLICIES),
    ...sourceCauses(spec),
    ...(className === '' ? [] : nameCauses('dns-subdomain', 'spec.storageClassName', className)),
    ...supportedCauses(spec, 'spec', 'volumeMode', VOLUME_MODES),
    ...(old === undefined ? [] : changeCauses(spec, old.spec ?? {})),
  ];
}

function accessModeCauses(spec: JsonObject): readonly StatusCause[] {
  const modes = itemsAt(spec, 'accessModes').map(String);
  return [
    ...(modes.length === 0 ? [required('spec.accessModes')] : []),
    ...modes.filter((mode) => !ACCESS_MODES.includes(mode)).map((mode) => notSupported('spec.accessModes', mode, ACCESS_MODES)),
    ...(modes.includes('ReadWriteOncePod') && modes.length > 1 ? [forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes')] : []),
  ];
}

function capacityCauses(spec: JsonObject): readonly StatusCause[] {
  const capacity = isJsonObject(spec['capacity']) ? spec['capacity'] : {};
  const names = Object.keys(capacity);
  return [
    ...(names.length === 0 ? [required('spec.capacity')] : []),
    ...(capacity['storage'] === undefined || names.length > 1 ? [notSupported('spec.capacity', capacity, ['storage'])] : []),
    ...names.filter((name) => !isPositive(capacity[name])).map((name) => invalid(`spec.capacity[${name}]`, capacity[name], 'must be greater than zero')),
  ];
}

function sourceCauses(spec: JsonObject): readonly StatusCause[] {
  const sources = sourceNames(spec);
  if (sources.length === 0) return [required('spec', 'must specify a volume type')];
  const isLocal = spec['local'] !== undefined;
  return [
    ...sources.slice(1).map((source) => forbidden(`spec.${source}`, 'may not specify more than 1 volume type')),
    ...(isLocal && fieldOf(spec, 'nodeAffinity', 'required') === undefined ? [required('spec.nodeAffinity', 'Local volume requires node affinity')] : []),
    ...(spec['hostPath'] !== undefined && textAt(spec, '', 'hostPath', 'path') === '' ? [required('spec.hostPath.path')] : []),
    ...hostPathCauses(spec['hostPath'], 'spec.hostPath'),
    ...(textAt(spec, '', 'hostPath', 'path') === '/' && spec['persistentVolumeReclaimPolicy'] === 'Recycle' ? [forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")] : []),
    ...(isLocal && textAt(spec, '', 'local', 'path') === '' ? [required('spec.local.path')] : []),
  ];
}

function changeCauses(spec: JsonObject, old: JsonObject): readonly StatusCause[] {
  const sources = (of: JsonObject) => Object.fromEntries(sourceNames(of).map((name) => [name, of[name]!]));
  return [
    ...(jsonEquals(sources(spec), sources(old)) ? [] : [forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation')]),
    ...(jsonEquals(spec['volumeMode'], old['volumeMode']) ? [] : [immutable('volumeMode', spec['volumeMode'])]),
  ];
}

function sourceNames(spec: JsonObject): readonly string[] {
  return Object.keys(spec).filter((name) => spec[name] !== undefined && !OTHER_MEMBERS.includes(name));
}

function claim(volume: KubeObject): string {
  const reference = fieldOf(volume, 'spec', 'claimRef');
  return reference === undefined ? '' : `${textAt(reference, '', 'namespace')}/${textAt(reference, '', 'name')}`;
}
