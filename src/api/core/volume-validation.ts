// Rules of a Pod's volumes: named, unique, each with exactly one source that says where its content is.
import { isJsonObject, type Json, type StatusCause } from '../../base/mod.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { descendingPathCauses, supportedCauses } from './member-causes.ts';
import { claimSpecCauses } from './persistent-volume-claim.ts';
import { quantityOf } from './pod-resources.ts';
import { fieldReferenceCauses, resourceReferenceCauses } from './downward-api-validation.ts';

/** 0777 */
const FILE_MODE_MAX = 511;
const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

/** The member that a source needs, where it needs one that is text. */
const NEEDED_MEMBER: Readonly<Record<string, string>> = {
  secret: 'secretName', configMap: 'name', hostPath: 'path', persistentVolumeClaim: 'claimName', csi: 'driver', image: 'reference',
};
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const TOKEN_SECONDS_MIN = 600;
const TOKEN_SECONDS_MAX = 2 ** 32;

/** Rules of a kind of volume beyond that. */
const SOURCE_CAUSES: Readonly<Record<string, (source: Json | undefined, path: string) => readonly StatusCause[]>> = {
  hostPath: hostPathCauses,
  nfs: nfsCauses,
  emptyDir: (source, path) => ((quantityOf(fieldOf(source, 'sizeLimit'))?.nanos ?? 0n) < 0n ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : []),
  image: (source, path) => supportedCauses(source ?? {}, path, 'pullPolicy', PULL_POLICIES),
  ephemeral: (source, path) => {
    const template = fieldOf(source, 'volumeClaimTemplate');
    return template === undefined ? [required(`${path}.volumeClaimTemplate`)] : claimSpecCauses(fieldOf(template, 'spec'), `${path}.volumeClaimTemplate.spec`);
  },
};

export function volumeListCauses(volumes: readonly Json[], path: string): readonly StatusCause[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const name = textAt(volume, '', 'name');
    const isTaken = names.has(name);
    names.add(name);
    return [
      ...(name === '' ? [required(`${at}.name`)] : nameCauses('dns-label', `${at}.name`, name)),
      ...(isTaken && name !== '' ? [duplicate(`${at}.name`, name)] : []),
      ...sourceCauses(volume, at),
    ];
  });
}

function sourceCauses(volume: Json, path: string): readonly StatusCause[] {
  const sources = isJsonObject(volume) ? Object.entries(volume).filter(([name, value]) => name !== 'name' && value !== undefined) : [];
  const [first, second] = sources;
  if (first === undefined) return [required(path, 'must specify a volume type')];
  if (second !== undefined) return [forbidden(`${path}.${second[0]}`, 'may not specify more than 1 volume type')];
  const [name, source] = first;
  const at = `${path}.${name}`;
  const needed = NEEDED_MEMBER[name];
  return [
    ...(needed !== undefined && textAt(source, '', needed) === '' ? [required(`${at}.${needed}`)] : []),
    ...modeCauses(source, `${at}.defaultMode`, 'defaultMode'),
    ...itemsAt(source, 'items').flatMap((item, index) => itemCauses(item, `${at}.items[${index}]`, name)),
    ...(name === 'projected' ? itemsAt(source, 'sources').flatMap((projection, index) => projectionCauses(projection, `${at}.sources[${index}]`)) : []),
    ...(name === 'projected' ? pathConflictCauses(itemsAt(source, 'sources'), at) : []),
    ...(SOURCE_CAUSES[name]?.(source, at) ?? []),
  ];
}

function nfsCauses(source: Json | undefined, path: string): readonly StatusCause[] {
  const place = textAt(source, '', 'path');
  return [
    ...(textAt(source, '', 'server') === '' ? [required(`${path}.server`)] : []),
    ...(place === '' ? [required(`${path}.path`)] : place.startsWith('/') ? [] : [invalid(`${path}.path`, place, 'must be an absolute path')]),
  ];
}

