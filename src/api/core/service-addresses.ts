// Addresses that a Service gets and that no other Service has: its cluster IP and its ports on the nodes.
import { isIPv4 } from 'node:net';
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { invalid } from '../causes.ts';
import { itemsAt, numberAt, textAt } from '../columns.ts';
import { fieldOf, type Assignment } from '../kind.ts';

/** Addresses of Services; the first one is that of the API itself, the tenth that of the name server, some are for others like them. */
export const SERVICE_RANGE_DEFAULT = '10.96.0.0/16';
const CLUSTER_ADDRESS_MIN = 16;
const NODE_PORT_MIN = 30_000;
const NODE_PORT_MAX = 32_767;

/** Fills in what is missing; refuses what another Service has. `others` are all other Services, `range` is like 10.96.0.0/16. */
export function assignAddresses(service: KubeObject, others: Iterable<KubeObject>, range = SERVICE_RANGE_DEFAULT): Assignment {
  const spec: JsonObject = service.spec ?? {};
  if (spec['type'] === 'ExternalName') return { ok: true, object: service };
  const unserved = unservedFamilies(spec);
  if (unserved.length > 0) return { ok: false, causes: unserved };
  const taken = takenBy(others);
  const address = clusterAddress(spec, range, taken.addresses, service.metadata.uid ?? '');
  const ports = nodePorts(spec, taken.nodePorts, service.metadata.uid ?? '');
  if (typeof address !== 'string' || !ports.ok) return { ok: false, causes: [...(typeof address === 'string' ? [] : [address]), ...(ports.ok ? [] : ports.causes)] };
  const families = { ipFamilies: spec['ipFamilies'] ?? ['IPv4'], ipFamilyPolicy: spec['ipFamilyPolicy'] ?? 'SingleStack' };
  return { ok: true, object: { ...service, spec: { ...spec, ...(ports.list === undefined ? {} : { ports: ports.list }), clusterIP: address, clusterIPs: [address], ...families } } };
}

/** Addresses here are IPv4. Who serves a name by Endpoints of his own says himself of which family they are. */
function unservedFamilies(spec: JsonObject): readonly StatusCause[] {
  const isByHand = spec['clusterIP'] === 'None' && Object.keys(isJsonObject(spec['selector']) ? spec['selector'] : {}).length === 0;
  if (isByHand) return [];
  return [
    ...(spec['ipFamilyPolicy'] === 'RequireDualStack' ? [invalid('spec.ipFamilyPolicy', 'RequireDualStack', 'this cluster is not configured for dual-stack services')] : []),
    ...itemsAt(spec, 'ipFamilies').flatMap((family, index) => (family === 'IPv4' ? [] : [invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')])),
  ];
}

/** A Service that does not say where it is stays where it was; one that has no address or port of the nodes any more loses it. */
export function keepAddresses(given: KubeObject, old: KubeObject): KubeObject {
  const oldSpec: JsonObject = old.spec ?? {};
  const spec = withoutOldType(given.spec ?? {}, oldSpec);
  const service = { ...given, spec };
  if (spec['type'] === 'ExternalName') return oldSpec['type'] === 'ExternalName' ? service : { ...service, spec: withoutAddresses(spec, oldSpec) };
  if (oldSpec['type'] === 'ExternalName') return service;
  const clusterIP = textAt(spec, textAt(spec, '', 'clusterIPs', 0), 'clusterIP') || textAt(oldSpec, '', 'clusterIP');
  const members = Object.fromEntries(['ipFamilies', 'ipFamilyPolicy'].filter((name) => spec[name] === undefined && oldSpec[name] !== undefined).map((name) => [name, oldSpec[name]!]));
  const ports = keepNodePorts(spec, oldSpec);
  return { ...service, spec: { ...spec, ...members, ...(ports === undefined ? {} : { ports }), ...(clusterIP === '' ? {} : { clusterIP, clusterIPs: spec['clusterIPs'] ?? [clusterIP] }) } };
}

/** What only the old type has, and who changes the type did not change, goes with it (dropTypeDependentFields). */
function withoutOldType(spec: JsonObject, old: JsonObject): JsonObject {
  const gone = [
    ...(isReachable(old) && !isReachable(spec) ? ['externalTrafficPolicy'] : []),
    ...(old['type'] === 'LoadBalancer' && spec['type'] !== 'LoadBalancer' ? ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] : []),
  ].filter((name) => jsonEquals(spec[name], old[name]));
  const hasNodePorts = needsNodePorts(spec) || !needsNodePorts(old) || !isSubset(nodePortsOf(spec), nodePortsOf(old));
  const left = Object.fromEntries(Object.entries(spec).filter(([name]) => !gone.includes(name)));
  if (hasNodePorts || spec['ports'] === undefined) return left;
  return { ...left, ports: itemsAt(spec, 'ports').map((port) => (isJsonObject(port) ? withoutNodePort(port) : port)) };
}

function withoutNodePort({ nodePort: _gone, ...port }: JsonObject): JsonObject {
  return port;
}

function nodePortsOf(spec: JsonObject): readonly number[] {
  return itemsAt(spec, 'ports').map((port) => numberAt(port, 'nodePort')).filter((number) => number !== 0);
}

function isSubset(numbers: readonly number[], others: readonly number[]): boolean {
  return numbers.every((number) => others.includes(number));
}

/** From outside, so that it matters how traffic from there is spread. */
export function isReachable(spec: JsonObject): boolean {
  const type = spec['type'];
  return type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && itemsAt(spec, 'externalIPs').length > 0);
}

function withoutAddresses(spec: JsonObject, old: JsonObject): JsonObject {
  const same = (name: string) => JSON.stringify(spec[name]) === JSON.stringify(old[name]);
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !(['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'].includes(name) && same(name))));
}

