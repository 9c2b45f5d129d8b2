// What the network of the Pods has to know: names and their addresses, and the addresses at which Services are listened for
// with the Pods behind them. From Services and EndpointSlices; pure. The supervisor's names.py and services.py are its readers.
import { isIPv4 } from 'node:net';
import { type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, itemsAt, labelsOf, LOOPBACK, MACHINE_ADDRESS, numberAt, textAt } from '../../api/mod.ts';
import { MACHINE_NAMES, ZONE } from './name-files.ts';

export interface NetworkFacts {
  readonly services: readonly KubeObject[];
  readonly slices: readonly KubeObject[];
  /** Endpoints: those of Services without a selector count, which somebody writes by hand. */
  readonly endpoints: readonly KubeObject[];
  /** Pods with an address of their own, for the ports of the machine that they ask for. */
  readonly pods: readonly KubeObject[];
  /** The Service of the API itself. */
  readonly api: { readonly address: string; readonly port: number; readonly target: Target | undefined };
  /** Where ports of the machine are listened on. */
  readonly machineHost: string;
}

export type Target = readonly [address: string, port: number];

export interface Listener {
  /** An address of the Pods' network, or one of the machine's own. */
  readonly place: 'pods' | 'machine';
  readonly protocol: 'TCP' | 'UDP';
  readonly address: string;
  readonly port: number;
  /** One source stays with one target. */
  readonly isSticky: boolean;
  readonly targets: readonly Target[];
}

export interface NetworkTable {
  readonly names: {
    readonly zone: string;
    readonly addresses: Readonly<Record<string, readonly string[]>>;
    readonly aliases: Readonly<Record<string, string>>;
    /** SRV records: port and name. */
    readonly ports: Readonly<Record<string, readonly (readonly [number, string])[]>>;
  };
  readonly listeners: readonly Listener[];
}

interface Endpoint {
  readonly address: string;
  readonly hostname: string | undefined;
  /** By name, '' for one without. */
  readonly ports: ReadonlyMap<string, number>;
}

export function networkTable(facts: NetworkFacts): NetworkTable {
  const { services, api } = facts;
  const slicesOf = Map.groupBy(facts.slices, (slice) => `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name']}`);
  const byHand = new Map(facts.endpoints.map((object) => [`${object.metadata.namespace}/${object.metadata.name}`, object]));
  const addresses: Record<string, readonly string[]> = {};
  const aliases: Record<string, string> = {};
  const ports: Record<string, (readonly [number, string])[]> = {};
  const listeners: Listener[] = [];
  for (const name of MACHINE_NAMES) addresses[name] = [MACHINE_ADDRESS];
  addresses[`kubernetes.default.svc.${ZONE}`] = [api.address];
  if (api.target !== undefined) listeners.push({ place: 'pods', protocol: 'TCP', address: api.address, port: api.port, isSticky: false, targets: [api.target] });
  for (const service of services) {
    const { name, namespace = '' } = service.metadata;
    const domain = `${name}.${namespace}.svc.${ZONE}`;
    if (textAt(service, '', 'spec', 'type') === 'ExternalName') {
      aliases[domain] = textAt(service, '', 'spec', 'externalName').toLowerCase().replace(/\.$/, '');
      continue;
    }
    const key = `${namespace}/${name}`;
    const endpoints = endpointsOf(service, slicesOf.get(key) ?? (hasSelector(service) ? [] : mirrored(byHand.get(key))));
    const clusterIP = textAt(service, '', 'spec', 'clusterIP');
    const isHeadless = clusterIP === 'None';
    addresses[domain] = isHeadless ? endpoints.map(({ address }) => address) : [clusterIP];
    if (isHeadless) Object.assign(addresses, namesOf(endpoints, domain));
    Object.assign(ports, portNames(service, domain, isHeadless ? endpoints : undefined));
    if (!isHeadless) listeners.push(...listenersOf(service, clusterIP, endpoints, facts.machineHost));
  }
  for (const pod of facts.pods) listeners.push(...machinePortsOf(pod, facts.machineHost));
  return { names: { zone: ZONE, addresses, aliases, ports }, listeners: withoutDoubles(listeners) };
}

function hasSelector(service: KubeObject): boolean {
  return Object.keys(labelsOf(fieldOf(service, 'spec', 'selector'))).length > 0;
}

/** As slices; their ports and addresses have the same fields. */
function mirrored(endpoints: KubeObject | undefined): readonly JsonObject[] {
  return itemsAt(endpoints, 'subsets').map((subset) => ({
    ports: itemsAt(subset, 'ports'),
    endpoints: itemsAt(subset, 'addresses').map((address) => ({ addresses: [textAt(address, '', 'ip')], hostname: textAt(address, '', 'hostname'), conditions: { ready: true } })),
  }));
}

