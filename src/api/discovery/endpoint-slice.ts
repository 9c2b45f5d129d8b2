// discovery.k8s.io/v1 EndpointSlice: a part of the addresses behind a Service.
import { isIPv4, isIPv6 } from 'node:net';
import { isJsonObject, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isDnsSubdomain } from '../../expr/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { duplicate, immutable, invalid, notSupported, required, tooMany } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn } from '../columns.ts';
import { PROTOCOLS, supportedCauses } from '../core/member-causes.ts';
import { fillMissing } from '../defaulting.ts';
import { endpointAddressCauses } from '../ip-address.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const ENDPOINT_COUNT_MAX = 1000;
const PORT_COUNT_MAX = 20_000;
const ADDRESS_COUNT_MAX = 100;
const SHOWN_COUNT_MAX = 3;

export const endpointSliceKind: KindDefinition = builtinKind('discovery.k8s.io/v1/endpointslices', {
  hasGeneration: true,
  setDefaults,
  validate,
  columns: [
    NAME_COLUMN,
    textColumn('AddressType', 'What the addresses are.', (slice) => textAt(slice, '', 'addressType')),
    textColumn('Ports', 'Ports of the endpoints.', (slice) => shown(itemsAt(slice, 'ports').map(portText))),
    textColumn('Endpoints', 'Addresses of the endpoints.', (slice) => shown(itemsAt(slice, 'endpoints').flatMap((endpoint) => itemsAt(endpoint, 'addresses').map(String)))),
    AGE_COLUMN,
  ],
});

function setDefaults(slice: KubeObject): KubeObject {
  const change = (port: Json) => (isJsonObject(port) ? fillMissing(port, { name: '', protocol: 'TCP' }) : port);
  const ports = slice['ports'] === undefined ? {} : { ports: itemsAt(slice, 'ports').map(change) };
  return { ...slice, endpoints: slice['endpoints'] ?? [], ...ports };
}

function validate(slice: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const type = textAt(slice, '', 'addressType');
  const endpoints = itemsAt(slice, 'endpoints');
  return [
    ...(type === '' ? [required('addressType')] : ADDRESS_TYPES.includes(type) ? [] : [notSupported('addressType', type, ADDRESS_TYPES)]),
    ...portListCauses(itemsAt(slice, 'ports')),
    ...(endpoints.length > ENDPOINT_COUNT_MAX
      ? [tooMany('endpoints', endpoints.length, ENDPOINT_COUNT_MAX)]
      : endpoints.flatMap((endpoint, index) => endpointCauses(endpoint, type, `endpoints[${index}]`))),
    ...(old === undefined || old['addressType'] === type ? [] : [immutable('addressType', type)]),
  ];
}

function portListCauses(ports: readonly Json[]): readonly StatusCause[] {
  if (ports.length > PORT_COUNT_MAX) return [tooMany('ports', ports.length, PORT_COUNT_MAX)];
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const name = textAt(port, '', 'name');
    const isTaken = names.has(name);
    names.add(name);
    return [
      ...(name === '' ? [] : nameCauses('dns-label', `ports[${index}].name`, name)),
      ...(isTaken ? [duplicate(`ports[${index}].name`, name)] : []),
      ...supportedCauses(port, `ports[${index}]`, 'protocol', PROTOCOLS),
    ];
  });
}

function endpointCauses(endpoint: Json, type: string, path: string): readonly StatusCause[] {
  const addresses = itemsAt(endpoint, 'addresses').map(String);
  const hostname = textAt(endpoint, '', 'hostname');
  const nodeName = textAt(endpoint, '', 'nodeName');
  return [
    ...(addresses.length === 0 ? [required(`${path}.addresses`, 'must contain at least 1 address')] : []),
    ...(addresses.length > ADDRESS_COUNT_MAX ? [tooMany(`${path}.addresses`, addresses.length, ADDRESS_COUNT_MAX)] : []),
    ...addresses.flatMap((address, index) => addressCauses(address, type, `${path}.addresses[${index}]`)),
    ...(nodeName === '' ? [] : nameCauses('dns-subdomain', `${path}.nodeName`, nodeName)),
    ...(hostname === '' ? [] : nameCauses('dns-label', `${path}.hostname`, hostname)),
  ];
}

function addressCauses(address: string, type: string, path: string): readonly StatusCause[] {
  if (type === 'FQDN') return isDnsSubdomain(address) && address.includes('.') ? [] : [invalid(path, address, 'should be a domain with at least two segments separated by dots')];
  const causes = endpointAddressCauses(address, path);
  if (causes.length > 0 || (type === 'IPv4' ? isIPv4(address) : isIPv6(address))) return causes;
  return [invalid(path.replace(/\[\d+\]$/, ''), address, `must be an ${type} address`)];
}

function portText(port: Json): string {
  const number = fieldOf(port, 'port');
  return typeof number === 'number' ? String(number) : String(fieldOf(port, 'name') ?? '*');
}

function shown(texts: readonly string[]): string {
  const text = texts.slice(0, SHOWN_COUNT_MAX).join(',');
  return texts.length > SHOWN_COUNT_MAX ? `${text} + ${texts.length - SHOWN_COUNT_MAX} more...` : text || '<unset>';
}