export function hostPathCauses(source: Json | undefined, path: string): readonly StatusCause[] {
  const type = textAt(source, '', 'type');
  return [
    ...(textAt(source, '', 'path').split('/').includes('..') ? [invalid(`${path}.path`, textAt(source, '', 'path'), "must not contain '..'")] : []),
    ...(HOST_PATH_TYPES.includes(type) ? [] : [notSupported(`${path}.type`, type, HOST_PATH_TYPES)]),
  ];
}

function projectionCauses(projection: Json, path: string): readonly StatusCause[] {
  const sources = isJsonObject(projection) ? Object.entries(projection).filter(([, value]) => value !== undefined) : [];
  const [first, second] = sources;
  if (first === undefined) return [required(path, 'must specify a projection source')];
  if (second !== undefined) return [forbidden(`${path}.${second[0]}`, 'may not specify more than 1 volume type')];
  const [name, source] = first;
  const at = `${path}.${name}`;
  const needed = { secret: 'name', configMap: 'name', serviceAccountToken: 'path', clusterTrustBundle: 'path' }[name];
  return [
    ...(needed !== undefined && textAt(source, '', needed) === '' ? [required(`${at}.${needed}`)] : []),
    ...(name === 'serviceAccountToken' ? expiryCauses(fieldOf(source, 'expirationSeconds'), `${at}.expirationSeconds`) : []),
    ...(name === 'clusterTrustBundle' ? bundleCauses(source, at) : []),
    ...itemsAt(source, 'items').flatMap((item, index) => itemCauses(item, `${at}.items[${index}]`, name)),
  ];
}

function expiryCauses(seconds: Json | undefined, path: string): readonly StatusCause[] {
  if (typeof seconds !== 'number') return [];
  if (seconds < TOKEN_SECONDS_MIN) return [invalid(path, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > TOKEN_SECONDS_MAX ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}

function bundleCauses(source: Json | undefined, path: string): readonly StatusCause[] {
  const given = ['name', 'signerName'].filter((member) => fieldOf(source, member) !== undefined);
  if (given.length === 0) return [required(path, 'either name or signerName must be specified')];
  return given.length === 1 ? [] : [invalid(path, '', 'only one of name and signerName may be used')];
}

/** Two sources that name the same file. */
function pathConflictCauses(sources: readonly Json[], path: string): readonly StatusCause[] {
  const taken = new Set<string>();
  return sources.flatMap((projection) => {
    const [source] = isJsonObject(projection) ? Object.values(projection) : [];
    const files = [...itemsAt(source, 'items'), source].map((item) => textAt(item, '', 'path')).filter((file) => file !== '');
    return files.flatMap((file) => {
      const isTaken = taken.has(file);
      taken.add(file);
      return isTaken ? [invalid(path, textAt(source, file, 'name'), 'conflicting duplicate paths')] : [];
    });
  });
}

/** A file, of a key or of a field of the Pod. */
function itemCauses(item: Json, path: string, sourceName: string): readonly StatusCause[] {
  const file = textAt(item, '', 'path');
  return [
    ...(sourceName === 'downwardAPI' ? downwardCauses(item, path) : textAt(item, '', 'key') === '' ? [required(`${path}.key`)] : []),
    ...(file === '' ? [required(`${path}.path`)] : descendingPathCauses(file, `${path}.path`)),
    ...modeCauses(item, `${path}.mode`, 'mode'),
  ];
}

function downwardCauses(item: Json, path: string): readonly StatusCause[] {
  const [field, resource] = [fieldOf(item, 'fieldRef'), fieldOf(item, 'resourceFieldRef')];
  if (field !== undefined && resource !== undefined) return [invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')];
  if (field !== undefined) return fieldReferenceCauses(field, `${path}.fieldRef`, 'volume');
  return resource === undefined ? [required(path, 'one of fieldRef and resourceFieldRef is required')] : resourceReferenceCauses(resource, `${path}.resourceFieldRef`, 'volume');
}

function modeCauses(source: Json | undefined, path: string, member: string): readonly StatusCause[] {
  const mode = fieldOf(source, member);
  return typeof mode !== 'number' || (mode >= 0 && mode <= FILE_MODE_MAX) ? [] : [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}
