// The address of one Pod, and how its object shows it.
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { LOOPBACK, MACHINE_ADDRESS } from '../../api/mod.ts';

export type PodAddress =
  /** The machine's network. */
  | { readonly kind: 'machine'; readonly ip: string }
  /** A network namespace of its own; `namespace` is the path for whoever wants to join it. */
  | { readonly kind: 'own'; readonly ip: string; readonly namespace: string }
  /** Network namespaces are not to be had: an address of the loopback interface, on which its ports should be listened to. */
  | { readonly kind: 'loopback'; readonly ip: string; readonly reason: string };

export const ON_MACHINE: PodAddress = { kind: 'machine', ip: LOOPBACK };

/** What the container is told (downward API); inside its own network the machine has another address. */
export function withAddress(pod: KubeObject, address: PodAddress): KubeObject {
  const hostIP = address.kind === 'own' ? MACHINE_ADDRESS : LOOPBACK;
  return { ...pod, status: { ...pod.status, ...addressFields(address.ip, hostIP) } };
}

/** Fields of a Pod's status; without an address while it is not known. */
export function addressFields(podIP: string | undefined, hostIP = LOOPBACK): JsonObject {
  return { hostIP, hostIPs: [{ ip: hostIP }], ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }) };
}
