// /etc/hosts, /etc/resolv.conf and /etc/hostname of a Pod that has names of its own, as files in its directory and mounts.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../base/mod.ts';
import { nameFiles } from '../network/name-files.ts';
import type { PodAddress } from '../network/pod-address.ts';
import type { PodNetworks } from '../network/pod-networks.ts';
import type { ContainerMount } from '../supervisor/protocol.ts';
import type { PodDirectory } from './pod-directory.ts';

/** Every user of a container reads them. */
const MODE = 0o644;

/** Nothing for Pods that share the machine's network: they see its files. */
export function nameMounts({ pod, directory, networks }: { readonly pod: KubeObject; readonly directory: PodDirectory; readonly networks: PodNetworks }, address: PodAddress): readonly ContainerMount[] {
  if (address.kind !== 'own') return [];
  const { hosts, resolver, hostname } = nameFiles(pod, address, networks.nameSettings());
  const place = join(directory.path, 'etc');
  mkdirSync(place, { recursive: true });
  return Object.entries({ hosts, 'resolv.conf': resolver, hostname }).map(([name, text]) => {
    const source = join(place, name);
    writeFileSync(source, text);
    chmodSync(source, MODE);
    return { source, target: `/etc/${name}`, readOnly: false };
  });
}
