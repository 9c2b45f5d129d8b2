// /etc/hosts, /etc/resolv.conf and /etc/hostname of a Pod, where they are not the machine's own, as files in memory and mounts.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../base/mod.ts';
import { addsNames, machineNameFiles, nameFiles } from '../network/name-files.ts';
import type { PodAddress } from '../network/pod-address.ts';
import type { PodNetworks } from '../network/pod-networks.ts';
import type { ContainerMount } from '../supervisor/protocol.ts';
import type { PodDirectory } from './pod-directory.ts';

/** Every user of a container reads them. */
const MODE = 0o644;

/** Pods that share the machine's network see its own files, but for what they add. */
export function nameMounts({ pod, directory, networks }: { readonly pod: KubeObject; readonly directory: PodDirectory; readonly networks: PodNetworks }, address: PodAddress): readonly ContainerMount[] {
  if (address.kind !== 'own' && !addsNames(pod)) return [];
  const place = directory.namesPath;
  mkdirSync(place, { recursive: true });
  return filesOf(pod, networks, address).flatMap(([name, text]) => {
    if (text === undefined) return [];
    const source = join(place, name);
    writeFileSync(source, text);
    chmodSync(source, MODE);
    return [{ source, target: `/etc/${name}`, readOnly: false }];
  });
}

function filesOf(pod: KubeObject, networks: PodNetworks, address: PodAddress): readonly (readonly [name: string, text: string | undefined])[] {
  const settings = networks.nameSettings();
  if (address.kind !== 'own') {
    const { hosts, resolver } = machineNameFiles(pod, { ...settings, machineHosts: machineHosts() });
    return [['hosts', hosts], ['resolv.conf', resolver]];
  }
  const { hosts, resolver, hostname } = nameFiles(pod, address, settings);
  return [['hosts', hosts], ['resolv.conf', resolver], ['hostname', hostname]];
}

function machineHosts(): string {
  try {
    return readFileSync('/etc/hosts', 'utf8');
  } catch {
    return '127.0.0.1\tlocalhost\n';
  }
}