/** Those that are ready; while none is, those that serve although they are on their way out. */
function endpointsOf(service: KubeObject, slices: readonly (KubeObject | JsonObject)[]): readonly Endpoint[] {
  const all = slices.flatMap((slice) => {
    const ports = new Map(itemsAt(slice, 'ports').map((port) => [textAt(port, '', 'name'), numberAt(port, 'port')]));
    // No way from here leads to IPv6, and names of hosts are for nobody to resolve.
    const reachable = itemsAt(slice, 'endpoints').filter((endpoint) => isIPv4(textAt(endpoint, '', 'addresses', 0)));
    return reachable.map((endpoint) => ({ endpoint, ports }));
  });
  const inCondition = (name: string) => all.filter(({ endpoint }) => fieldOf(endpoint, 'conditions', name) === true);
  const ready = all.filter(({ endpoint }) => fieldOf(endpoint, 'conditions', 'ready') !== false);
  const chosen = ready.length > 0 || fieldOf(service, 'spec', 'clusterIP') === 'None' ? ready : inCondition('serving');
  return chosen.map(({ endpoint, ports }) => ({ address: textAt(endpoint, '', 'addresses', 0), hostname: textAt(endpoint, '', 'hostname') || undefined, ports }));
}

function nameOf(endpoint: Endpoint): string {
  return endpoint.hostname ?? endpoint.address.replaceAll('.', '-');
}

/** Each replica under the name of its headless Service. */
function namesOf(endpoints: readonly Endpoint[], domain: string): Readonly<Record<string, readonly string[]>> {
  const byName = Map.groupBy(endpoints, nameOf);
  return Object.fromEntries([...byName].map(([name, those]) => [`${name}.${domain}`, those.map(({ address }) => address)]));
}

/** _http._tcp.web.default.svc…: the port and where it is. */
function portNames(service: KubeObject, domain: string, endpoints: readonly Endpoint[] | undefined): Readonly<Record<string, readonly (readonly [number, string])[]>> {
  const named = itemsAt(service, 'spec', 'ports').filter((port) => textAt(port, '', 'name') !== '');
  return Object.fromEntries(
    named.map((port) => {
      const name = textAt(port, '', 'name');
      const places = endpoints?.flatMap((endpoint): [number, string][] => {
        const number = endpoint.ports.get(name);
        return number === undefined ? [] : [[number, `${nameOf(endpoint)}.${domain}`]];
      });
      return [`_${name}._${textAt(port, 'TCP', 'protocol').toLowerCase()}.${domain}`, places ?? [[numberAt(port, 'port'), domain]]];
    }),
  );
}

function listenersOf(service: KubeObject, clusterIP: string, endpoints: readonly Endpoint[], machineHost: string): readonly Listener[] {
  const isSticky = textAt(service, 'None', 'spec', 'sessionAffinity') === 'ClientIP';
  return itemsAt(service, 'spec', 'ports').flatMap((port): Listener[] => {
    const protocol = protocolOf(port);
    if (protocol === undefined) return [];
    const targets = endpoints.flatMap(({ address, ports }): Target[] => {
      const number = ports.get(textAt(port, '', 'name'));
      // The process that holds the network is on the machine itself.
      return number === undefined ? [] : [[address === MACHINE_ADDRESS ? LOOPBACK : address, number]];
    });
    const inside: Listener = { place: 'pods', protocol, address: clusterIP, port: numberAt(port, 'port'), isSticky, targets };
    const nodePort = numberAt(port, 'nodePort');
    return nodePort === 0 ? [inside] : [inside, { ...inside, place: 'machine', address: machineHost, port: nodePort }];
  });
}

function machinePortsOf(pod: KubeObject, machineHost: string): readonly Listener[] {
  const podIP = textAt(pod, '', 'status', 'podIP');
  const ports = [...itemsAt(pod, 'spec', 'containers'), ...itemsAt(pod, 'spec', 'initContainers')].flatMap((container) => itemsAt(container, 'ports'));
  return ports.flatMap((port): Listener[] => {
    const protocol = protocolOf(port);
    if (protocol === undefined || numberAt(port, 'hostPort') <= 0) return [];
    const hostIP = textAt(port, '', 'hostIP');
    const address = hostIP === '' || hostIP === '0.0.0.0' ? machineHost : hostIP;
    return [{ place: 'machine', protocol, address, port: numberAt(port, 'hostPort'), isSticky: false, targets: podIP === '' || podIP === LOOPBACK ? [] : [[podIP, numberAt(port, 'containerPort')]] }];
  });
}

/** Undefined for SCTP, which nobody carries here. */
function protocolOf(port: Json): Listener['protocol'] | undefined {
  const protocol = textAt(port, 'TCP', 'protocol');
  return protocol === 'TCP' || protocol === 'UDP' ? protocol : undefined;
}

/** The first one has an address that two claim. */
function withoutDoubles(listeners: readonly Listener[]): readonly Listener[] {
  const byPlace = new Map<string, Listener>();
  for (const listener of listeners) {
    const key = `${listener.place} ${listener.protocol} ${listener.address} ${listener.port}`;
    if (!byPlace.has(key)) byPlace.set(key, listener);
  }
  return [...byPlace.values()];
}
