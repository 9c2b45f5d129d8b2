// Rules of a Pod's volumes: named, unique, each with exactly one source that says where its content is.
import { isJsonObject, type Json, type StatusCause } from '../../base/mod.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { descendingPathCauses } from './container-validation.ts';
import { fieldReferenceCauses, resourceReferenceCauses } from './downward-api-validation.ts';

/** 0777 */
const FILE_MODE_MAX = 511;
const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

/** The member that a source needs, where it needs one that is text. */
const NEEDED_MEMBER: Readonly<Record<string, string>> = { secret: 'secretName', configMap: 'name', hostPath: 'path', persistentVolumeClaim: 'claimName' };

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
    ...(name === 'hostPath' ? hostPathCauses(source, at) : []),
  ];
}

function hostPathCauses(source: Json | undefined, path: string): readonly StatusCause[] {
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
  const needed = name === 'secret' || name === 'configMap' ? 'name' : name === 'serviceAccountToken' ? 'path' : undefined;
  return [
    ...(needed !== undefined && textAt(source, '', needed) === '' ? [required(`${at}.${needed}`)] : []),
    ...itemsAt(source, 'items').flatMap((item, index) => itemCauses(item, `${at}.items[${index}]`, name)),
  ];
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