function keepNodePorts(spec: JsonObject, old: JsonObject): readonly Json[] | undefined {
  if (spec['ports'] === undefined || !needsNodePorts(spec) || !needsNodePorts(old)) return undefined;
  const oldPorts = itemsAt(old, 'ports');
  return itemsAt(spec, 'ports').map((port) => {
    const same = oldPorts.find((candidate) => fieldOf(candidate, 'port') === fieldOf(port, 'port') && fieldOf(candidate, 'protocol') === fieldOf(port, 'protocol'));
    const nodePort = numberAt(same, 'nodePort');
    return isJsonObject(port) && numberAt(port, 'nodePort') === 0 && nodePort !== 0 ? { ...port, nodePort } : port;
  });
}

function takenBy(others: Iterable<KubeObject>): { readonly addresses: ReadonlySet<string>; readonly nodePorts: ReadonlySet<string> } {
  const [addresses, ports] = [new Set<string>(), new Set<string>()];
  for (const { spec } of others) {
    for (const address of itemsAt(spec, 'clusterIPs')) addresses.add(String(address));
    for (const port of itemsAt(spec, 'ports')) if (numberAt(port, 'nodePort') > 0) ports.add(portKey(numberAt(port, 'nodePort'), textAt(port, 'TCP', 'protocol')));
  }
  return { addresses, nodePorts: ports };
}

function clusterAddress(spec: JsonObject, range: string, taken: ReadonlySet<string>, seed: string): string | StatusCause {
  const wanted = textAt(spec, textAt(spec, '', 'clusterIPs', 0), 'clusterIP');
  const [first = '', prefixLength] = range.split('/');
  const [start, size] = [numberOf(first), 2 ** (32 - Number(prefixLength))];
  if (wanted === 'None') return wanted;
  const refuse = (why: string) => invalid('spec.clusterIPs', [wanted], `failed to allocate IP ${wanted}: ${why}`);
  if (wanted !== '') {
    if (!(numberOf(wanted) >= start && numberOf(wanted) < start + size)) return refuse(`the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${range}`);
    return taken.has(wanted) ? refuse('provided IP is already allocated') : wanted;
  }
  const found = firstFree(seed, start + CLUSTER_ADDRESS_MIN, start + size - 2, (number) => taken.has(addressOf(number)));
  return found === undefined ? invalid('spec.clusterIPs', [], 'range is full') : addressOf(found);
}

/** Of IPv4; NaN for what is none. */
function numberOf(address: string): number {
  return isIPv4(address) ? address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0) : Number.NaN;
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

type NodePorts = { readonly ok: true; readonly list: readonly Json[] | undefined } | { readonly ok: false; readonly causes: readonly StatusCause[] };

function nodePorts(spec: JsonObject, taken: ReadonlySet<string>, seed: string): NodePorts {
  if (!needsNodePorts(spec) || spec['ports'] === undefined) return { ok: true, list: undefined };
  const mine = new Set(taken);
  const causes: StatusCause[] = [];
  const list = itemsAt(spec, 'ports').map((port, index): Json => {
    const [wanted, protocol] = [numberAt(port, 'nodePort'), textAt(port, 'TCP', 'protocol')];
    const path = `spec.ports[${index}].nodePort`;
    if (wanted !== 0 && (wanted < NODE_PORT_MIN || wanted > NODE_PORT_MAX)) {
      causes.push(invalid(path, wanted, `provided port is not in the valid range. The range of valid ports is ${NODE_PORT_MIN}-${NODE_PORT_MAX}`));
    } else if (wanted !== 0 && taken.has(portKey(wanted, protocol))) causes.push(invalid(path, wanted, 'provided port is already allocated'));
    const number = wanted === 0 ? firstFree(`${seed}${index}`, NODE_PORT_MIN, NODE_PORT_MAX, (candidate) => mine.has(portKey(candidate, protocol))) : wanted;
    if (number === undefined) causes.push(invalid(path, 0, 'all ports of the nodes are taken'));
    else mine.add(portKey(number, protocol));
    return isJsonObject(port) ? { ...port, nodePort: number ?? 0 } : port;
  });
  return causes.length === 0 ? { ok: true, list } : { ok: false, causes };
}

function needsNodePorts(spec: JsonObject): boolean {
  return spec['type'] === 'NodePort' || (spec['type'] === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false);
}

function portKey(number: number, protocol: string): string {
  return `${number}/${protocol}`;
}

/** The first free number from a place on that the seed chooses, so that a number is not used again soon. */
function firstFree(seed: string, min: number, max: number, isTaken: (number: number) => boolean): number | undefined {
  const size = max - min + 1;
  let start = 0;
  for (const char of seed) start = (start * 31 + char.charCodeAt(0)) % size;
  for (let step = 0; step < size; step++) {
    const number = min + ((start + step) % size);
    if (!isTaken(number)) return number;
  }
  return undefined;
}
