// What a container finds in /etc/hosts, /etc/resolv.conf and /etc/hostname, as the kubelet writes them. Pure.
import { isJsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, itemsAt, MACHINE_ADDRESS, textAt } from '../../api/mod.ts';
import type { PodAddress } from './pod-address.ts';

export interface NameSettings {
  /** Of the server that knows the names of Services. */
  readonly nameServer: string;
  /** The machine's own /etc/resolv.conf. */
  readonly machineResolver: string;
}

export interface NameFiles {
  readonly hosts: string;
  readonly resolver: string;
  readonly hostname: string;
}

/** The domain below which Services and Pods have their names. */
export const ZONE = 'cluster.local';
/** By them programs find the machine, as in other container runtimes. */
export const MACHINE_NAMES = ['host.slipway.internal', 'host.docker.internal', 'host.containers.internal'] as const;
const HOSTNAME_CHARS_MAX = 63;
const LOOPBACK_LINES = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::0\tip6-localnet', 'fe00::0\tip6-mcastprefix', 'fe00::1\tip6-allnodes', 'fe00::2\tip6-allrouters'];

export function nameFiles(pod: KubeObject, address: PodAddress, settings: NameSettings): NameFiles {
  return { hosts: hostsText(pod, address), resolver: resolverText(pod, baseResolver(pod, settings)), hostname: `${hostnameOf(pod)}\n` };
}

/** What a Pod in the machine's network adds to the machine's own files; undefined where it adds nothing. */
export interface MachineNameFiles {
  readonly hosts: string | undefined;
  readonly resolver: string | undefined;
}

export function addsNames({ spec = {} }: KubeObject): boolean {
  return spec['hostAliases'] !== undefined || spec['dnsConfig'] !== undefined;
}

export function machineNameFiles(pod: KubeObject, { machineHosts, machineResolver }: { readonly machineHosts: string; readonly machineResolver: string }): MachineNameFiles {
  const aliases = aliasLines(pod);
  const base = textAt(pod, '', 'spec', 'dnsPolicy') === 'None' ? NO_RESOLVER : parseResolver(machineResolver);
  return {
    hosts: aliases.length === 0 ? undefined : [machineHosts.trimEnd(), ...aliases, ''].join('\n'),
    resolver: fieldOf(pod, 'spec', 'dnsConfig') === undefined ? undefined : resolverText(pod, base),
  };
}

/** Of its containers, without a domain unless its spec overrides the name with one. */
function shortNameOf(pod: KubeObject): string {
  return textAt(pod, '', 'spec', 'hostnameOverride') || textAt(pod, '', 'spec', 'hostname') || pod.metadata.name.slice(0, HOSTNAME_CHARS_MAX).replace(/[-.]+$/, '');
}

/** What `hostname` answers. */
export function hostnameOf(pod: KubeObject): string {
  const domain = fieldOf(pod, 'spec', 'setHostnameAsFQDN') === true ? domainOf(pod) : undefined;
  return domain === undefined ? shortNameOf(pod) : `${shortNameOf(pod)}.${domain}`;
}

function domainOf(pod: KubeObject): string | undefined {
  const subdomain = textAt(pod, '', 'spec', 'hostnameOverride') === '' ? textAt(pod, '', 'spec', 'subdomain') : '';
  return subdomain === '' ? undefined : `${subdomain}.${pod.metadata.namespace}.svc.${ZONE}`;
}

function hostsText(pod: KubeObject, address: PodAddress): string {
  const name = shortNameOf(pod);
  const domain = domainOf(pod);
  const names = domain === undefined ? name : `${name}.${domain}\t${name}`;
  const lines = ['# Written for this Pod by Slipway.', ...LOOPBACK_LINES, `${address.ip}\t${names}`, `${MACHINE_ADDRESS}\t${MACHINE_NAMES.join(' ')}`];
  return [...lines, ...aliasLines(pod), ''].join('\n');
}

function aliasLines(pod: KubeObject): readonly string[] {
  const aliases = itemsAt(pod, 'spec', 'hostAliases').map((alias) => `${textAt(alias, '', 'ip')}\t${itemsAt(alias, 'hostnames').join('\t')}`);
  return aliases.length === 0 ? [] : ['', '# hostAliases of the Pod.', ...aliases];
}

interface Resolver {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** By name; '' for one without a value. */
  readonly options: ReadonlyMap<string, string>;
}

const NO_RESOLVER: Resolver = { nameservers: [], searches: [], options: new Map() };

function resolverText(pod: KubeObject, base: Resolver): string {
  const config = fieldOf(pod, 'spec', 'dnsConfig');
  const more = isJsonObject(config) ? config : {};
  const nameservers = unique([...base.nameservers, ...itemsAt(more, 'nameservers').map(String)]);
  const searches = unique([...base.searches, ...itemsAt(more, 'searches').map(String)]);
  const options = new Map([...base.options, ...itemsAt(more, 'options').map((option): [string, string] => [textAt(option, '', 'name'), textAt(option, '', 'value')])]);
  const lines = [...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]), ...nameservers.map((server) => `nameserver ${server}`)];
  const optionTexts = [...options].map(([name, value]) => (value === '' ? name : `${name}:${value}`));
  return [...lines, ...(optionTexts.length === 0 ? [] : [`options ${optionTexts.join(' ')}`]), ''].join('\n');
}

function baseResolver(pod: KubeObject, { nameServer, machineResolver }: NameSettings): Resolver {
  const machine = parseResolver(machineResolver);
  switch (textAt(pod, 'ClusterFirst', 'spec', 'dnsPolicy')) {
    case 'None':
      return NO_RESOLVER;
    case 'Default': {
      // A server on the machine's loopback interface is out of a Pod's reach; the one of the Services asks it.
      const reachable = machine.nameservers.filter((server) => !server.startsWith('127.') && !server.includes(':'));
      return { ...machine, nameservers: reachable.length === 0 ? [nameServer] : reachable };
    }
    default: {
      const searches = [`${pod.metadata.namespace}.svc.${ZONE}`, `svc.${ZONE}`, ZONE, ...machine.searches];
      return { nameservers: [nameServer], searches, options: new Map([['ndots', '5']]) };
    }
  }
}

function parseResolver(text: string): Resolver {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const valuesOf = (name: string) => lines.filter(([first]) => first === name).flatMap(([, ...values]) => values);
  const options = valuesOf('options').map((option): [string, string] => [option.split(':')[0]!, option.split(':')[1] ?? '']);
  return { nameservers: valuesOf('nameserver'), searches: valuesOf('search').filter((domain) => domain !== '.'), options: new Map(options) };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
