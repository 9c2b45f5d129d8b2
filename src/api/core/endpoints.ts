// v1 Endpoints: the addresses behind a Service, in the older form.
import { isIPv6 } from 'node:net';
import { isJsonObject, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, numberAt, textAt, textColumn } from '../columns.ts';
import { fill, mapLists } from '../defaulting.ts';
import { endpointAddressCauses } from '../ip-address.ts';
import type { KindDefinition } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { PROTOCOLS, portNumberCauses, supportedCauses } from './member-causes.ts';

const SHOWN_COUNT_MAX = 3;

export const endpointsKind: KindDefinition = builtinKind('v1/endpoints', {
  setDefaults,
  validate: (endpoints) => itemsAt(endpoints, 'subsets').flatMap((subset, index) => subsetCauses(subset, `subsets[${index}]`)),
  columns: [NAME_COLUMN, textColumn('Endpoints', 'Addresses with their ports.', addressesText), AGE_COLUMN],
});

function setDefaults(endpoints: KubeObject): KubeObject {
  if (endpoints['subsets'] === undefined) return endpoints;
  const change = (subset: Json) => (isJsonObject(subset) ? mapLists(subset, { ports: (port) => fill(port, { protocol: 'TCP' }) }) : subset);
  return { ...endpoints, subsets: itemsAt(endpoints, 'subsets').map(change) };
}

function subsetCauses(subset: Json, path: string): readonly StatusCause[] {
  const lists = ['addresses', 'notReadyAddresses'];
  const ports = itemsAt(subset, 'ports');
  return [
    ...(lists.every((list) => itemsAt(subset, list).length === 0) ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...lists.flatMap((list) => itemsAt(subset, list).flatMap((address, index) => addressCauses(address, `${path}.${list}[${index}]`))),
    ...ports.flatMap((port, index) => portCauses(port, ports.length > 1, `${path}.ports[${index}]`)),
  ];
}

function addressCauses(address: Json, path: string): readonly StatusCause[] {
  const hostname = textAt(address, '', 'hostname');
  return [...endpointAddressCauses(textAt(address, '', 'ip'), `${path}.ip`), ...(hostname === '' ? [] : nameCauses('dns-label', `${path}.hostname`, hostname))];
}

function portCauses(port: Json, needsName: boolean, path: string): readonly StatusCause[] {
  const name = textAt(port, '', 'name');
  return [
    ...(name === '' ? (needsName ? [required(`${path}.name`)] : []) : nameCauses('dns-label', `${path}.name`, name)),
    ...portNumberCauses(numberAt(port, 'port'), `${path}.port`),
    ...supportedCauses(port, path, 'protocol', PROTOCOLS),
  ];
}

function addressesText(endpoints: KubeObject): string {
  const subsets = itemsAt(endpoints, 'subsets');
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap((subset) => {
    const addresses = itemsAt(subset, 'addresses').map((address) => textAt(address, '', 'ip'));
    const ports = itemsAt(subset, 'ports').map((port) => numberAt(port, 'port'));
    return ports.length === 0 ? addresses : ports.flatMap((port) => addresses.map((address) => `${isIPv6(address) ? `[${address}]` : address}:${port}`));
  });
  const shown = all.slice(0, SHOWN_COUNT_MAX).join(',');
  return all.length > SHOWN_COUNT_MAX ? `${shown} + ${all.length - SHOWN_COUNT_MAX} more...` : shown;
}
