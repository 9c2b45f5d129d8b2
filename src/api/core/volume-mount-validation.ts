// What a container mounts, and which volumes it has as devices (ValidateVolumeMounts and ValidateVolumeDevices in
// pkg/apis/core/validation of Kubernetes).
import type { Json, StatusCause } from '../../base/mod.ts';
import { forbidden, invalid, notFound, notSupported, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { descendingPathCauses, supportedCauses } from './member-causes.ts';

export interface VolumesOfPod {
  readonly volumeNames: ReadonlySet<string>;
  /** Of them, those that are claims: only these can be devices. */
  readonly claimNames: ReadonlySet<string>;
}

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVELY_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

export function mountCauses(container: Json, path: string, { volumeNames }: VolumesOfPod): readonly StatusCause[] {
  const devices = itemsAt(container, 'volumeDevices');
  const mountPaths = new Set<string>();
  return itemsAt(container, 'volumeMounts').flatMap((mount, index) => {
    const at = `${path}.volumeMounts[${index}]`;
    const [name, mountPath] = [textAt(mount, '', 'name'), textAt(mount, '', 'mountPath')];
    const causes: StatusCause[] = [];
    if (name === '') causes.push(required(`${at}.name`));
    else if (!volumeNames.has(name)) causes.push(notFound(`${at}.name`, name));
    if (mountPath === '') causes.push(required(`${at}.mountPath`));
    else if (mountPaths.has(mountPath)) causes.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    mountPaths.add(mountPath);
    if (devices.some((device) => textAt(device, '', 'name') === name)) causes.push(invalid(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (devices.some((device) => textAt(device, '', 'devicePath') === mountPath)) causes.push(invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    return [...causes, ...subPathCauses(mount, at), ...propagationCauses(mount, at, fieldOf(container, 'securityContext', 'privileged') === true), ...recursionCauses(mount, at)];
  });
}

function subPathCauses(mount: Json, path: string): readonly StatusCause[] {
  const [subPath, expression] = [textAt(mount, '', 'subPath'), textAt(mount, '', 'subPathExpr')];
  return [
    ...descendingPathCauses(subPath, `${path}.subPath`),
    ...descendingPathCauses(expression, `${path}.subPathExpr`),
    ...(subPath !== '' && expression !== '' ? [invalid(`${path}.subPathExpr`, expression, 'subPathExpr and subPath are mutually exclusive')] : []),
  ];
}

function propagationCauses(mount: Json, path: string, isPrivileged: boolean): readonly StatusCause[] {
  const isOpen = fieldOf(mount, 'mountPropagation') === 'Bidirectional' && !isPrivileged;
  return [
    ...supportedCauses(mount, path, 'mountPropagation', PROPAGATIONS),
    ...(isOpen ? [forbidden(`${path}.mountPropagation`, 'Bidirectional mount propagation is available only to privileged containers')] : []),
  ];
}

function recursionCauses(mount: Json, path: string): readonly StatusCause[] {
  const wanted = fieldOf(mount, 'recursiveReadOnly');
  const at = `${path}.recursiveReadOnly`;
  if (wanted === undefined || wanted === 'Disabled') return [];
  if (!RECURSIVELY_READ_ONLY.includes(String(wanted))) return [notSupported(at, wanted, RECURSIVELY_READ_ONLY)];
  return [
    ...(fieldOf(mount, 'readOnly') === true ? [] : [forbidden(at, 'may only be specified when readOnly is true')]),
    ...(['', 'None'].includes(textAt(mount, '', 'mountPropagation')) ? [] : [forbidden(at, 'may only be specified when mountPropagation is None or not specified')]),
  ];
}

export function deviceCauses(container: Json, path: string, { volumeNames, claimNames }: VolumesOfPod): readonly StatusCause[] {
  const [names, devicePaths] = [new Set<string>(), new Set<string>()];
  return itemsAt(container, 'volumeDevices').flatMap((device, index) => {
    const at = `${path}.volumeDevices[${index}]`;
    const [name, devicePath] = [textAt(device, '', 'name'), textAt(device, '', 'devicePath')];
    const causes: StatusCause[] = [];
    if (name === '') causes.push(required(`${at}.name`));
    else if (!volumeNames.has(name)) causes.push(notFound(`${at}.name`, name));
    else if (!claimNames.has(name)) causes.push(invalid(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim for block mode'));
    if (name !== '' && names.has(name)) causes.push(invalid(`${at}.name`, name, 'must be unique'));
    if (devicePath === '') causes.push(required(`${at}.devicePath`));
    else if (devicePaths.has(devicePath)) causes.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..')) causes.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    names.add(name);
    devicePaths.add(devicePath);
    return causes;
  });
}
